// PyTorch's names of functions that are methods of tensors here, for which the compiler offers Weft's.
//
// `scripts/list-pytorch-names` writes this file from the tables of Documentation/PyTorch.md; a test compares the two.

@available(*, unavailable, message: "write `x.abs()`") public func abs(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.abs()`") public var absolute: Renamed { .init() }
@available(*, unavailable, message: "write `x.acos()`") public func acos(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.acosh()`") public func acosh(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.adaptiveAveragePooled(to:)`")
public var adaptive_avg_pool1d: Renamed { .init() }
@available(*, unavailable, message: "write `x.adaptiveAveragePooled(to:)`")
public var adaptive_avg_pool2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.adaptiveAveragePooled(to:)`")
public var adaptive_avg_pool3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.adaptiveMaxPooled(to:)`")
public var adaptive_max_pool1d: Renamed { .init() }
@available(*, unavailable, message: "write `x.adaptiveMaxPooledWithIndices(to:)`")
public var adaptive_max_pool1d_with_indices: Renamed { .init() }
@available(*, unavailable, message: "write `x.adaptiveMaxPooled(to:)`")
public var adaptive_max_pool2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.adaptiveMaxPooledWithIndices(to:)`")
public var adaptive_max_pool2d_with_indices: Renamed { .init() }
@available(*, unavailable, message: "write `x.adaptiveMaxPooled(to:)`")
public var adaptive_max_pool3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.adaptiveMaxPooledWithIndices(to:)`")
public var adaptive_max_pool3d_with_indices: Renamed { .init() }
@available(*, unavailable, message: "write `x.addingQuotient(_:_:value:)`") public var addcdiv: Renamed { .init() }
@available(*, unavailable, message: "write `x.addingProduct(_:_:value:)`") public var addcmul: Renamed { .init() }
@available(*, unavailable, message: "write `x.addingMatrixProduct(_:_:alpha:beta:)`")
public var addmm: Renamed { .init() }
@available(*, unavailable, message: "write `x.addingMatrixProduct(_:_:alpha:beta:)`")
public var addmv: Renamed { .init() }
@available(*, unavailable, message: "write `x.transposed(_:_:)`") public var adjoint: Renamed { .init() }
@available(*, unavailable, message: "write `x.isClose(to:relative:)`") public var allclose: Renamed { .init() }
@available(*, unavailable, message: "write `x.alphaDropout(probability:using:)`")
public var alpha_dropout: Renamed { .init() }
@available(*, unavailable, message: "write `x.max(axes:keepDims:)`") public var amax: Renamed { .init() }
@available(*, unavailable, message: "write `x.min(axes:keepDims:)`") public var amin: Renamed { .init() }
@available(*, unavailable, message: "write `x.minAndMax(axis:)`") public var aminmax: Renamed { .init() }
@available(*, unavailable, message: "write `x.acos()`") public var arccos: Renamed { .init() }
@available(*, unavailable, message: "write `x.acosh()`") public var arccosh: Renamed { .init() }
@available(*, unavailable, message: "write `x.asin()`") public var arcsin: Renamed { .init() }
@available(*, unavailable, message: "write `x.asinh()`") public var arcsinh: Renamed { .init() }
@available(*, unavailable, message: "write `x.atan()`") public var arctan: Renamed { .init() }
@available(*, unavailable, message: "write `x.atanh()`") public var arctanh: Renamed { .init() }
@available(*, unavailable, message: "write `x.argMax(axis:)`") public var argmax: Renamed { .init() }
@available(*, unavailable, message: "write `x.argMin(axis:)`") public var argmin: Renamed { .init() }
@available(*, unavailable, message: "write `x.argsort(axis:)`") public var argsort: Renamed { .init() }
@available(*, unavailable, message: "write `x.nonzero()`") public var argwhere: Renamed { .init() }
@available(*, unavailable, message: "write `x.asin()`") public func asin(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.asinh()`") public func asinh(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.atan()`") public func atan(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.atanh()`") public func atanh(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.atLeast1D()`") public var atleast_1d: Renamed { .init() }
@available(*, unavailable, message: "write `x.atLeast2D()`") public var atleast_2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.atLeast3D()`") public var atleast_3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.averagePooled(kernel:stride:)`")
public var avg_pool1d: Renamed { .init() }
@available(*, unavailable, message: "write `x.averagePooled(kernel:stride:)`")
public var avg_pool2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.averagePooled(kernel:stride:)`")
public var avg_pool3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.addingMatrixProduct(_:_:alpha:beta:)`")
public var baddbmm: Renamed { .init() }
@available(*, unavailable, message: "write `x.batchNormalized(weight:bias:epsilon:)`")
public var batch_norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.binCount(weights:)`") public var bincount: Renamed { .init() }
@available(*, unavailable, message: "write `x.bitwiseAnd(_:)`") public var bitwise_and: Renamed { .init() }
@available(*, unavailable, message: "write `x.bitsShiftedLeft(by:)`") public var bitwise_left_shift: Renamed { .init() }
@available(*, unavailable, message: "write `x.bitwiseNot()`") public var bitwise_not: Renamed { .init() }
@available(*, unavailable, message: "write `x.bitwiseOr(_:)`") public var bitwise_or: Renamed { .init() }
@available(*, unavailable, message: "write `x.bitsShiftedRight(by:)`")
public var bitwise_right_shift: Renamed { .init() }
@available(*, unavailable, message: "write `x.bitwiseXor(_:)`") public var bitwise_xor: Renamed { .init() }
@available(*, unavailable, message: "write `x.expanded(to:)`") public var broadcast_to: Renamed { .init() }
@available(*, unavailable, message: "write `x.bucketized(_:right:)`") public var bucketize: Renamed { .init() }
@available(*, unavailable, message: "write `x.ceil()`") public func ceil(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.celu(alpha:)`") public var celu: Renamed { .init() }
@available(*, unavailable, message: "write `x.channelShuffled(groups:)`")
public var channel_shuffle: Renamed { .init() }
@available(*, unavailable, message: "write `x.cholesky(upper:)`") public var cholesky: Renamed { .init() }
@available(*, unavailable, message: "write `x.choleskyInverse(upper:)`")
public var cholesky_inverse: Renamed { .init() }
@available(*, unavailable, message: "write `x.choleskySolved(factor:upper:)`")
public var cholesky_solve: Renamed { .init() }
@available(*, unavailable, message: "write `x.chunked(_:axis:)`") public var chunk: Renamed { .init() }
@available(*, unavailable, message: "write `x.clamped(low:high:)`") public var clamp: Renamed { .init() }
@available(*, unavailable, message: "write `x.clamped(low:high:)`") public var clamp_max: Renamed { .init() }
@available(*, unavailable, message: "write `x.clamped(low:high:)`") public var clamp_min: Renamed { .init() }
@available(*, unavailable, message: "write `x.clamped(low:high:)`") public var clip: Renamed { .init() }
@available(*, unavailable, message: "write `x.combinations(of:withReplacement:)`")
public var combinations: Renamed { .init() }
@available(*, unavailable, message: "write `x.withSign(of:)`") public func copysign(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.correlation()`") public var corrcoef: Renamed { .init() }
@available(*, unavailable, message: "write `x.cos()`") public func cos(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.cosh()`") public func cosh(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.countNonzero(axes:)`") public var count_nonzero: Renamed { .init() }
@available(*, unavailable, message: "write `x.covariance(correction:)`") public var cov: Renamed { .init() }
@available(*, unavailable, message: "write `x.cross(_:axis:)`") public var cross: Renamed { .init() }
@available(*, unavailable, message: "write `x.cumulativeMax(axis:)`") public var cummax: Renamed { .init() }
@available(*, unavailable, message: "write `x.cumulativeMin(axis:)`") public var cummin: Renamed { .init() }
@available(*, unavailable, message: "write `x.cumulativeProduct(axis:)`") public var cumprod: Renamed { .init() }
@available(*, unavailable, message: "write `x.cumulativeSum(axis:)`") public var cumsum: Renamed { .init() }
@available(*, unavailable, message: "write `x.cumulativeTrapezoid(at:step:axis:)`")
public var cumulative_trapezoid: Renamed { .init() }
@available(*, unavailable, message: "write `x.degreesToRadians()`") public var deg2rad: Renamed { .init() }
@available(*, unavailable, message: "write `x.determinant()`") public var det: Renamed { .init() }
@available(*, unavailable, message: "write `x.detach()`") public var detach: Renamed { .init() }
@available(*, unavailable, message: "write `x.diagonalMatrix(offset:)`") public var diag: Renamed { .init() }
@available(*, unavailable, message: "write `x.diagonalMatrix(offset:)`") public var diag_embed: Renamed { .init() }
@available(*, unavailable, message: "write `x.diagonalMatrix(offset:)`") public var diagflat: Renamed { .init() }
@available(*, unavailable, message: "write `x.diagonal(offset:rowAxis:columnAxis:)`")
public var diagonal: Renamed { .init() }
@available(*, unavailable, message: "write `x.diagonalScattered(_:offset:)`")
public var diagonal_scatter: Renamed { .init() }
@available(*, unavailable, message: "write `x.difference(order:axis:prepend:append:)`")
public var diff: Renamed { .init() }
@available(*, unavailable, message: "write `x.digamma()`") public var digamma: Renamed { .init() }
@available(*, unavailable, message: "write `x.distance(to:order:)`") public var dist: Renamed { .init() }
@available(*, unavailable, message: "write `x.dropout(probability:using:)`") public var dropout: Renamed { .init() }
@available(*, unavailable, message: "write `x.featureDropout(probability:using:)`")
public var dropout1d: Renamed { .init() }
@available(*, unavailable, message: "write `x.featureDropout(probability:using:)`")
public var dropout2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.featureDropout(probability:using:)`")
public var dropout3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.splitInDepth(parts:)`") public var dsplit: Renamed { .init() }
@available(*, unavailable, message: "write `x.elu(alpha:)`") public var elu: Renamed { .init() }
@available(*, unavailable, message: "write `x.embedding(_:paddingIndex:)`") public var embedding: Renamed { .init() }
@available(*, unavailable, message: "write `x.embeddingBag(_:offsets:mode:)`")
public var embedding_bag: Renamed { .init() }
@available(*, unavailable, message: "write `x.erf()`") public func erf(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.erfc()`") public func erfc(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.erfInverse()`") public var erfinv: Renamed { .init() }
@available(*, unavailable, message: "write `x.exp()`") public func exp(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.exp2()`") public func exp2(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.expm1()`") public func expm1(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.featureAlphaDropout(probability:using:)`")
public var feature_alpha_dropout: Renamed { .init() }
@available(*, unavailable, message: "write `x.trunc()`") public var fix: Renamed { .init() }
@available(*, unavailable, message: "write `x.flattened(from:)`") public var flatten: Renamed { .init() }
@available(*, unavailable, message: "write `x.flipped(axes:)`") public var flip: Renamed { .init() }
@available(*, unavailable, message: "write `x.flippedHorizontally()`") public var fliplr: Renamed { .init() }
@available(*, unavailable, message: "write `x.flippedVertically()`") public var flipud: Renamed { .init() }
@available(*, unavailable, message: "write `x.floatPower(_:)`") public var float_power: Renamed { .init() }
@available(*, unavailable, message: "write `x.floor()`") public func floor(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.floorDivided(by:)`") public var floor_divide: Renamed { .init() }
@available(*, unavailable, message: "write `x.folded(outputSize:kernel:)`") public var fold: Renamed { .init() }
@available(*, unavailable, message: "write `x.fractionalPart()`") public var frac: Renamed { .init() }
@available(*, unavailable, message: "write `x.fractionalMaxPooled(kernel:outputSize:)`")
public var fractional_max_pool2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.fractionalMaxPooled(kernel:outputSize:)`")
public var fractional_max_pool2d_with_indices: Renamed { .init() }
@available(*, unavailable, message: "write `x.fractionalMaxPooled(kernel:outputSize:)`")
public var fractional_max_pool3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.fractionalMaxPooled(kernel:outputSize:)`")
public var fractional_max_pool3d_with_indices: Renamed { .init() }
@available(*, unavailable, message: "write `x.frexp()`") public func frexp(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.matrixNorm(_:)`") public var frobenius_norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.fullLike(_:)`") public var full_like: Renamed { .init() }
@available(*, unavailable, message: "write `x.gathered(_:axis:)`") public var gather: Renamed { .init() }
@available(*, unavailable, message: "write `x.gelu(approximation:)`") public var gelu: Renamed { .init() }
@available(*, unavailable, message: "write `x.outer(_:)`") public var ger: Renamed { .init() }
@available(*, unavailable, message: "write `x.glu(axis:)`") public var glu: Renamed { .init() }
@available(*, unavailable, message: "write `x.sampledGradient(spacing:)`") public var gradient: Renamed { .init() }
@available(*, unavailable, message: "write `x.gridSampled(_:mode:)`") public var grid_sample: Renamed { .init() }
@available(*, unavailable, message: "write `x.groupNormalized(groups:weight:bias:)`")
public var group_norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.gumbelSoftmax(temperature:)`")
public var gumbel_softmax: Renamed { .init() }
@available(*, unavailable, message: "write `x.hardshrink(lambda:)`") public var hardshrink: Renamed { .init() }
@available(*, unavailable, message: "write `x.hardsigmoid()`") public var hardsigmoid: Renamed { .init() }
@available(*, unavailable, message: "write `x.hardswish()`") public var hardswish: Renamed { .init() }
@available(*, unavailable, message: "write `x.hardtanh(low:)`") public var hardtanh: Renamed { .init() }
@available(*, unavailable, message: "write `x.heaviside(_:)`") public var heaviside: Renamed { .init() }
@available(*, unavailable, message: "write `x.histogram(bins:range:weights:isDensity:)`")
public var histc: Renamed { .init() }
@available(*, unavailable, message: "write `x.histogram(bins:range:weights:isDensity:)`")
public var histogram: Renamed { .init() }
@available(*, unavailable, message: "write `x.splitHorizontally(parts:)`") public var hsplit: Renamed { .init() }
@available(*, unavailable, message: "write `x.indexAdded(_:at:axis:scale:)`") public var index_add: Renamed { .init() }
@available(*, unavailable, message: "write `x.indexCopied(_:at:axis:)`") public var index_copy: Renamed { .init() }
@available(*, unavailable, message: "write `x.indexFilled(_:at:axis:)`") public var index_fill: Renamed { .init() }
@available(*, unavailable, message: "write `x.putting(_:at:accumulates:)`") public var index_put: Renamed { .init() }
@available(*, unavailable, message: "write `x.indexReduced(_:at:axis:by:includesSelf:)`")
public var index_reduce: Renamed { .init() }
@available(*, unavailable, message: "write `x.indexSelected(_:axis:)`") public var index_select: Renamed { .init() }
@available(*, unavailable, message: "write `x.instanceNormalized(weight:)`")
public var instance_norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.interpolated(size:mode:)`") public var interpolate: Renamed { .init() }
@available(*, unavailable, message: "write `x.inverse()`") public var inverse: Renamed { .init() }
@available(*, unavailable, message: "write `x.item()`") public var is_nonzero: Renamed { .init() }
@available(*, unavailable, message: "write `x.elementsClose(to:relative:)`") public var isclose: Renamed { .init() }
@available(*, unavailable, message: "write `x.isFinite()`") public func isfinite(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.isIn(_:)`") public var isin: Renamed { .init() }
@available(*, unavailable, message: "write `x.isInfinite()`") public func isinf(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.isNaN()`") public func isnan(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.isNegativeInfinity()`") public var isneginf: Renamed { .init() }
@available(*, unavailable, message: "write `x.isPositiveInfinity()`") public var isposinf: Renamed { .init() }
@available(*, unavailable, message: "write `x.istft(_:length:)`") public var istft: Renamed { .init() }
@available(*, unavailable, message: "write `x.kronecker(_:)`") public var kron: Renamed { .init() }
@available(*, unavailable, message: "write `x.kthValue(_:axis:)`") public var kthvalue: Renamed { .init() }
@available(*, unavailable, message: "write `x.layerNormalized(axisCount:)`") public var layer_norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.ldexp(_:)`") public func ldexp(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.leakyReLU(slope:)`") public var leaky_relu: Renamed { .init() }
@available(*, unavailable, message: "write `x.lerp(to:weight:)`") public var lerp: Renamed { .init() }
@available(*, unavailable, message: "write `x.logGamma()`") public func lgamma(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.localResponseNormalized(size:alpha:)`")
public var local_response_norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.log()`") public func log(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.log10()`") public func log10(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.log1p()`") public func log1p(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.log2()`") public func log2(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.logSoftmax(axis:)`") public var log_softmax: Renamed { .init() }
@available(*, unavailable, message: "write `x.logCumulativeSumExp(axis:)`") public var logcumsumexp: Renamed { .init() }
@available(*, unavailable, message: "write `x.logAbsDeterminant()`") public var logdet: Renamed { .init() }
@available(*, unavailable, message: "write `x.logicalNot()`") public var logical_not: Renamed { .init() }
@available(*, unavailable, message: "write `x.logit(epsilon:)`") public var logit: Renamed { .init() }
@available(*, unavailable, message: "write `x.logSigmoid()`") public var logsigmoid: Renamed { .init() }
@available(*, unavailable, message: "write `x.logSumExp(axes:keepDims:)`") public var logsumexp: Renamed { .init() }
@available(*, unavailable, message: "write `x.lpPooled(order:kernel:stride:)`")
public var lp_pool1d: Renamed { .init() }
@available(*, unavailable, message: "write `x.lpPooled(order:kernel:stride:)`")
public var lp_pool2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.lpPooled(order:kernel:stride:)`")
public var lp_pool3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.luSolved(factors:pivots:left:adjoint:)`")
public var lu_solve: Renamed { .init() }
@available(*, unavailable, message: "write `x.luUnpacked(pivots:)`") public var lu_unpack: Renamed { .init() }
@available(*, unavailable, message: "write `x.maskedFilled(where:with:)`") public var masked_fill: Renamed { .init() }
@available(*, unavailable, message: "write `x.maskedScattered(_:from:)`") public var masked_scatter: Renamed { .init() }
@available(*, unavailable, message: "write `x.maskedSelected(_:)`") public var masked_select: Renamed { .init() }
@available(*, unavailable, message: "write `x.matrixExponential()`") public var matrix_exp: Renamed { .init() }
@available(*, unavailable, message: "write `x.matrixPower(_:)`") public var matrix_power: Renamed { .init() }
@available(*, unavailable, message: "write `x.matrixRank(relativeTolerance:)`")
public var matrix_rank: Renamed { .init() }
@available(*, unavailable, message: "write `x.max(axes:keepDims:)`") public func max(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.maxPooled(kernel:stride:)`") public var max_pool1d: Renamed { .init() }
@available(*, unavailable, message: "write `x.maxPooledWithIndices(kernel:stride:)`")
public var max_pool1d_with_indices: Renamed { .init() }
@available(*, unavailable, message: "write `x.maxPooled(kernel:stride:)`") public var max_pool2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.maxPooledWithIndices(kernel:stride:)`")
public var max_pool2d_with_indices: Renamed { .init() }
@available(*, unavailable, message: "write `x.maxPooled(kernel:stride:)`") public var max_pool3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.maxPooledWithIndices(kernel:stride:)`")
public var max_pool3d_with_indices: Renamed { .init() }
@available(*, unavailable, message: "write `x.maxUnpooled(_:kernel:stride:)`")
public var max_unpool1d: Renamed { .init() }
@available(*, unavailable, message: "write `x.maxUnpooled(_:kernel:stride:)`")
public var max_unpool2d: Renamed { .init() }
@available(*, unavailable, message: "write `x.maxUnpooled(_:kernel:stride:)`")
public var max_unpool3d: Renamed { .init() }
@available(*, unavailable, message: "write `x.mean(axes:keepDims:)`") public var mean: Renamed { .init() }
@available(*, unavailable, message: "write `x.median()`") public var median: Renamed { .init() }
@available(*, unavailable, message: "write `x.min(axes:keepDims:)`") public func min(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.mish()`") public var mish: Renamed { .init() }
@available(*, unavailable, message: "write `x.movedAxis(_:to:)`") public var moveaxis: Renamed { .init() }
@available(*, unavailable, message: "write `x.movedAxis(_:to:)`") public var movedim: Renamed { .init() }
@available(*, unavailable, message: "write `x.sorted(axis:)`") public var msort: Renamed { .init() }
@available(*, unavailable, message: "write `x.multinomial(_:withReplacement:)`")
public var multinomial: Renamed { .init() }
@available(*, unavailable, message: "write `x.multivariateLogGamma(dimension:)`")
public var mvlgamma: Renamed { .init() }
@available(*, unavailable, message: "write `x.replacingNonfinite(nan:)`") public var nan_to_num: Renamed { .init() }
@available(*, unavailable, message: "write `x.nanMean(axes:keepDims:)`") public var nanmean: Renamed { .init() }
@available(*, unavailable, message: "write `x.nanMedian()`") public var nanmedian: Renamed { .init() }
@available(*, unavailable, message: "write `x.nanQuantile(_:axis:)`") public var nanquantile: Renamed { .init() }
@available(*, unavailable, message: "write `x.nanSum(axes:keepDims:)`") public var nansum: Renamed { .init() }
@available(*, unavailable, message: "write `x.narrowed(axis:from:count:)`") public var narrow: Renamed { .init() }
@available(*, unavailable, message: "write `x.nextAfter(towards:)`")
public func nextafter(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.nonzero()`") public var nonzero: Renamed { .init() }
@available(*, unavailable, message: "write `x.norm(order:axes:keepDims:)`") public var norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.normalized(order:)`") public var normalize: Renamed { .init() }
@available(*, unavailable, message: "write `x.matrixNorm(_:)`") public var nuclear_norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.oneHot(classes:)`") public var one_hot: Renamed { .init() }
@available(*, unavailable, message: "write `x.onesLike()`") public var ones_like: Renamed { .init() }
@available(*, unavailable, message: "write `x.householderProduct(scales:)`") public var orgqr: Renamed { .init() }
@available(*, unavailable, message: "write `x.padded(_:mode:)`") public var pad: Renamed { .init() }
@available(*, unavailable, message: "write `x.pairDistances(order:)`") public var pdist: Renamed { .init() }
@available(*, unavailable, message: "write `x.permuted(_:)`") public var permute: Renamed { .init() }
@available(*, unavailable, message: "write `x.pseudoInverse(relativeTolerance:)`")
public var pinverse: Renamed { .init() }
@available(*, unavailable, message: "write `x.pixelShuffled(by:)`") public var pixel_shuffle: Renamed { .init() }
@available(*, unavailable, message: "write `x.pixelUnshuffled(by:)`") public var pixel_unshuffle: Renamed { .init() }
@available(*, unavailable, message: "write `x.polygamma(order:)`") public var polygamma: Renamed { .init() }
@available(*, unavailable, message: "write `x.pow(_:)`") public func pow(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.prelu(weight:)`") public var prelu: Renamed { .init() }
@available(*, unavailable, message: "write `x.product(axes:keepDims:)`") public var prod: Renamed { .init() }
@available(*, unavailable, message: "write `x.quantile(_:axis:keepDims:interpolation:)`")
public var quantile: Renamed { .init() }
@available(*, unavailable, message: "write `x.radiansToDegrees()`") public var rad2deg: Renamed { .init() }
@available(*, unavailable, message: "write `x.flattened(from:)`") public var ravel: Renamed { .init() }
@available(*, unavailable, message: "write `x.reciprocal()`") public var reciprocal: Renamed { .init() }
@available(*, unavailable, message: "write `x.relu()`") public var relu: Renamed { .init() }
@available(*, unavailable, message: "write `x.relu6()`") public var relu6: Renamed { .init() }
@available(*, unavailable, message: "write `x.renormalized(order:)`") public var renorm: Renamed { .init() }
@available(*, unavailable, message: "write `x.repeatInterleaved(_:axis:)`")
public var repeat_interleave: Renamed { .init() }
@available(*, unavailable, message: "write `x.reshaped(to:)`") public var reshape: Renamed { .init() }
@available(*, unavailable, message: "write `x.rmsNormalized(axisCount:)`") public var rms_norm: Renamed { .init() }
@available(*, unavailable, message: "write `x.rolled(by:axis:)`") public var roll: Renamed { .init() }
@available(*, unavailable, message: "write `x.rotated(times:from:to:)`") public var rot90: Renamed { .init() }
@available(*, unavailable, message: "write `x.round()`") public func round(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.rrelu(low:high:)`") public var rrelu: Renamed { .init() }
@available(*, unavailable, message: "write `x.rsqrt()`") public var rsqrt: Renamed { .init() }
@available(*, unavailable, message: "write `x.scattered(_:at:axis:)`") public var scatter: Renamed { .init() }
@available(*, unavailable, message: "write `x.scatterAdded(_:at:axis:)`") public var scatter_add: Renamed { .init() }
@available(*, unavailable, message: "write `x.scatterReduced(_:at:axis:by:includesSelf:)`")
public var scatter_reduce: Renamed { .init() }
@available(*, unavailable, message: "write `x.searchSorted(_:right:sorter:)`")
public var searchsorted: Renamed { .init() }
@available(*, unavailable, message: "write `x.selectScattered(_:axis:index:)`")
public var select_scatter: Renamed { .init() }
@available(*, unavailable, message: "write `x.selu()`") public var selu: Renamed { .init() }
@available(*, unavailable, message: "write `x.sign()`") public var sgn: Renamed { .init() }
@available(*, unavailable, message: "write `x.sigmoid()`") public var sigmoid: Renamed { .init() }
@available(*, unavailable, message: "write `x.sign()`") public var sign: Renamed { .init() }
@available(*, unavailable, message: "write `x.signBit()`") public func signbit(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.silu()`") public var silu: Renamed { .init() }
@available(*, unavailable, message: "write `x.sin()`") public func sin(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.sinc()`") public var sinc: Renamed { .init() }
@available(*, unavailable, message: "write `x.sinh()`") public func sinh(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.sliceScattered(_:axis:)`") public var slice_scatter: Renamed { .init() }
@available(*, unavailable, message: "write `x.logAbsDeterminant()`") public var slogdet: Renamed { .init() }
@available(*, unavailable, message: "write `x.softmax(axis:)`") public var softmax: Renamed { .init() }
@available(*, unavailable, message: "write `x.softmin(axis:)`") public var softmin: Renamed { .init() }
@available(*, unavailable, message: "write `x.softplus(beta:)`") public var softplus: Renamed { .init() }
@available(*, unavailable, message: "write `x.softshrink(lambda:)`") public var softshrink: Renamed { .init() }
@available(*, unavailable, message: "write `x.softsign()`") public var softsign: Renamed { .init() }
@available(*, unavailable, message: "write `x.sorted(axis:descending:)`") public var sort: Renamed { .init() }
@available(*, unavailable, message: "write `x.split(size:axis:)`") public var split: Renamed { .init() }
@available(*, unavailable, message: "write `x.split(size:axis:)`") public var split_with_sizes: Renamed { .init() }
@available(*, unavailable, message: "write `x.sqrt()`") public func sqrt(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.squared()`") public var square: Renamed { .init() }
@available(*, unavailable, message: "write `x.squeezed(_:)`") public var squeeze: Renamed { .init() }
@available(*, unavailable, message: "write `x.standardDeviation(axes:correction:)`") public var std: Renamed { .init() }
@available(*, unavailable, message: "write `x.standardDeviationAndMean(axes:)`")
public var std_mean: Renamed { .init() }
@available(*, unavailable, message: "write `x.stft(_:)`") public var stft: Renamed { .init() }
@available(*, unavailable, message: "write `x.sum(axes:keepDims:)`") public var sum: Renamed { .init() }
@available(*, unavailable, message: "write `x.svd(fullMatrices:)`") public var svd: Renamed { .init() }
@available(*, unavailable, message: "write `x.transposed(_:_:)`") public var swapaxes: Renamed { .init() }
@available(*, unavailable, message: "write `x.transposed(_:_:)`") public var swapdims: Renamed { .init() }
@available(*, unavailable, message: "write `x.takenAlong(_:axis:)`") public var take_along_dim: Renamed { .init() }
@available(*, unavailable, message: "write `x.tan()`") public func tan(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.tanh()`") public func tanh(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.tanhshrink()`") public var tanhshrink: Renamed { .init() }
@available(*, unavailable, message: "write `x.split(parts:axis:)`") public var tensor_split: Renamed { .init() }
@available(*, unavailable, message: "write `x.threshold(_:value:)`") public var threshold: Renamed { .init() }
@available(*, unavailable, message: "write `x.repeated(_:)`") public var tile: Renamed { .init() }
@available(*, unavailable, message: "write `x.topK(_:axis:)`") public var topk: Renamed { .init() }
@available(*, unavailable, message: "write `x.trace(offset:)`") public var trace: Renamed { .init() }
@available(*, unavailable, message: "write `x.transposed(_:_:)`") public var transpose: Renamed { .init() }
@available(*, unavailable, message: "write `x.trapezoid(at:step:axis:)`") public var trapezoid: Renamed { .init() }
@available(*, unavailable, message: "write `x.trapezoid(at:step:axis:)`") public var trapz: Renamed { .init() }
@available(*, unavailable, message: "write `x.tril(diagonal:)`") public var tril: Renamed { .init() }
@available(*, unavailable, message: "write `x.triu(diagonal:)`") public var triu: Renamed { .init() }
@available(*, unavailable, message: "write `x.trunc()`") public func trunc(_: Tensor) -> Tensor { .invalid }
@available(*, unavailable, message: "write `x.unbound(axis:)`") public var unbind: Renamed { .init() }
@available(*, unavailable, message: "write `x.unflattened(axis:into:)`") public var unflatten: Renamed { .init() }
@available(*, unavailable, message: "write `x.unfolded(kernel:stride:)`") public var unfold: Renamed { .init() }
@available(*, unavailable, message: "write `x.unique(axis:)`") public var unique: Renamed { .init() }
@available(*, unavailable, message: "write `x.uniqueConsecutive(axis:)`")
public var unique_consecutive: Renamed { .init() }
@available(*, unavailable, message: "write `x.unsqueezed(_:)`") public var unsqueeze: Renamed { .init() }
@available(*, unavailable, message: "write `x.interpolated(size:mode:)`") public var upsample: Renamed { .init() }
@available(*, unavailable, message: "write `x.interpolated(size:mode:)`")
public var upsample_bilinear: Renamed { .init() }
@available(*, unavailable, message: "write `x.interpolated(size:mode:)`")
public var upsample_nearest: Renamed { .init() }
@available(*, unavailable, message: "write `x.vander(count:increasing:)`") public var vander: Renamed { .init() }
@available(*, unavailable, message: "write `x.variance(axes:correction:)`") public var `var`: Renamed { .init() }
@available(*, unavailable, message: "write `x.varianceAndMean(axes:)`") public var var_mean: Renamed { .init() }
@available(*, unavailable, message: "write `x.dot(_:)`") public var vdot: Renamed { .init() }
@available(*, unavailable, message: "write `x.splitVertically(parts:)`") public var vsplit: Renamed { .init() }
@available(*, unavailable, message: "write `x.zerosLike()`") public var zeros_like: Renamed { .init() }
