// PyTorch's names of what changes a tensor in place, for which the compiler offers Weft's.
//
// `scripts/list-pytorch-names` writes this file from the tables of Documentation/PyTorch.md; a test compares the two.

extension Tensor {
  @available(*, unavailable, message: "write `x = x.abs()`") public var abs_: Renamed { .init() }
  @available(*, unavailable, message: "write `x += y`") public var add_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.addingQuotient(_:_:value:)`")
  public var addcdiv_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.addingProduct(_:_:value:)`")
  public var addcmul_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.ceil()`") public var ceil_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.clamped(low:high:)`") public var clamp_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.clamped(low:high:)`") public var clamp_max_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.clamped(low:high:)`") public var clamp_min_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.clamped(low:high:)`") public var clip_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = y`") public var copy_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.cos()`") public var cos_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.cumulativeSum(axis:)`") public var cumsum_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.detach()`") public var detach_: Renamed { .init() }
  @available(*, unavailable, message: "write `x /= y`") public var div_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.erf()`") public var erf_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.exp()`") public var exp_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.fullLike(value)`") public var fill_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.floor()`") public var floor_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.indexAdded(_:at:axis:scale:)`")
  public var index_add_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.indexCopied(_:at:axis:)`")
  public var index_copy_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.indexFilled(_:at:axis:)`")
  public var index_fill_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.putting(_:at:accumulates:)`")
  public var index_put_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.lerp(to:weight:)`") public var lerp_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.log()`") public var log_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.log1p()`") public var log1p_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.maskedFilled(where:with:)`")
  public var masked_fill_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.maskedScattered(_:from:)`")
  public var masked_scatter_: Renamed { .init() }
  @available(*, unavailable, message: "write `x *= y`") public var mul_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.replacingNonfinite(nan:)`")
  public var nan_to_num_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = Tensor(normal: x.shape)`") public var normal_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.pow(_:)`") public var pow_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.reciprocal()`") public var reciprocal_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.relu()`") public var relu_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.requiringGrad()`") public var requires_grad_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.round()`") public var round_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.rsqrt()`") public var rsqrt_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.scattered(_:at:axis:)`") public var scatter_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.scatterAdded(_:at:axis:)`")
  public var scatter_add_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.sigmoid()`") public var sigmoid_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.sign()`") public var sign_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.sin()`") public var sin_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.sqrt()`") public var sqrt_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.squared()`") public var square_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.squeezed(_:)`") public var squeeze_: Renamed { .init() }
  @available(*, unavailable, message: "write `x -= y`") public var sub_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.transposed(_:_:)`") public var swapaxes_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.transposed(_:_:)`") public var t_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.tan()`") public var tan_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.tanh()`") public var tanh_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.transposed(_:_:)`") public var transpose_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.tril(diagonal:)`") public var tril_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.triu(diagonal:)`") public var triu_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.trunc()`") public var trunc_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = Tensor(uniform: x.shape)`") public var uniform_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.unsqueezed(_:)`") public var unsqueeze_: Renamed { .init() }
  @available(*, unavailable, message: "write `x = x.zerosLike()`") public var zero_: Renamed { .init() }
}
