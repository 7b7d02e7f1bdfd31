// PyTorch's names, for which the compiler offers Weft's.
//
// `scripts/list-pytorch-names` writes this file from the tables of Documentation/PyTorch.md; a test compares the two.

/// What a name of PyTorch stands for: it takes any arguments, so that the compiler speaks of the name and not of them.
@dynamicCallable public struct Renamed: Sendable {
  package init() {}
  /// Nothing: the compiler lets no call of a name of PyTorch through.
  public func dynamicallyCall(withKeywordArguments arguments: KeyValuePairs<String, Any>) -> Tensor { .invalid }
}

extension Tensor {
  @available(*, unavailable, message: "write `x.transposed(_:_:)`") public var H: Tensor { .invalid }
  @available(*, unavailable, message: "write `x.transposed(0, 1)`") public var T: Tensor { .invalid }
  @available(*, unavailable, renamed: "abs") public var absolute: Renamed { .init() }
  @available(*, unavailable, renamed: "adaptiveAveragePooled(to:)") public var adaptive_avg_pool1d: Renamed { .init() }
  @available(*, unavailable, renamed: "adaptiveMaxPooled(to:)") public var adaptive_max_pool1d: Renamed { .init() }
  @available(*, unavailable, message: "write `+`") public func add(_: Any...) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "addingQuotient(_:_:value:)") public var addcdiv: Renamed { .init() }
  @available(*, unavailable, renamed: "addingProduct(_:_:value:)") public var addcmul: Renamed { .init() }
  @available(*, unavailable, renamed: "addingMatrixProduct(_:_:alpha:beta:)") public var addmm: Renamed { .init() }
  @available(*, unavailable, renamed: "addingMatrixProduct(_:_:alpha:beta:)") public var addmv: Renamed { .init() }
  @available(*, unavailable, renamed: "transposed(_:_:)") public var adjoint: Renamed { .init() }
  @available(*, unavailable, renamed: "isClose(to:relative:)") public var allclose: Renamed { .init() }
  @available(*, unavailable, renamed: "alphaDropout(probability:using:)") public var alpha_dropout: Renamed { .init() }
  @available(*, unavailable, renamed: "max(axes:keepDims:)") public var amax: Renamed { .init() }
  @available(*, unavailable, renamed: "min(axes:keepDims:)") public var amin: Renamed { .init() }
  @available(*, unavailable, renamed: "minAndMax(axis:)") public var aminmax: Renamed { .init() }
  @available(*, unavailable, renamed: "acos") public var arccos: Renamed { .init() }
  @available(*, unavailable, renamed: "acosh") public var arccosh: Renamed { .init() }
  @available(*, unavailable, renamed: "asin") public var arcsin: Renamed { .init() }
  @available(*, unavailable, renamed: "asinh") public var arcsinh: Renamed { .init() }
  @available(*, unavailable, renamed: "atan") public var arctan: Renamed { .init() }
  @available(*, unavailable, message: "write `atan2(_:_:)`") public var arctan2: Renamed { .init() }
  @available(*, unavailable, renamed: "atanh") public var arctanh: Renamed { .init() }
  @available(*, unavailable, renamed: "argMax(axis:)") public var argmax: Renamed { .init() }
  @available(*, unavailable, renamed: "argMin(axis:)") public var argmin: Renamed { .init() }
  @available(*, unavailable, renamed: "nonzero") public var argwhere: Renamed { .init() }
  @available(*, unavailable, renamed: "atLeast1D") public var atleast_1d: Renamed { .init() }
  @available(*, unavailable, renamed: "atLeast2D") public var atleast_2d: Renamed { .init() }
  @available(*, unavailable, renamed: "atLeast3D") public var atleast_3d: Renamed { .init() }
  @available(*, unavailable, renamed: "averagePooled(kernel:stride:)") public var avg_pool1d: Renamed { .init() }
  @available(*, unavailable, renamed: "addingMatrixProduct(_:_:alpha:beta:)") public var baddbmm: Renamed { .init() }
  @available(*, unavailable, renamed: "batchNormalized(weight:bias:epsilon:)")
  public var batch_norm: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .bfloat16)`") public var bfloat16: Renamed { .init() }
  @available(*, unavailable, renamed: "binCount(weights:)") public var bincount: Renamed { .init() }
  @available(*, unavailable, renamed: "bitwiseAnd(_:)") public var bitwise_and: Renamed { .init() }
  @available(*, unavailable, renamed: "bitsShiftedLeft(by:)") public var bitwise_left_shift: Renamed { .init() }
  @available(*, unavailable, renamed: "bitwiseNot") public var bitwise_not: Renamed { .init() }
  @available(*, unavailable, renamed: "bitwiseOr(_:)") public var bitwise_or: Renamed { .init() }
  @available(*, unavailable, renamed: "bitsShiftedRight(by:)") public var bitwise_right_shift: Renamed { .init() }
  @available(*, unavailable, renamed: "bitwiseXor(_:)") public var bitwise_xor: Renamed { .init() }
  @available(*, unavailable, message: "write `matmul(_:_:dtype:)`") public var bmm: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .bool)`") public var bool: Renamed { .init() }
  @available(*, unavailable, message: "write `Shape.broadcast(_:_:)`") public var broadcast_shapes: Renamed { .init() }
  @available(*, unavailable, renamed: "expanded(to:)") public var broadcast_to: Renamed { .init() }
  @available(*, unavailable, renamed: "bucketized(_:right:)") public var bucketize: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .uint8)`") public var byte: Renamed { .init() }
  @available(*, unavailable, renamed: "channelShuffled(groups:)") public var channel_shuffle: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .int8)`") public var char: Renamed { .init() }
  @available(*, unavailable, renamed: "choleskyInverse(upper:)") public var cholesky_inverse: Renamed { .init() }
  @available(*, unavailable, renamed: "choleskySolved(factor:upper:)") public var cholesky_solve: Renamed { .init() }
  @available(*, unavailable, renamed: "chunked(_:axis:)") public var chunk: Renamed { .init() }
  @available(*, unavailable, renamed: "clamped(low:high:)") public var clamp: Renamed { .init() }
  @available(*, unavailable, renamed: "clamped(low:high:)") public var clamp_max: Renamed { .init() }
  @available(*, unavailable, renamed: "clamped(low:high:)") public var clamp_min: Renamed { .init() }
  @available(*, unavailable, renamed: "clamped(low:high:)") public var clip: Renamed { .init() }
  @available(*, unavailable, message: "write `x`: tensors are values") public var clone: Renamed { .init() }
  @available(*, unavailable, message: "a tensor is real; `ComplexTensor` has `conjugate()`")
  public var conj: Renamed { .init() }
  @available(*, unavailable, renamed: "correlation") public var corrcoef: Renamed { .init() }
  @available(*, unavailable, renamed: "countNonzero(axes:)") public var count_nonzero: Renamed { .init() }
  @available(*, unavailable, renamed: "covariance(correction:)") public var cov: Renamed { .init() }
  @available(*, unavailable, renamed: "cumulativeMax(axis:)") public var cummax: Renamed { .init() }
  @available(*, unavailable, renamed: "cumulativeMin(axis:)") public var cummin: Renamed { .init() }
  @available(*, unavailable, renamed: "cumulativeProduct(axis:)") public var cumprod: Renamed { .init() }
  @available(*, unavailable, renamed: "cumulativeSum(axis:)") public var cumsum: Renamed { .init() }
  @available(*, unavailable, renamed: "cumulativeTrapezoid(at:step:axis:)")
  public var cumulative_trapezoid: Renamed { .init() }
  @available(*, unavailable, message: "write `x.detach()`") public var data: Tensor { .invalid }
  @available(*, unavailable, renamed: "degreesToRadians") public var deg2rad: Renamed { .init() }
  @available(*, unavailable, renamed: "determinant") public var det: Renamed { .init() }
  @available(*, unavailable, renamed: "diagonalMatrix(offset:)") public var diag: Renamed { .init() }
  @available(*, unavailable, renamed: "diagonalMatrix(offset:)") public var diag_embed: Renamed { .init() }
  @available(*, unavailable, renamed: "diagonalMatrix(offset:)") public var diagflat: Renamed { .init() }
  @available(*, unavailable, renamed: "diagonalScattered(_:offset:)") public var diagonal_scatter: Renamed { .init() }
  @available(*, unavailable, renamed: "difference(order:axis:prepend:append:)") public var diff: Renamed { .init() }
  @available(*, unavailable, message: "write `x.rank`") public var dim: Renamed { .init() }
  @available(*, unavailable, renamed: "distance(to:order:)") public var dist: Renamed { .init() }
  @available(*, unavailable, message: "write `/`") public var div: Renamed { .init() }
  @available(*, unavailable, message: "write `/`") public var divide: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .float64)`") public var double: Renamed { .init() }
  @available(*, unavailable, renamed: "splitInDepth(parts:)") public var dsplit: Renamed { .init() }
  @available(*, unavailable, message: "write `DType.byteCount`") public var element_size: Renamed { .init() }
  @available(*, unavailable, renamed: "embeddingBag(_:offsets:mode:)") public var embedding_bag: Renamed { .init() }
  @available(*, unavailable, message: "write `.==`") public var eq: Renamed { .init() }
  @available(*, unavailable, renamed: "erfInverse") public var erfinv: Renamed { .init() }
  @available(*, unavailable, renamed: "expanded(to:)") public var expand: Renamed { .init() }
  @available(*, unavailable, renamed: "expanded(to:)") public var expand_as: Renamed { .init() }
  @available(*, unavailable, renamed: "featureAlphaDropout(probability:using:)")
  public var feature_alpha_dropout: Renamed { .init() }
  @available(*, unavailable, renamed: "trunc") public var fix: Renamed { .init() }
  @available(*, unavailable, renamed: "flattened(from:)") public var flatten: Renamed { .init() }
  @available(*, unavailable, renamed: "flipped(axes:)") public var flip: Renamed { .init() }
  @available(*, unavailable, renamed: "flippedHorizontally") public var fliplr: Renamed { .init() }
  @available(*, unavailable, renamed: "flippedVertically") public var flipud: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .float32)`") public var float: Renamed { .init() }
  @available(*, unavailable, renamed: "floatPower(_:)") public var float_power: Renamed { .init() }
  @available(*, unavailable, renamed: "floorDivided(by:)") public var floor_divide: Renamed { .init() }
  @available(*, unavailable, renamed: "fractionalPart") public var frac: Renamed { .init() }
  @available(*, unavailable, renamed: "matrixNorm(_:)") public var frobenius_norm: Renamed { .init() }
  @available(*, unavailable, renamed: "fullLike(_:)") public var full_like: Renamed { .init() }
  @available(*, unavailable, renamed: "gathered(_:axis:)") public var gather: Renamed { .init() }
  @available(*, unavailable, message: "write `.>=`") public var ge: Renamed { .init() }
  @available(*, unavailable, renamed: "outer(_:)") public var ger: Renamed { .init() }
  @available(*, unavailable, message: "write `Threads.count`") public var get_num_threads: Renamed { .init() }
  @available(*, unavailable, message: "write `Random.generator`") public var get_rng_state: Renamed { .init() }
  @available(*, unavailable, message: "write `x.requiresGrad` for whether it was recorded")
  public var grad_fn: Renamed { .init() }
  @available(*, unavailable, message: "write `x.sampledGradient(spacing:)`")
  public func gradient(_: Any...) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `.>=`") public var greater_equal: Renamed { .init() }
  @available(*, unavailable, renamed: "groupNormalized(groups:weight:bias:)") public var group_norm: Renamed { .init() }
  @available(*, unavailable, message: "write `GRU`") public var gru: Renamed { .init() }
  @available(*, unavailable, message: "write `GRUCell`") public var gru_cell: Renamed { .init() }
  @available(*, unavailable, message: "write `.>`") public var gt: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .float16)`") public var half: Renamed { .init() }
  @available(*, unavailable, renamed: "histogram(bins:range:weights:isDensity:)") public var histc: Renamed { .init() }
  @available(*, unavailable, renamed: "splitHorizontally(parts:)") public var hsplit: Renamed { .init() }
  @available(*, unavailable, renamed: "besselI0") public var i0: Renamed { .init() }
  @available(*, unavailable, message: "write `gammaLower(_:_:)`") public var igamma: Renamed { .init() }
  @available(*, unavailable, message: "write `gammaUpper(_:_:)`") public var igammac: Renamed { .init() }
  @available(*, unavailable, message: "a tensor is real; `ComplexTensor` has `imaginary`")
  public var imag: Renamed { .init() }
  @available(*, unavailable, renamed: "indexAdded(_:at:axis:scale:)") public var index_add: Renamed { .init() }
  @available(*, unavailable, renamed: "indexCopied(_:at:axis:)") public var index_copy: Renamed { .init() }
  @available(*, unavailable, renamed: "indexFilled(_:at:axis:)") public var index_fill: Renamed { .init() }
  @available(*, unavailable, renamed: "putting(_:at:accumulates:)") public var index_put: Renamed { .init() }
  @available(*, unavailable, renamed: "indexReduced(_:at:axis:by:includesSelf:)")
  public var index_reduce: Renamed { .init() }
  @available(*, unavailable, renamed: "indexSelected(_:axis:)") public var index_select: Renamed { .init() }
  @available(*, unavailable, message: "write `Random.generator`") public var initial_seed: Renamed { .init() }
  @available(*, unavailable, renamed: "instanceNormalized(weight:)") public var instance_norm: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .int32)`") public var int: Renamed { .init() }
  @available(*, unavailable, message: "write `x.isContiguous`") public var is_contiguous: Renamed { .init() }
  @available(*, unavailable, message: "all is in the machine's memory: leave it out")
  public var is_cuda: Renamed { .init() }
  @available(*, unavailable, message: "write `DType.isFloatingPoint`") public var is_floating_point: Renamed { .init() }
  @available(*, unavailable, renamed: "isLeaf") public var is_leaf: Tensor { .invalid }
  @available(*, unavailable, renamed: "item") public var is_nonzero: Renamed { .init() }
  @available(*, unavailable, message: "write `x.shape`") public var is_same_size: Renamed { .init() }
  @available(*, unavailable, message: "write `DType.isUnsigned`") public var is_signed: Renamed { .init() }
  @available(*, unavailable, renamed: "elementsClose(to:relative:)") public var isclose: Renamed { .init() }
  @available(*, unavailable, renamed: "isFinite") public var isfinite: Renamed { .init() }
  @available(*, unavailable, renamed: "isIn(_:)") public var isin: Renamed { .init() }
  @available(*, unavailable, renamed: "isInfinite") public var isinf: Renamed { .init() }
  @available(*, unavailable, renamed: "isNaN") public var isnan: Renamed { .init() }
  @available(*, unavailable, renamed: "isNegativeInfinity") public var isneginf: Renamed { .init() }
  @available(*, unavailable, renamed: "isPositiveInfinity") public var isposinf: Renamed { .init() }
  @available(*, unavailable, message: "write `DType.byteCount`") public var itemsize: Tensor { .invalid }
  @available(*, unavailable, renamed: "kronecker(_:)") public var kron: Renamed { .init() }
  @available(*, unavailable, renamed: "kthValue(_:axis:)") public var kthvalue: Renamed { .init() }
  @available(*, unavailable, renamed: "layerNormalized(axisCount:)") public var layer_norm: Renamed { .init() }
  @available(*, unavailable, message: "write `.<=`") public var le: Renamed { .init() }
  @available(*, unavailable, message: "write `.<=`") public var less_equal: Renamed { .init() }
  @available(*, unavailable, renamed: "save(to:metadata:)") public var load: Renamed { .init() }
  @available(*, unavailable, renamed: "logSoftmax(axis:)") public var log_softmax: Renamed { .init() }
  @available(*, unavailable, message: "write `logAddExp(_:_:)`") public var logaddexp: Renamed { .init() }
  @available(*, unavailable, message: "write `logAddExp2(_:_:)`") public var logaddexp2: Renamed { .init() }
  @available(*, unavailable, renamed: "logCumulativeSumExp(axis:)") public var logcumsumexp: Renamed { .init() }
  @available(*, unavailable, renamed: "logAbsDeterminant") public var logdet: Renamed { .init() }
  @available(*, unavailable, message: "write `.&`") public var logical_and: Renamed { .init() }
  @available(*, unavailable, renamed: "logicalNot") public var logical_not: Renamed { .init() }
  @available(*, unavailable, message: "write `.|`") public var logical_or: Renamed { .init() }
  @available(*, unavailable, message: "write `.^`") public var logical_xor: Renamed { .init() }
  @available(*, unavailable, renamed: "logSumExp(axes:keepDims:)") public var logsumexp: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .int64)`") public var long: Renamed { .init() }
  @available(*, unavailable, message: "write `LSTM`") public var lstm: Renamed { .init() }
  @available(*, unavailable, message: "write `LSTMCell`") public var lstm_cell: Renamed { .init() }
  @available(*, unavailable, message: "write `.<`") public var lt: Renamed { .init() }
  @available(*, unavailable, renamed: "luSolved(factors:pivots:left:adjoint:)") public var lu_solve: Renamed { .init() }
  @available(*, unavailable, renamed: "luUnpacked(pivots:)") public var lu_unpack: Renamed { .init() }
  @available(*, unavailable, message: "write `x.transposed(_:_:)`") public var mH: Tensor { .invalid }
  @available(*, unavailable, message: "write `x.transposed(-2, -1)`") public var mT: Tensor { .invalid }
  @available(*, unavailable, message: "write `Random.seed(_:)`") public var manual_seed: Renamed { .init() }
  @available(*, unavailable, renamed: "maskedFilled(where:with:)") public var masked_fill: Renamed { .init() }
  @available(*, unavailable, renamed: "maskedScattered(_:from:)") public var masked_scatter: Renamed { .init() }
  @available(*, unavailable, renamed: "maskedSelected(_:)") public var masked_select: Renamed { .init() }
  @available(*, unavailable, renamed: "matrixExponential") public var matrix_exp: Renamed { .init() }
  @available(*, unavailable, renamed: "matrixPower(_:)") public var matrix_power: Renamed { .init() }
  @available(*, unavailable, renamed: "matrixRank(relativeTolerance:)") public var matrix_rank: Renamed { .init() }
  @available(*, unavailable, renamed: "maxPooled(kernel:stride:)") public var max_pool1d: Renamed { .init() }
  @available(*, unavailable, renamed: "maxPooledWithIndices(kernel:stride:)")
  public var max_pool1d_with_indices: Renamed { .init() }
  @available(*, unavailable, renamed: "maxPooled(kernel:stride:)") public var max_pool2d: Renamed { .init() }
  @available(*, unavailable, renamed: "maxPooled(kernel:stride:)") public var max_pool3d: Renamed { .init() }
  @available(*, unavailable, message: "write `matmul(_:_:dtype:)`") public var mm: Renamed { .init() }
  @available(*, unavailable, renamed: "movedAxis(_:to:)") public var moveaxis: Renamed { .init() }
  @available(*, unavailable, renamed: "movedAxis(_:to:)") public var movedim: Renamed { .init() }
  @available(*, unavailable, renamed: "sorted(axis:)") public var msort: Renamed { .init() }
  @available(*, unavailable, message: "write `*`") public var mul: Renamed { .init() }
  @available(*, unavailable, message: "write `*`") public var multiply: Renamed { .init() }
  @available(*, unavailable, message: "write `matmul(_:_:dtype:)`") public var mv: Renamed { .init() }
  @available(*, unavailable, renamed: "multivariateLogGamma(dimension:)") public var mvlgamma: Renamed { .init() }
  @available(*, unavailable, renamed: "replacingNonfinite(nan:)") public var nan_to_num: Renamed { .init() }
  @available(*, unavailable, renamed: "nanMean(axes:keepDims:)") public var nanmean: Renamed { .init() }
  @available(*, unavailable, renamed: "nanMedian") public var nanmedian: Renamed { .init() }
  @available(*, unavailable, renamed: "nanQuantile(_:axis:)") public var nanquantile: Renamed { .init() }
  @available(*, unavailable, renamed: "nanSum(axes:keepDims:)") public var nansum: Renamed { .init() }
  @available(*, unavailable, renamed: "narrowed(axis:from:count:)") public var narrow: Renamed { .init() }
  @available(*, unavailable, message: "write `TensorSpec.byteCount`") public var nbytes: Tensor { .invalid }
  @available(*, unavailable, renamed: "rank") public var ndim: Tensor { .invalid }
  @available(*, unavailable, message: "write `x.rank`") public var ndimension: Renamed { .init() }
  @available(*, unavailable, message: "write `.!=`") public var ne: Renamed { .init() }
  @available(*, unavailable, message: "write `prefix -`") public var neg: Renamed { .init() }
  @available(*, unavailable, message: "write `prefix -`") public var negative: Renamed { .init() }
  @available(*, unavailable, message: "write `x.elementCount`") public var nelement: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(full:_:dtype:)`") public var new_full: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(ones:dtype:)`") public var new_ones: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(_:shape:dtype:)`") public var new_tensor: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(zeros:dtype:)`") public var new_zeros: Renamed { .init() }
  @available(*, unavailable, message: "write `.!=`") public var not_equal: Renamed { .init() }
  @available(*, unavailable, renamed: "matrixNorm(_:)") public var nuclear_norm: Renamed { .init() }
  @available(*, unavailable, message: "write `x.elementCount`") public var numel: Renamed { .init() }
  @available(*, unavailable, renamed: "scalars(as:)") public var numpy: Renamed { .init() }
  @available(*, unavailable, renamed: "onesLike") public var ones_like: Renamed { .init() }
  @available(*, unavailable, renamed: "householderProduct(scales:)") public var orgqr: Renamed { .init() }
  @available(*, unavailable, renamed: "pairDistances(order:)") public var pdist: Renamed { .init() }
  @available(*, unavailable, renamed: "permuted(_:)") public var permute: Renamed { .init() }
  @available(*, unavailable, renamed: "pseudoInverse(relativeTolerance:)") public var pinverse: Renamed { .init() }
  @available(*, unavailable, renamed: "pixelShuffled(by:)") public var pixel_shuffle: Renamed { .init() }
  @available(*, unavailable, renamed: "pixelUnshuffled(by:)") public var pixel_unshuffle: Renamed { .init() }
  @available(*, unavailable, renamed: "product(axes:keepDims:)") public var prod: Renamed { .init() }
  @available(*, unavailable, message: "write `DType.promoted(_:_:)`") public var promote_types: Renamed { .init() }
  @available(*, unavailable, renamed: "putting(_:at:accumulates:)") public var put: Renamed { .init() }
  @available(*, unavailable, renamed: "radiansToDegrees") public var rad2deg: Renamed { .init() }
  @available(*, unavailable, renamed: "flattened(from:)") public var ravel: Renamed { .init() }
  @available(*, unavailable, message: "a tensor is real: leave it out") public var real: Renamed { .init() }
  @available(*, unavailable, renamed: "registerHook(_:)") public var register_hook: Renamed { .init() }
  @available(*, unavailable, renamed: "registerFinalGradientHook(_:)")
  public var register_post_accumulate_grad_hook: Renamed { .init() }
  @available(*, unavailable, message: "write `%`") public var remainder: Renamed { .init() }
  @available(*, unavailable, renamed: "renormalized(order:)") public var renorm: Renamed { .init() }
  @available(*, unavailable, renamed: "repeated(_:)") public var `repeat`: Renamed { .init() }
  @available(*, unavailable, renamed: "repeatInterleaved(_:axis:)") public var repeat_interleave: Renamed { .init() }
  @available(*, unavailable, renamed: "requiresGrad") public var requires_grad: Bool {
    get { false }
    set {}
  }
  @available(*, unavailable, renamed: "reshaped(to:)") public var reshape: Renamed { .init() }
  @available(*, unavailable, renamed: "reshaped(to:)") public var reshape_as: Renamed { .init() }
  @available(*, unavailable, message: "write `DType.promoted(_:_:)`") public var result_type: Renamed { .init() }
  @available(*, unavailable, renamed: "retainGrad") public var retain_grad: Renamed { .init() }
  @available(*, unavailable, renamed: "rmsNormalized(axisCount:)") public var rms_norm: Renamed { .init() }
  @available(*, unavailable, message: "write `RNN`") public var rnn_relu: Renamed { .init() }
  @available(*, unavailable, message: "write `RNNCell`") public var rnn_relu_cell: Renamed { .init() }
  @available(*, unavailable, message: "write `RNN`") public var rnn_tanh: Renamed { .init() }
  @available(*, unavailable, message: "write `RNNCell`") public var rnn_tanh_cell: Renamed { .init() }
  @available(*, unavailable, renamed: "rolled(by:axis:)") public var roll: Renamed { .init() }
  @available(*, unavailable, renamed: "rotated(times:from:to:)") public var rot90: Renamed { .init() }
  @available(*, unavailable, message: "write `-`") public var rsub: Renamed { .init() }
  @available(*, unavailable, renamed: "scattered(_:at:axis:)") public var scatter: Renamed { .init() }
  @available(*, unavailable, renamed: "scatterAdded(_:at:axis:)") public var scatter_add: Renamed { .init() }
  @available(*, unavailable, renamed: "scatterReduced(_:at:axis:by:includesSelf:)")
  public var scatter_reduce: Renamed { .init() }
  @available(*, unavailable, renamed: "searchSorted(_:right:sorter:)") public var searchsorted: Renamed { .init() }
  @available(*, unavailable, message: "write `Random.generator`") public func seed(_: Any...) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `x[...]`") public var select: Renamed { .init() }
  @available(*, unavailable, renamed: "selectScattered(_:axis:index:)") public var select_scatter: Renamed { .init() }
  @available(*, unavailable, message: "write `Threads.count`") public var set_num_threads: Renamed { .init() }
  @available(*, unavailable, message: "write `Random.generator`") public var set_rng_state: Renamed { .init() }
  @available(*, unavailable, renamed: "sign") public var sgn: Renamed { .init() }
  @available(*, unavailable, message: "write `x.converted(to: .int16)`") public var short: Renamed { .init() }
  @available(*, unavailable, message: "write `x.shape` or `x.shape[0]`") public var size: Renamed { .init() }
  @available(*, unavailable, renamed: "sliceScattered(_:axis:)") public var slice_scatter: Renamed { .init() }
  @available(*, unavailable, renamed: "logAbsDeterminant") public var slogdet: Renamed { .init() }
  @available(*, unavailable, renamed: "sorted(axis:descending:)") public var sort: Renamed { .init() }
  @available(*, unavailable, renamed: "split(size:axis:)") public var split_with_sizes: Renamed { .init() }
  @available(*, unavailable, renamed: "squared") public var square: Renamed { .init() }
  @available(*, unavailable, renamed: "squeezed(_:)") public var squeeze: Renamed { .init() }
  @available(*, unavailable, renamed: "standardDeviation(axes:correction:)") public var std: Renamed { .init() }
  @available(*, unavailable, renamed: "standardDeviationAndMean(axes:)") public var std_mean: Renamed { .init() }
  @available(*, unavailable, message: "write `-`") public var sub: Renamed { .init() }
  @available(*, unavailable, message: "write `-`") public var subtract: Renamed { .init() }
  @available(*, unavailable, renamed: "transposed(_:_:)") public var swapaxes: Renamed { .init() }
  @available(*, unavailable, renamed: "transposed(_:_:)") public var swapdims: Renamed { .init() }
  @available(*, unavailable, message: "write `x.transposed(0, 1)`") public var t: Renamed { .init() }
  @available(*, unavailable, renamed: "taken(at:)") public var take: Renamed { .init() }
  @available(*, unavailable, renamed: "takenAlong(_:axis:)") public var take_along_dim: Renamed { .init() }
  @available(*, unavailable, renamed: "split(parts:axis:)") public var tensor_split: Renamed { .init() }
  @available(*, unavailable, renamed: "repeated(_:)") public var tile: Renamed { .init() }
  @available(*, unavailable, renamed: "converted(to:)") public var to: Renamed { .init() }
  @available(*, unavailable, renamed: "converted(to:)") public func to(_: DType) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "scalars(as:)") public var tolist: Renamed { .init() }
  @available(*, unavailable, renamed: "topK(_:axis:)") public var topk: Renamed { .init() }
  @available(*, unavailable, renamed: "transposed(_:_:)") public var transpose: Renamed { .init() }
  @available(*, unavailable, renamed: "trapezoid(at:step:axis:)") public var trapz: Renamed { .init() }
  @available(*, unavailable, message: "write `/`") public var true_divide: Renamed { .init() }
  @available(*, unavailable, renamed: "converted(to:)") public var type_as: Renamed { .init() }
  @available(*, unavailable, renamed: "unbound(axis:)") public var unbind: Renamed { .init() }
  @available(*, unavailable, renamed: "unflattened(axis:into:)") public var unflatten: Renamed { .init() }
  @available(*, unavailable, renamed: "slidingWindows(axis:size:step:)") public var unfold: Renamed { .init() }
  @available(*, unavailable, renamed: "uniqueConsecutive(axis:)") public var unique_consecutive: Renamed { .init() }
  @available(*, unavailable, renamed: "unsqueezed(_:)") public var unsqueeze: Renamed { .init() }
  @available(*, unavailable, message: "write `Threads.isDeterministic`")
  public var use_deterministic_algorithms: Renamed { .init() }
  @available(*, unavailable, renamed: "variance(axes:correction:)") public var `var`: Renamed { .init() }
  @available(*, unavailable, renamed: "varianceAndMean(axes:)") public var var_mean: Renamed { .init() }
  @available(*, unavailable, renamed: "dot(_:)") public var vdot: Renamed { .init() }
  @available(*, unavailable, message: "write `x.reshaped(to: [2, 3])`")
  public func view(_: Any...) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "reshaped(to:)") public var view_as: Renamed { .init() }
  @available(*, unavailable, renamed: "splitVertically(parts:)") public var vsplit: Renamed { .init() }
  @available(*, unavailable, renamed: "zerosLike") public var zeros_like: Renamed { .init() }
}
