// swift-format-ignore-file
// scripts/list-functions writes this file.
import Weft

extension PublicCall {
  @Sendable static func part11(_ calls: inout [PublicCall]) {
    calls.add("Tensor.histogram(edges:weights:isDensity:)") { d in try d.use(d.make(Tensor.self).histogram(edges: d.make(Tensor.self), weights: d.make((Tensor?).self), isDensity: d.make(Bool.self))) }
    calls.add("Tensor.householderProduct(scales:)") { d in try d.use(d.make(Tensor.self).householderProduct(scales: d.make(Tensor.self))) }
    calls.add("Tensor.ifft(count:axis:normalization:)") { d in try d.use(d.make(Tensor.self).ifft(count: d.make((Int?).self), axis: d.make(Int.self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.ifft2(counts:axes:normalization:)") { d in try d.use(d.make(Tensor.self).ifft2(counts: d.make(([Int]?).self), axes: d.make([Int].self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.ifftN(counts:axes:normalization:)") { d in try d.use(d.make(Tensor.self).ifftN(counts: d.make(([Int]?).self), axes: d.make(([Int]?).self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.ifftShifted(axes:)") { d in try d.use(d.make(Tensor.self).ifftShifted(axes: d.make(([Int]?).self))) }
    calls.add("Tensor.ifftShifted(axis:)") { d in try d.use(d.make(Tensor.self).ifftShifted(axis: d.make(Int.self))) }
    calls.add("Tensor.ihfft(count:axis:normalization:)") { d in try d.use(d.make(Tensor.self).ihfft(count: d.make((Int?).self), axis: d.make(Int.self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.ihfft2(counts:axes:normalization:)") { d in try d.use(d.make(Tensor.self).ihfft2(counts: d.make(([Int]?).self), axes: d.make([Int].self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.ihfftN(counts:axes:normalization:)") { d in try d.use(d.make(Tensor.self).ihfftN(counts: d.make(([Int]?).self), axes: d.make(([Int]?).self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.indexAdded(_:at:axis:scale:)") { d in try d.use(d.make(Tensor.self).indexAdded(d.make(Tensor.self), at: d.make(Tensor.self), axis: d.make(Int.self), scale: d.make(Double.self))) }
    calls.add("Tensor.indexCopied(_:at:axis:)") { d in try d.use(d.make(Tensor.self).indexCopied(d.make(Tensor.self), at: d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.indexFilled(_:at:axis:)") { d in try d.use(d.make(Tensor.self).indexFilled(d.make(Double.self), at: d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.indexFilled(_:at:axis:)") { d in try d.use(d.make(Tensor.self).indexFilled(d.make(Tensor.self), at: d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.indexReduced(_:at:axis:by:includesSelf:)") { d in try d.use(d.make(Tensor.self).indexReduced(d.make(Tensor.self), at: d.make(Tensor.self), axis: d.make(Int.self), by: d.make(ScatterReduction.self), includesSelf: d.make(Bool.self))) }
    calls.add("Tensor.indexSelected(_:axis:)") { d in try d.use(d.make(Tensor.self).indexSelected(d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.init(arange:_:step:dtype:)") { d in try d.use(Tensor(arange: d.make(Double.self), d.make(Double.self), step: d.make(Double.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(arange:_:step:dtype:)") { d in try d.use(Tensor(arange: d.make(Int.self), d.make(Int.self), step: d.make(Int.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(arange:dtype:)") { d in try d.use(Tensor(arange: d.make(Int.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(bernoulli:dtype:using:)") { d in try d.use(Tensor(bernoulli: d.make(Tensor.self), dtype: d.make((DType?).self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(bernoulli:probability:dtype:using:)") { d in try d.use(Tensor(bernoulli: d.make(Shape.self), probability: d.make(Double.self), dtype: d.make(DType.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(checkingFull:_:dtype:)") { d in try d.use(Tensor(checkingFull: d.make(Shape.self), d.make(Double.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(exponential:rate:dtype:using:)") { d in try d.use(Tensor(exponential: d.make(Shape.self), rate: d.make(Double.self), dtype: d.make(DType.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(eye:_:dtype:)") { d in try d.use(Tensor(eye: d.make(Int.self), d.make((Int?).self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(fftFrequencies:spacing:dtype:)") { d in try d.use(Tensor(fftFrequencies: d.make(Int.self), spacing: d.make(Double.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(floatLiteral:)") { d in try d.use(Tensor(floatLiteral: d.make(Double.self))) }
    calls.add("Tensor.init(full:_:dtype:)") { d in try d.use(Tensor(full: d.make(Shape.self), d.make(Double.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(gumbel:dtype:using:)") { d in try d.use(Tensor(gumbel: d.make(Shape.self), dtype: d.make(DType.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(integerLiteral:)") { d in try d.use(Tensor(integerLiteral: d.make(Int.self))) }
    calls.add("Tensor.init(linspace:_:count:dtype:)") { d in try d.use(Tensor(linspace: d.make(Double.self), d.make(Double.self), count: d.make(Int.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(logspace:_:count:base:dtype:)") { d in try d.use(Tensor(logspace: d.make(Double.self), d.make(Double.self), count: d.make(Int.self), base: d.make(Double.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(normal:deviation:using:)") { d in try d.use(Tensor(normal: d.make(Tensor.self), deviation: d.make(Tensor.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(normal:mean:deviation:dtype:using:)") { d in try d.use(Tensor(normal: d.make(Shape.self), mean: d.make(Double.self), deviation: d.make(Double.self), dtype: d.make(DType.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(ones:dtype:)") { d in try d.use(Tensor(ones: d.make(Shape.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(permutation:using:)") { d in try d.use(Tensor(permutation: d.make(Int.self), using: d.make(RandomStream.self))) }
  }

  @Sendable static func part12(_ calls: inout [PublicCall]) {
    calls.add("Tensor.init(poisson:using:)") { d in try d.use(Tensor(poisson: d.make(Tensor.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(rfftFrequencies:spacing:dtype:)") { d in try d.use(Tensor(rfftFrequencies: d.make(Int.self), spacing: d.make(Double.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(trilIndices:_:diagonal:)") { d in try d.use(Tensor(trilIndices: d.make(Int.self), d.make(Int.self), diagonal: d.make(Int.self))) }
    calls.add("Tensor.init(triuIndices:_:diagonal:)") { d in try d.use(Tensor(triuIndices: d.make(Int.self), d.make(Int.self), diagonal: d.make(Int.self))) }
    calls.add("Tensor.init(truncatedNormal:mean:deviation:low:high:dtype:using:)") { d in try d.use(Tensor(truncatedNormal: d.make(Shape.self), mean: d.make(Double.self), deviation: d.make(Double.self), low: d.make(Double.self), high: d.make(Double.self), dtype: d.make(DType.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(uniform:low:high:dtype:using:)") { d in try d.use(Tensor(uniform: d.make(Shape.self), low: d.make(Double.self), high: d.make(Double.self), dtype: d.make(DType.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.init(window:count:periodic:dtype:)") { d in try d.use(Tensor(window: d.make(SignalWindow.self), count: d.make(Int.self), periodic: d.make(Bool.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.init(zeros:dtype:)") { d in try d.use(Tensor(zeros: d.make(Shape.self), dtype: d.make(DType.self))) }
    calls.add("Tensor.inner(_:)") { d in try d.use(d.make(Tensor.self).inner(d.make(Tensor.self))) }
    calls.add("Tensor.instanceNormalized(weight:bias:epsilon:)") { d in try d.use(d.make(Tensor.self).instanceNormalized(weight: d.make((Tensor?).self), bias: d.make((Tensor?).self), epsilon: d.make(Double.self))) }
    calls.add("Tensor.interpolated(scales:mode:alignCorners:antialias:)") { d in try d.use(d.make(Tensor.self).interpolated(scales: d.make([Double].self), mode: d.make(InterpolationMode.self), alignCorners: d.make(Bool.self), antialias: d.make(Bool.self))) }
    calls.add("Tensor.interpolated(size:mode:alignCorners:antialias:)") { d in try d.use(d.make(Tensor.self).interpolated(size: d.make(PerAxis.self), mode: d.make(InterpolationMode.self), alignCorners: d.make(Bool.self), antialias: d.make(Bool.self))) }
    calls.add("Tensor.inverse()") { d in try d.use(d.make(Tensor.self).inverse()) }
    calls.add("Tensor.isClose(to:relative:absolute:nanIsEqual:)") { d in try d.use(d.make(Tensor.self).isClose(to: d.make(Tensor.self), relative: d.make(Double.self), absolute: d.make(Double.self), nanIsEqual: d.make(Bool.self))) }
    calls.add("Tensor.isFinite()") { d in try d.use(d.make(Tensor.self).isFinite()) }
    calls.add("Tensor.isIn(_:)") { d in try d.use(d.make(Tensor.self).isIn(d.make(Tensor.self))) }
    calls.add("Tensor.isInfinite()") { d in try d.use(d.make(Tensor.self).isInfinite()) }
    calls.add("Tensor.isNaN()") { d in try d.use(d.make(Tensor.self).isNaN()) }
    calls.add("Tensor.isNegativeInfinity()") { d in try d.use(d.make(Tensor.self).isNegativeInfinity()) }
    calls.add("Tensor.isPositiveInfinity()") { d in try d.use(d.make(Tensor.self).isPositiveInfinity()) }
    calls.add("Tensor.kronecker(_:)") { d in try d.use(d.make(Tensor.self).kronecker(d.make(Tensor.self))) }
    calls.add("Tensor.kthValue(_:axis:keepDims:)") { d in try d.use(d.make(Tensor.self).kthValue(d.make(Int.self), axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.layerNormalized(axisCount:weight:bias:epsilon:)") { d in try d.use(d.make(Tensor.self).layerNormalized(axisCount: d.make(Int.self), weight: d.make((Tensor?).self), bias: d.make((Tensor?).self), epsilon: d.make(Double.self))) }
    calls.add("Tensor.ldexp(_:)") { d in try d.use(d.make(Tensor.self).ldexp(d.make(Tensor.self))) }
    calls.add("Tensor.leakyReLU(slope:)") { d in try d.use(d.make(Tensor.self).leakyReLU(slope: d.make(Double.self))) }
    calls.add("Tensor.lerp(to:weight:)") { d in try d.use(d.make(Tensor.self).lerp(to: d.make(Tensor.self), weight: d.make(Double.self))) }
    calls.add("Tensor.lerp(to:weight:)") { d in try d.use(d.make(Tensor.self).lerp(to: d.make(Tensor.self), weight: d.make(Tensor.self))) }
    calls.add("Tensor.less(than:)") { d in try d.use(d.make(Tensor.self).less(than: d.make(Tensor.self))) }
    calls.add("Tensor.lessOrEqual(to:)") { d in try d.use(d.make(Tensor.self).lessOrEqual(to: d.make(Tensor.self))) }
    calls.add("Tensor.localResponseNormalized(size:alpha:beta:k:)") { d in try d.use(d.make(Tensor.self).localResponseNormalized(size: d.make(Int.self), alpha: d.make(Double.self), beta: d.make(Double.self), k: d.make(Double.self))) }
    calls.add("Tensor.log()") { d in try d.use(d.make(Tensor.self).log()) }
    calls.add("Tensor.log10()") { d in try d.use(d.make(Tensor.self).log10()) }
    calls.add("Tensor.log1p()") { d in try d.use(d.make(Tensor.self).log1p()) }
    calls.add("Tensor.log2()") { d in try d.use(d.make(Tensor.self).log2()) }
    calls.add("Tensor.logAbsDeterminant()") { d in try d.use(d.make(Tensor.self).logAbsDeterminant()) }
  }

  @Sendable static func part13(_ calls: inout [PublicCall]) {
    calls.add("Tensor.logCumulativeSumExp(axis:)") { d in try d.use(d.make(Tensor.self).logCumulativeSumExp(axis: d.make(Int.self))) }
    calls.add("Tensor.logGamma()") { d in try d.use(d.make(Tensor.self).logGamma()) }
    calls.add("Tensor.logNormalCDF()") { d in try d.use(d.make(Tensor.self).logNormalCDF()) }
    calls.add("Tensor.logSigmoid()") { d in try d.use(d.make(Tensor.self).logSigmoid()) }
    calls.add("Tensor.logSoftmax(axis:)") { d in try d.use(d.make(Tensor.self).logSoftmax(axis: d.make(Int.self))) }
    calls.add("Tensor.logSumExp(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).logSumExp(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.logSumExp(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).logSumExp(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.logicalAnd(_:)") { d in try d.use(d.make(Tensor.self).logicalAnd(d.make(Tensor.self))) }
    calls.add("Tensor.logicalNot()") { d in try d.use(d.make(Tensor.self).logicalNot()) }
    calls.add("Tensor.logicalOr(_:)") { d in try d.use(d.make(Tensor.self).logicalOr(d.make(Tensor.self))) }
    calls.add("Tensor.logicalXor(_:)") { d in try d.use(d.make(Tensor.self).logicalXor(d.make(Tensor.self))) }
    calls.add("Tensor.logit(epsilon:)") { d in try d.use(d.make(Tensor.self).logit(epsilon: d.make((Double?).self))) }
    calls.add("Tensor.lpPooled(order:kernel:stride:ceilMode:spatialAxes:)") { d in try d.use(d.make(Tensor.self).lpPooled(order: d.make(Double.self), kernel: d.make(PerAxis.self), stride: d.make((PerAxis?).self), ceilMode: d.make(Bool.self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.lu()") { d in try d.use(d.make(Tensor.self).lu()) }
    calls.add("Tensor.luFactored()") { d in try d.use(d.make(Tensor.self).luFactored()) }
    calls.add("Tensor.luSolved(factors:pivots:left:adjoint:)") { d in try d.use(d.make(Tensor.self).luSolved(factors: d.make(Tensor.self), pivots: d.make(Tensor.self), left: d.make(Bool.self), adjoint: d.make(Bool.self))) }
    calls.add("Tensor.luUnpacked(pivots:)") { d in try d.use(d.make(Tensor.self).luUnpacked(pivots: d.make(Tensor.self))) }
    calls.add("Tensor.maskedFilled(where:with:)") { d in try d.use(d.make(Tensor.self).maskedFilled(where: d.make(Tensor.self), with: d.make(Double.self))) }
    calls.add("Tensor.maskedFilled(where:with:)") { d in try d.use(d.make(Tensor.self).maskedFilled(where: d.make(Tensor.self), with: d.make(Tensor.self))) }
    calls.add("Tensor.maskedScattered(_:from:)") { d in try d.use(d.make(Tensor.self).maskedScattered(d.make(Tensor.self), from: d.make(Tensor.self))) }
    calls.add("Tensor.maskedSelected(_:)") { d in try d.use(d.make(Tensor.self).maskedSelected(d.make(Tensor.self))) }
    calls.add("Tensor.matmul(_:dtype:)") { d in try d.use(d.make(Tensor.self).matmul(d.make(Tensor.self), dtype: d.make((DType?).self))) }
    calls.add("Tensor.matrixExponential()") { d in try d.use(d.make(Tensor.self).matrixExponential()) }
    calls.add("Tensor.matrixNorm(_:axes:keepDims:)") { d in try d.use(d.make(Tensor.self).matrixNorm(d.make(MatrixNormOrder.self), axes: (d.make(Int.self), d.make(Int.self)), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.matrixPower(_:)") { d in try d.use(d.make(Tensor.self).matrixPower(d.make(Int.self))) }
    calls.add("Tensor.matrixRank(relativeTolerance:absoluteTolerance:)") { d in try d.use(d.make(Tensor.self).matrixRank(relativeTolerance: d.make((Double?).self), absoluteTolerance: d.make(Double.self))) }
    calls.add("Tensor.max(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).max(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.max(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).max(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.maxPooled(kernel:stride:padding:dilation:ceilMode:spatialAxes:)") { d in try d.use(d.make(Tensor.self).maxPooled(kernel: d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), dilation: d.make(PerAxis.self), ceilMode: d.make(Bool.self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.maxPooledWithIndices(kernel:stride:padding:dilation:ceilMode:spatialAxes:)") { d in try d.use(d.make(Tensor.self).maxPooledWithIndices(kernel: d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), dilation: d.make(PerAxis.self), ceilMode: d.make(Bool.self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.maxUnpooled(_:kernel:stride:padding:outputSize:spatialAxes:)") { d in try d.use(d.make(Tensor.self).maxUnpooled(d.make(Tensor.self), kernel: d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), outputSize: d.make(([Int]?).self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.maxWithIndices(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).maxWithIndices(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.mean(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).mean(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.mean(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).mean(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.meanCrossEntropy(classIndices:axis:labelSmoothing:ignoredIndex:)") { d in try d.use(d.make(Tensor.self).meanCrossEntropy(classIndices: d.make(Tensor.self), axis: d.make((Int?).self), labelSmoothing: d.make(Double.self), ignoredIndex: d.make(Int.self))) }
  }

  @Sendable static func part14(_ calls: inout [PublicCall]) {
    calls.add("Tensor.median()") { d in try d.use(d.make(Tensor.self).median()) }
    calls.add("Tensor.median(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).median(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.min(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).min(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.min(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).min(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.minAndMax(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).minAndMax(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.minAndMax(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).minAndMax(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.minWithIndices(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).minWithIndices(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.mish()") { d in try d.use(d.make(Tensor.self).mish()) }
    calls.add("Tensor.mode(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).mode(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.movedAxes(_:to:)") { d in try d.use(d.make(Tensor.self).movedAxes(d.make([Int].self), to: d.make([Int].self))) }
    calls.add("Tensor.movedAxis(_:to:)") { d in try d.use(d.make(Tensor.self).movedAxis(d.make(Int.self), to: d.make(Int.self))) }
    calls.add("Tensor.multinomial(_:withReplacement:using:)") { d in try d.use(d.make(Tensor.self).multinomial(d.make(Int.self), withReplacement: d.make(Bool.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.multivariateLogGamma(dimension:)") { d in try d.use(d.make(Tensor.self).multivariateLogGamma(dimension: d.make(Int.self))) }
    calls.add("Tensor.nanMean(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).nanMean(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.nanMean(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).nanMean(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.nanMedian()") { d in try d.use(d.make(Tensor.self).nanMedian()) }
    calls.add("Tensor.nanMedian(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).nanMedian(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.nanQuantile(_:axis:keepDims:interpolation:)") { d in try d.use(d.make(Tensor.self).nanQuantile(d.make(Double.self), axis: d.make((Int?).self), keepDims: d.make(Bool.self), interpolation: d.make(QuantileInterpolation.self))) }
    calls.add("Tensor.nanQuantile(_:axis:keepDims:interpolation:)") { d in try d.use(d.make(Tensor.self).nanQuantile(d.make(Tensor.self), axis: d.make((Int?).self), keepDims: d.make(Bool.self), interpolation: d.make(QuantileInterpolation.self))) }
    calls.add("Tensor.nanSum(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).nanSum(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.nanSum(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).nanSum(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.narrowed(axis:from:count:)") { d in try d.use(d.make(Tensor.self).narrowed(axis: d.make(Int.self), from: d.make(Int.self), count: d.make(Int.self))) }
    calls.add("Tensor.nextAfter(towards:)") { d in try d.use(d.make(Tensor.self).nextAfter(towards: d.make(Tensor.self))) }
    calls.add("Tensor.nonzero()") { d in try d.use(d.make(Tensor.self).nonzero()) }
    calls.add("Tensor.norm(order:axes:keepDims:)") { d in try d.use(d.make(Tensor.self).norm(order: d.make(Double.self), axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.norm(order:axis:keepDims:)") { d in try d.use(d.make(Tensor.self).norm(order: d.make(Double.self), axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.normalCDF()") { d in try d.use(d.make(Tensor.self).normalCDF()) }
    calls.add("Tensor.normalQuantile()") { d in try d.use(d.make(Tensor.self).normalQuantile()) }
    calls.add("Tensor.normalized(order:axis:epsilon:)") { d in try d.use(d.make(Tensor.self).normalized(order: d.make(Double.self), axis: d.make(Int.self), epsilon: d.make(Double.self))) }
    calls.add("Tensor.notEqual(to:)") { d in try d.use(d.make(Tensor.self).notEqual(to: d.make(Tensor.self))) }
    calls.add("Tensor.oneHot(classes:dtype:)") { d in try d.use(d.make(Tensor.self).oneHot(classes: d.make((Int?).self), dtype: d.make(DType.self))) }
    calls.add("Tensor.onesLike()") { d in try d.use(d.make(Tensor.self).onesLike()) }
    calls.add("Tensor.outer(_:)") { d in try d.use(d.make(Tensor.self).outer(d.make(Tensor.self))) }
    calls.add("Tensor.overlapAdded(axis:length:step:dilation:)") { d in try d.use(d.make(Tensor.self).overlapAdded(axis: d.make(Int.self), length: d.make(Int.self), step: d.make(Int.self), dilation: d.make(Int.self))) }
    calls.add("Tensor.padded(_:mode:)") { d in try d.use(d.make(Tensor.self).padded(d.list { d in (d.make(Int.self), d.make(Int.self)) }, mode: d.make(PaddingMode.self))) }
  }

  @Sendable static func part15(_ calls: inout [PublicCall]) {
    calls.add("Tensor.pairDistances(order:)") { d in try d.use(d.make(Tensor.self).pairDistances(order: d.make(Double.self))) }
    calls.add("Tensor.permuted(_:)") { d in try d.use(d.make(Tensor.self).permuted(d.make(Int.self), d.make(Int.self))) }
    calls.add("Tensor.permuted(_:)") { d in try d.use(d.make(Tensor.self).permuted(d.make([Int].self))) }
    calls.add("Tensor.pixelShuffled(by:)") { d in try d.use(d.make(Tensor.self).pixelShuffled(by: d.make(Int.self))) }
    calls.add("Tensor.pixelUnshuffled(by:)") { d in try d.use(d.make(Tensor.self).pixelUnshuffled(by: d.make(Int.self))) }
    calls.add("Tensor.polygamma(order:)") { d in try d.use(d.make(Tensor.self).polygamma(order: d.make(Int.self))) }
    calls.add("Tensor.pow(_:)") { d in try d.use(d.make(Tensor.self).pow(d.make(Double.self))) }
    calls.add("Tensor.pow(_:)") { d in try d.use(d.make(Tensor.self).pow(d.make(Float.self))) }
    calls.add("Tensor.pow(_:)") { d in try d.use(d.make(Tensor.self).pow(d.make(Int.self))) }
    calls.add("Tensor.pow(_:)") { d in try d.use(d.make(Tensor.self).pow(d.make(Tensor.self))) }
    calls.add("Tensor.prelu(weight:)") { d in try d.use(d.make(Tensor.self).prelu(weight: d.make(Tensor.self))) }
    calls.add("Tensor.product(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).product(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.product(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).product(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.pseudoInverse(relativeTolerance:absoluteTolerance:)") { d in try d.use(d.make(Tensor.self).pseudoInverse(relativeTolerance: d.make((Double?).self), absoluteTolerance: d.make(Double.self))) }
    calls.add("Tensor.putting(_:at:accumulates:)") { d in try d.use(d.make(Tensor.self).putting(d.make(Tensor.self), at: d.make(Tensor.self), accumulates: d.make(Bool.self))) }
    calls.add("Tensor.putting(_:at:accumulates:)") { d in try d.use(d.make(Tensor.self).putting(d.make(Tensor.self), at: d.make([Tensor].self), accumulates: d.make(Bool.self))) }
    calls.add("Tensor.qr(complete:)") { d in try d.use(d.make(Tensor.self).qr(complete: d.make(Bool.self))) }
    calls.add("Tensor.quantile(_:axis:keepDims:interpolation:)") { d in try d.use(d.make(Tensor.self).quantile(d.make(Double.self), axis: d.make((Int?).self), keepDims: d.make(Bool.self), interpolation: d.make(QuantileInterpolation.self))) }
    calls.add("Tensor.quantile(_:axis:keepDims:interpolation:)") { d in try d.use(d.make(Tensor.self).quantile(d.make(Tensor.self), axis: d.make((Int?).self), keepDims: d.make(Bool.self), interpolation: d.make(QuantileInterpolation.self))) }
    calls.add("Tensor.radiansToDegrees()") { d in try d.use(d.make(Tensor.self).radiansToDegrees()) }
    calls.add("Tensor.reciprocal()") { d in try d.use(d.make(Tensor.self).reciprocal()) }
    calls.add("Tensor.relu()") { d in try d.use(d.make(Tensor.self).relu()) }
    calls.add("Tensor.relu6()") { d in try d.use(d.make(Tensor.self).relu6()) }
    calls.add("Tensor.renormalized(order:axis:maximum:)") { d in try d.use(d.make(Tensor.self).renormalized(order: d.make(Double.self), axis: d.make(Int.self), maximum: d.make(Double.self))) }
    calls.add("Tensor.repeatInterleaved(_:axis:)") { d in try d.use(d.make(Tensor.self).repeatInterleaved(d.make(Int.self), axis: d.make((Int?).self))) }
    calls.add("Tensor.repeatInterleaved(_:axis:)") { d in try d.use(d.make(Tensor.self).repeatInterleaved(d.make(Tensor.self), axis: d.make((Int?).self))) }
    calls.add("Tensor.repeatInterleaved(_:axis:)") { d in try d.use(d.make(Tensor.self).repeatInterleaved(d.make([Int].self), axis: d.make((Int?).self))) }
    calls.add("Tensor.repeated(_:)") { d in try d.use(d.make(Tensor.self).repeated(d.make(Int.self), d.make(Int.self))) }
    calls.add("Tensor.repeated(_:)") { d in try d.use(d.make(Tensor.self).repeated(d.make([Int].self))) }
    calls.add("Tensor.replacingNonfinite(nan:positiveInfinity:negativeInfinity:)") { d in try d.use(d.make(Tensor.self).replacingNonfinite(nan: d.make(Double.self), positiveInfinity: d.make((Double?).self), negativeInfinity: d.make((Double?).self))) }
    calls.add("Tensor.requiringGrad()") { d in try d.use(d.make(Tensor.self).requiringGrad()) }
    calls.add("Tensor.reshaped(_:)") { d in try d.use(d.make(Tensor.self).reshaped(d.make(Int.self), d.make(Int.self))) }
    calls.add("Tensor.reshaped(to:)") { d in try d.use(d.make(Tensor.self).reshaped(to: d.make(Shape.self))) }
    calls.add("Tensor.retainGrad()") { d in try d.use(d.make(Tensor.self).retainGrad()) }
    calls.add("Tensor.rfft(count:axis:normalization:)") { d in try d.use(d.make(Tensor.self).rfft(count: d.make((Int?).self), axis: d.make(Int.self), normalization: d.make(FourierNormalization.self))) }
  }

  @Sendable static func part16(_ calls: inout [PublicCall]) {
    calls.add("Tensor.rfft2(counts:axes:normalization:)") { d in try d.use(d.make(Tensor.self).rfft2(counts: d.make(([Int]?).self), axes: d.make([Int].self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.rfftN(counts:axes:normalization:)") { d in try d.use(d.make(Tensor.self).rfftN(counts: d.make(([Int]?).self), axes: d.make(([Int]?).self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.rmsNormalized(axisCount:weight:epsilon:)") { d in try d.use(d.make(Tensor.self).rmsNormalized(axisCount: d.make(Int.self), weight: d.make((Tensor?).self), epsilon: d.make((Double?).self))) }
    calls.add("Tensor.rolled(by:)") { d in try d.use(d.make(Tensor.self).rolled(by: d.make(Int.self))) }
    calls.add("Tensor.rolled(by:axes:)") { d in try d.use(d.make(Tensor.self).rolled(by: d.make([Int].self), axes: d.make([Int].self))) }
    calls.add("Tensor.rolled(by:axis:)") { d in try d.use(d.make(Tensor.self).rolled(by: d.make(Int.self), axis: d.make(Int.self))) }
    calls.add("Tensor.rotated(times:from:to:)") { d in try d.use(d.make(Tensor.self).rotated(times: d.make(Int.self), from: d.make(Int.self), to: d.make(Int.self))) }
    calls.add("Tensor.round()") { d in try d.use(d.make(Tensor.self).round()) }
    calls.add("Tensor.rounded(decimals:)") { d in try d.use(d.make(Tensor.self).rounded(decimals: d.make(Int.self))) }
    calls.add("Tensor.rrelu(low:high:using:)") { d in try d.use(d.make(Tensor.self).rrelu(low: d.make(Double.self), high: d.make(Double.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.rsqrt()") { d in try d.use(d.make(Tensor.self).rsqrt()) }
    calls.add("Tensor.sampledGradient(spacing:axis:edgeOrder:)") { d in try d.use(d.make(Tensor.self).sampledGradient(spacing: d.make(Double.self), axis: d.make(Int.self), edgeOrder: d.make(Int.self))) }
    calls.add("Tensor.scatterAdded(_:at:axis:)") { d in try d.use(d.make(Tensor.self).scatterAdded(d.make(Tensor.self), at: d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.scatterReduced(_:at:axis:by:includesSelf:)") { d in try d.use(d.make(Tensor.self).scatterReduced(d.make(Tensor.self), at: d.make(Tensor.self), axis: d.make(Int.self), by: d.make(ScatterReduction.self), includesSelf: d.make(Bool.self))) }
    calls.add("Tensor.scattered(_:at:axis:)") { d in try d.use(d.make(Tensor.self).scattered(d.make(Double.self), at: d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.scattered(_:at:axis:)") { d in try d.use(d.make(Tensor.self).scattered(d.make(Tensor.self), at: d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.searchSorted(_:right:sorter:)") { d in try d.use(d.make(Tensor.self).searchSorted(d.make(Tensor.self), right: d.make(Bool.self), sorter: d.make((Tensor?).self))) }
    calls.add("Tensor.selectScattered(_:axis:index:)") { d in try d.use(d.make(Tensor.self).selectScattered(d.make(Tensor.self), axis: d.make(Int.self), index: d.make(Int.self))) }
    calls.add("Tensor.selu()") { d in try d.use(d.make(Tensor.self).selu()) }
    calls.add("Tensor.shuffled(axis:using:)") { d in try d.use(d.make(Tensor.self).shuffled(axis: d.make(Int.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.sigmoid()") { d in try d.use(d.make(Tensor.self).sigmoid()) }
    calls.add("Tensor.sign()") { d in try d.use(d.make(Tensor.self).sign()) }
    calls.add("Tensor.signBit()") { d in try d.use(d.make(Tensor.self).signBit()) }
    calls.add("Tensor.silu()") { d in try d.use(d.make(Tensor.self).silu()) }
    calls.add("Tensor.sin()") { d in try d.use(d.make(Tensor.self).sin()) }
    calls.add("Tensor.sinc()") { d in try d.use(d.make(Tensor.self).sinc()) }
    calls.add("Tensor.singularValues()") { d in try d.use(d.make(Tensor.self).singularValues()) }
    calls.add("Tensor.sinh()") { d in try d.use(d.make(Tensor.self).sinh()) }
    calls.add("Tensor.sliceScattered(_:axis:from:to:step:)") { d in try d.use(d.make(Tensor.self).sliceScattered(d.make(Tensor.self), axis: d.make(Int.self), from: d.make((Int?).self), to: d.make((Int?).self), step: d.make(Int.self))) }
    calls.add("Tensor.sliced(axis:from:to:step:)") { d in try d.use(d.make(Tensor.self).sliced(axis: d.make(Int.self), from: d.make((Int?).self), to: d.make((Int?).self), step: d.make(Int.self))) }
    calls.add("Tensor.slidingWindows(axis:size:step:dilation:)") { d in try d.use(d.make(Tensor.self).slidingWindows(axis: d.make(Int.self), size: d.make(Int.self), step: d.make(Int.self), dilation: d.make(Int.self))) }
    calls.add("Tensor.softmax(axis:)") { d in try d.use(d.make(Tensor.self).softmax(axis: d.make(Int.self))) }
    calls.add("Tensor.softmin(axis:)") { d in try d.use(d.make(Tensor.self).softmin(axis: d.make(Int.self))) }
    calls.add("Tensor.softplus(beta:threshold:)") { d in try d.use(d.make(Tensor.self).softplus(beta: d.make(Double.self), threshold: d.make(Double.self))) }
    calls.add("Tensor.softshrink(lambda:)") { d in try d.use(d.make(Tensor.self).softshrink(lambda: d.make(Double.self))) }
  }

  @Sendable static func part17(_ calls: inout [PublicCall]) {
    calls.add("Tensor.softsign()") { d in try d.use(d.make(Tensor.self).softsign()) }
    calls.add("Tensor.sorted(axis:descending:)") { d in try d.use(d.make(Tensor.self).sorted(axis: d.make(Int.self), descending: d.make(Bool.self))) }
    calls.add("Tensor.split(at:axis:)") { d in try d.use(d.make(Tensor.self).split(at: d.make([Int].self), axis: d.make(Int.self))) }
    calls.add("Tensor.split(into:axis:)") { d in try d.use(d.make(Tensor.self).split(into: d.make([Int].self), axis: d.make(Int.self))) }
    calls.add("Tensor.split(parts:axis:)") { d in try d.use(d.make(Tensor.self).split(parts: d.make(Int.self), axis: d.make(Int.self))) }
    calls.add("Tensor.split(size:axis:)") { d in try d.use(d.make(Tensor.self).split(size: d.make(Int.self), axis: d.make(Int.self))) }
    calls.add("Tensor.splitHorizontally(at:)") { d in try d.use(d.make(Tensor.self).splitHorizontally(at: d.make([Int].self))) }
    calls.add("Tensor.splitHorizontally(parts:)") { d in try d.use(d.make(Tensor.self).splitHorizontally(parts: d.make(Int.self))) }
    calls.add("Tensor.splitInDepth(at:)") { d in try d.use(d.make(Tensor.self).splitInDepth(at: d.make([Int].self))) }
    calls.add("Tensor.splitInDepth(parts:)") { d in try d.use(d.make(Tensor.self).splitInDepth(parts: d.make(Int.self))) }
    calls.add("Tensor.splitVertically(at:)") { d in try d.use(d.make(Tensor.self).splitVertically(at: d.make([Int].self))) }
    calls.add("Tensor.splitVertically(parts:)") { d in try d.use(d.make(Tensor.self).splitVertically(parts: d.make(Int.self))) }
    calls.add("Tensor.sqrt()") { d in try d.use(d.make(Tensor.self).sqrt()) }
    calls.add("Tensor.squared()") { d in try d.use(d.make(Tensor.self).squared()) }
    calls.add("Tensor.squeezed(_:)") { d in try d.use(d.make(Tensor.self).squeezed(d.make((Int?).self))) }
    calls.add("Tensor.squeezed(axes:)") { d in try d.use(d.make(Tensor.self).squeezed(axes: d.make([Int].self))) }
    calls.add("Tensor.standardDeviation(axes:correction:keepDims:)") { d in try d.use(d.make(Tensor.self).standardDeviation(axes: d.make(([Int]?).self), correction: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.standardDeviation(axis:correction:keepDims:)") { d in try d.use(d.make(Tensor.self).standardDeviation(axis: d.make(Int.self), correction: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.standardDeviationAndMean(axes:correction:keepDims:)") { d in try d.use(d.make(Tensor.self).standardDeviationAndMean(axes: d.make(([Int]?).self), correction: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.standardDeviationAndMean(axis:correction:keepDims:)") { d in try d.use(d.make(Tensor.self).standardDeviationAndMean(axis: d.make(Int.self), correction: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.stft(_:)") { d in try d.use(d.make(Tensor.self).stft(d.make(ShortTimeFourier.self))) }
    calls.add("Tensor.sum(axes:keepDims:dtype:)") { d in try d.use(d.make(Tensor.self).sum(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self), dtype: d.make((DType?).self))) }
    calls.add("Tensor.sum(axis:keepDims:dtype:)") { d in try d.use(d.make(Tensor.self).sum(axis: d.make(Int.self), keepDims: d.make(Bool.self), dtype: d.make((DType?).self))) }
    calls.add("Tensor.svd(fullMatrices:)") { d in try d.use(d.make(Tensor.self).svd(fullMatrices: d.make(Bool.self))) }
    calls.add("Tensor.symmetricEigen()") { d in try d.use(d.make(Tensor.self).symmetricEigen()) }
    calls.add("Tensor.symmetricEigenvalues()") { d in try d.use(d.make(Tensor.self).symmetricEigenvalues()) }
    calls.add("Tensor.taken(at:)") { d in try d.use(d.make(Tensor.self).taken(at: d.make(Tensor.self))) }
    calls.add("Tensor.takenAlong(_:axis:)") { d in try d.use(d.make(Tensor.self).takenAlong(d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.tan()") { d in try d.use(d.make(Tensor.self).tan()) }
    calls.add("Tensor.tanh()") { d in try d.use(d.make(Tensor.self).tanh()) }
    calls.add("Tensor.tanhshrink()") { d in try d.use(d.make(Tensor.self).tanhshrink()) }
    calls.add("Tensor.tensorInverse(axisCount:)") { d in try d.use(d.make(Tensor.self).tensorInverse(axisCount: d.make(Int.self))) }
    calls.add("Tensor.threshold(_:value:)") { d in try d.use(d.make(Tensor.self).threshold(d.make(Double.self), value: d.make(Double.self))) }
    calls.add("Tensor.topK(_:axis:largest:)") { d in try d.use(d.make(Tensor.self).topK(d.make(Int.self), axis: d.make(Int.self), largest: d.make(Bool.self))) }
    calls.add("Tensor.trace(offset:)") { d in try d.use(d.make(Tensor.self).trace(offset: d.make(Int.self))) }
  }

  @Sendable static func part18(_ calls: inout [PublicCall]) {
    calls.add("Tensor.transposed(_:_:)") { d in try d.use(d.make(Tensor.self).transposed(d.make(Int.self), d.make(Int.self))) }
    calls.add("Tensor.trapezoid(at:step:axis:)") { d in try d.use(d.make(Tensor.self).trapezoid(at: d.make((Tensor?).self), step: d.make(Double.self), axis: d.make(Int.self))) }
    calls.add("Tensor.tril(diagonal:)") { d in try d.use(d.make(Tensor.self).tril(diagonal: d.make(Int.self))) }
    calls.add("Tensor.triu(diagonal:)") { d in try d.use(d.make(Tensor.self).triu(diagonal: d.make(Int.self))) }
    calls.add("Tensor.trunc()") { d in try d.use(d.make(Tensor.self).trunc()) }
    calls.add("Tensor.truncatedDivided(by:)") { d in try d.use(d.make(Tensor.self).truncatedDivided(by: d.make(Double.self))) }
    calls.add("Tensor.truncatedDivided(by:)") { d in try d.use(d.make(Tensor.self).truncatedDivided(by: d.make(Tensor.self))) }
    calls.add("Tensor.unbound(axis:)") { d in try d.use(d.make(Tensor.self).unbound(axis: d.make(Int.self))) }
    calls.add("Tensor.unflattened(axis:into:)") { d in try d.use(d.make(Tensor.self).unflattened(axis: d.make(Int.self), into: d.make([Int].self))) }
    calls.add("Tensor.unfolded(kernel:stride:padding:dilation:spatialAxes:)") { d in try d.use(d.make(Tensor.self).unfolded(kernel: d.make(PerAxis.self), stride: d.make(PerAxis.self), padding: d.make(PerAxis.self), dilation: d.make(PerAxis.self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.unique(axis:)") { d in try d.use(d.make(Tensor.self).unique(axis: d.make((Int?).self))) }
    calls.add("Tensor.uniqueConsecutive(axis:)") { d in try d.use(d.make(Tensor.self).uniqueConsecutive(axis: d.make((Int?).self))) }
    calls.add("Tensor.unsqueezed(_:)") { d in try d.use(d.make(Tensor.self).unsqueezed(d.make(Int.self))) }
    calls.add("Tensor.vander(count:increasing:)") { d in try d.use(d.make(Tensor.self).vander(count: d.make((Int?).self), increasing: d.make(Bool.self))) }
    calls.add("Tensor.variance(axes:correction:keepDims:)") { d in try d.use(d.make(Tensor.self).variance(axes: d.make(([Int]?).self), correction: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.variance(axis:correction:keepDims:)") { d in try d.use(d.make(Tensor.self).variance(axis: d.make(Int.self), correction: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.varianceAndMean(axes:correction:keepDims:)") { d in try d.use(d.make(Tensor.self).varianceAndMean(axes: d.make(([Int]?).self), correction: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.varianceAndMean(axis:correction:keepDims:)") { d in try d.use(d.make(Tensor.self).varianceAndMean(axis: d.make(Int.self), correction: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.vectorDot(_:axis:)") { d in try d.use(d.make(Tensor.self).vectorDot(d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.where(_:_:_:)") { d in try d.use(Tensor.`where`(d.make(Tensor.self), d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("Tensor.withSign(of:)") { d in try d.use(d.make(Tensor.self).withSign(of: d.make(Tensor.self))) }
    calls.add("Tensor.zerosLike()") { d in try d.use(d.make(Tensor.self).zerosLike()) }
    calls.add("Threshold.init(_:value:)") { d in try d.use(Threshold(d.make(Double.self), value: d.make(Double.self))) }
    calls.add("Transformer.init(dModel:numHeads:numEncoderLayers:numDecoderLayers:dimFeedforward:dropout:activation:epsilon:batchFirst:normFirst:bias:)") { d in try d.use(Transformer(dModel: d.make(Int.self), numHeads: d.make(Int.self), numEncoderLayers: d.make(Int.self), numDecoderLayers: d.make(Int.self), dimFeedforward: d.make(Int.self), dropout: d.make(Double.self), activation: d.make(TransformerActivation.self), epsilon: d.make(Double.self), batchFirst: d.make(Bool.self), normFirst: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("TransformerDecoderLayer.init(_:numHeads:dimFeedforward:dropout:activation:epsilon:batchFirst:normFirst:bias:)") { d in try d.use(TransformerDecoderLayer(d.make(Int.self), numHeads: d.make(Int.self), dimFeedforward: d.make(Int.self), dropout: d.make(Double.self), activation: d.make(TransformerActivation.self), epsilon: d.make(Double.self), batchFirst: d.make(Bool.self), normFirst: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("TransformerEncoderLayer.init(_:numHeads:dimFeedforward:dropout:activation:epsilon:batchFirst:normFirst:bias:)") { d in try d.use(TransformerEncoderLayer(d.make(Int.self), numHeads: d.make(Int.self), dimFeedforward: d.make(Int.self), dropout: d.make(Double.self), activation: d.make(TransformerActivation.self), epsilon: d.make(Double.self), batchFirst: d.make(Bool.self), normFirst: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("UNet.init(channels:classes:bilinear:width:)") { d in try d.use(UNet(channels: d.make(Int.self), classes: d.make(Int.self), bilinear: d.make(Bool.self), width: d.make(Int.self))) }
    calls.add("UNetConvolutions.init(_:_:middle:)") { d in try d.use(UNetConvolutions(d.make(Int.self), d.make(Int.self), middle: d.make((Int?).self))) }
    calls.add("UNetDown.init(_:_:)") { d in try d.use(UNetDown(d.make(Int.self), d.make(Int.self))) }
    calls.add("UNetOutput.init(_:_:)") { d in try d.use(UNetOutput(d.make(Int.self), d.make(Int.self))) }
    calls.add("UNetUp.init(_:_:bilinear:)") { d in try d.use(UNetUp(d.make(Int.self), d.make(Int.self), bilinear: d.make(Bool.self))) }
    calls.add("Unflatten.init(axis:into:)") { d in try d.use(Unflatten(axis: d.make(Int.self), into: d.make(Shape.self))) }
    calls.add("Unfold.init(_:dilation:padding:stride:)") { d in try d.use(Unfold(d.make(PerAxis.self), dilation: d.make(PerAxis.self), padding: d.make(PerAxis.self), stride: d.make(PerAxis.self))) }
    calls.add("Upsample.init(scale:mode:alignCorners:recomputesScale:)") { d in try d.use(Upsample(scale: d.make(Double.self), mode: d.make(InterpolationMode.self), alignCorners: d.make(Bool.self), recomputesScale: d.make(Bool.self))) }
    calls.add("Upsample.init(scales:mode:alignCorners:recomputesScale:)") { d in try d.use(Upsample(scales: d.make([Double].self), mode: d.make(InterpolationMode.self), alignCorners: d.make(Bool.self), recomputesScale: d.make(Bool.self))) }
  }

  @Sendable static func part19(_ calls: inout [PublicCall]) {
    calls.add("Upsample.init(size:mode:alignCorners:)") { d in try d.use(Upsample(size: d.make(PerAxis.self), mode: d.make(InterpolationMode.self), alignCorners: d.make(Bool.self))) }
    calls.add("VAE.init(inputs:hidden:latent:)") { d in try d.use(VAE(inputs: d.make(Int.self), hidden: d.make(Int.self), latent: d.make(Int.self))) }
    calls.add("VGG.init(_:batchNorm:classes:channels:dropout:width:hiddenSize:)") { d in try d.use(VGG(d.make(VGG.Depth.self), batchNorm: d.make(Bool.self), classes: d.make(Int.self), channels: d.make(Int.self), dropout: d.make(Double.self), width: d.make(Int.self), hiddenSize: d.make(Int.self))) }
    calls.add("ViT.init(imageSize:patchSize:numLayers:numHeads:hiddenDim:mlpDim:dropout:attentionDropout:classes:representationSize:channels:)") { d in try d.use(ViT(imageSize: d.make(Int.self), patchSize: d.make(Int.self), numLayers: d.make(Int.self), numHeads: d.make(Int.self), hiddenDim: d.make(Int.self), mlpDim: d.make(Int.self), dropout: d.make(Double.self), attentionDropout: d.make(Double.self), classes: d.make(Int.self), representationSize: d.make((Int?).self), channels: d.make(Int.self))) }
    calls.add("ViTLayer.init(numHeads:hiddenDim:mlpDim:dropout:attentionDropout:)") { d in try d.use(ViTLayer(numHeads: d.make(Int.self), hiddenDim: d.make(Int.self), mlpDim: d.make(Int.self), dropout: d.make(Double.self), attentionDropout: d.make(Double.self))) }
    calls.add("ZeroPad1d.init(_:)") { d in try d.use(ZeroPad1d(d.make(PerAxis.self))) }
    calls.add("ZeroPad1d.init(before:after:)") { d in try d.use(ZeroPad1d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ZeroPad2d.init(_:)") { d in try d.use(ZeroPad2d(d.make(PerAxis.self))) }
    calls.add("ZeroPad2d.init(before:after:)") { d in try d.use(ZeroPad2d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ZeroPad3d.init(_:)") { d in try d.use(ZeroPad3d(d.make(PerAxis.self))) }
    calls.add("ZeroPad3d.init(before:after:)") { d in try d.use(ZeroPad3d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("affineGrid(_:size:alignCorners:)") { d in try d.use(affineGrid(d.make(Tensor.self), size: d.make([Int].self), alignCorners: d.make(Bool.self))) }
    calls.add("atan2(_:_:)") { d in try d.use(atan2(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("attentionWeights(query:key:attentionMask:isCausal:scale:)") { d in try d.use(attentionWeights(query: d.make(Tensor.self), key: d.make(Tensor.self), attentionMask: d.make((Tensor?).self), isCausal: d.make(Bool.self), scale: d.make((Double?).self))) }
    calls.add("bilinear(_:_:weight:bias:)") { d in try d.use(bilinear(d.make(Tensor.self), d.make(Tensor.self), weight: d.make(Tensor.self), bias: d.make((Tensor?).self))) }
    calls.add("binaryCrossEntropy(logits:_:weight:positiveWeight:reduction:)") { d in try d.use(binaryCrossEntropy(logits: d.make(Tensor.self), d.make(Tensor.self), weight: d.make((Tensor?).self), positiveWeight: d.make((Tensor?).self), reduction: d.make(LossReduction.self))) }
    calls.add("binaryCrossEntropy(probabilities:_:weight:reduction:)") { d in try d.use(binaryCrossEntropy(probabilities: d.make(Tensor.self), d.make(Tensor.self), weight: d.make((Tensor?).self), reduction: d.make(LossReduction.self))) }
    calls.add("blockDiagonal(_:)") { d in try d.use(blockDiagonal(d.make([Tensor].self))) }
    calls.add("broadcast(_:)") { d in try d.use(broadcast(d.make([Tensor].self))) }
    calls.add("cartesianProduct(_:)") { d in try d.use(cartesianProduct(d.make([Tensor].self))) }
    calls.add("cdist(_:_:order:usesProducts:)") { d in try d.use(cdist(d.make(Tensor.self), d.make(Tensor.self), order: d.make(Double.self), usesProducts: d.make((Bool?).self))) }
    calls.add("chainProduct(_:)") { d in try d.use(chainProduct(d.make([Tensor].self))) }
    calls.add("concatenated(_:axis:)") { d in try d.use(concatenated(d.make([Tensor].self), axis: d.make(Int.self))) }
    calls.add("convolution(_:weight:bias:stride:padding:dilation:groups:)") { d in try d.use(convolution(d.make(Tensor.self), weight: d.make(Tensor.self), bias: d.make((Tensor?).self), stride: d.make(PerAxis.self), padding: d.make(Padding.self), dilation: d.make(PerAxis.self), groups: d.make(Int.self))) }
    calls.add("convolutionTransposed(_:weight:bias:stride:padding:outputPadding:dilation:groups:)") { d in try d.use(convolutionTransposed(d.make(Tensor.self), weight: d.make(Tensor.self), bias: d.make((Tensor?).self), stride: d.make(PerAxis.self), padding: d.make(Padding.self), outputPadding: d.make(PerAxis.self), dilation: d.make(PerAxis.self), groups: d.make(Int.self))) }
    calls.add("convolutionTransposed(_:weight:bias:stride:padding:outputSize:dilation:groups:)") { d in try d.use(convolutionTransposed(d.make(Tensor.self), weight: d.make(Tensor.self), bias: d.make((Tensor?).self), stride: d.make(PerAxis.self), padding: d.make(PerAxis.self), outputSize: d.make([Int].self), dilation: d.make(PerAxis.self), groups: d.make(Int.self))) }
    calls.add("cosineEmbeddingLoss(_:_:_:margin:reduction:)") { d in try d.use(cosineEmbeddingLoss(d.make(Tensor.self), d.make(Tensor.self), d.make(Tensor.self), margin: d.make(Double.self), reduction: d.make(LossReduction.self))) }
    calls.add("cosineSimilarity(_:_:axis:epsilon:)") { d in try d.use(cosineSimilarity(d.make(Tensor.self), d.make(Tensor.self), axis: d.make(Int.self), epsilon: d.make(Double.self))) }
    calls.add("crossEntropy(_:classIndices:weight:ignoredIndex:labelSmoothing:axis:reduction:)") { d in try d.use(crossEntropy(d.make(Tensor.self), classIndices: d.make(Tensor.self), weight: d.make((Tensor?).self), ignoredIndex: d.make(Int.self), labelSmoothing: d.make(Double.self), axis: d.make((Int?).self), reduction: d.make(LossReduction.self))) }
    calls.add("crossEntropy(_:probabilities:weight:labelSmoothing:axis:reduction:)") { d in try d.use(crossEntropy(d.make(Tensor.self), probabilities: d.make(Tensor.self), weight: d.make((Tensor?).self), labelSmoothing: d.make(Double.self), axis: d.make((Int?).self), reduction: d.make(LossReduction.self))) }
    calls.add("ctcLoss(logProbabilities:targets:inputLengths:targetLengths:blank:zeroInfinity:reduction:)") { d in try d.use(ctcLoss(logProbabilities: d.make(Tensor.self), targets: d.make(Tensor.self), inputLengths: d.make(Tensor.self), targetLengths: d.make(Tensor.self), blank: d.make(Int.self), zeroInfinity: d.make(Bool.self), reduction: d.make(LossReduction.self))) }
    calls.add("einsum(_:_:)") { d in try d.use(einsum(d.make(String.self), d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("einsum(_:_:)") { d in try d.use(einsum(d.make(String.self), d.make([Tensor].self))) }
    calls.add("fmax(_:_:)") { d in try d.use(fmax(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("fmin(_:_:)") { d in try d.use(fmin(d.make(Tensor.self), d.make(Tensor.self))) }
  }

  @Sendable static func part20(_ calls: inout [PublicCall]) {
    calls.add("fmod(_:_:)") { d in try d.use(fmod(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("gammaLower(_:_:)") { d in try d.use(gammaLower(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("gammaUpper(_:_:)") { d in try d.use(gammaUpper(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("gaussianNegativeLogLikelihood(_:_:variance:full:epsilon:reduction:)") { d in try d.use(gaussianNegativeLogLikelihood(d.make(Tensor.self), d.make(Tensor.self), variance: d.make(Tensor.self), full: d.make(Bool.self), epsilon: d.make(Double.self), reduction: d.make(LossReduction.self))) }
    calls.add("gcd(_:_:)") { d in try d.use(gcd(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("gruStep(inputGates:hiddenGates:hidden:)") { d in try d.use(gruStep(inputGates: d.make(Tensor.self), hiddenGates: d.make(Tensor.self), hidden: d.make(Tensor.self))) }
    calls.add("hingeEmbeddingLoss(_:_:margin:reduction:)") { d in try d.use(hingeEmbeddingLoss(d.make(Tensor.self), d.make(Tensor.self), margin: d.make(Double.self), reduction: d.make(LossReduction.self))) }
    calls.add("hingeLoss(_:_:margin:reduction:)") { d in try d.use(hingeLoss(d.make(Tensor.self), d.make(Tensor.self), margin: d.make(Double.self), reduction: d.make(LossReduction.self))) }
    calls.add("huberLoss(_:_:delta:reduction:)") { d in try d.use(huberLoss(d.make(Tensor.self), d.make(Tensor.self), delta: d.make(Double.self), reduction: d.make(LossReduction.self))) }
    calls.add("hypot(_:_:)") { d in try d.use(hypot(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("klDivergence(logProbabilities:_:reduction:batchMean:)") { d in try d.use(klDivergence(logProbabilities: d.make(Tensor.self), d.make(Tensor.self), reduction: d.make(LossReduction.self), batchMean: d.make(Bool.self))) }
    calls.add("klDivergence(logProbabilities:targetLogProbabilities:reduction:batchMean:)") { d in try d.use(klDivergence(logProbabilities: d.make(Tensor.self), targetLogProbabilities: d.make(Tensor.self), reduction: d.make(LossReduction.self), batchMean: d.make(Bool.self))) }
    calls.add("lcm(_:_:)") { d in try d.use(lcm(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("leastSquares(_:_:relativeTolerance:)") { d in try d.use(leastSquares(d.make(Tensor.self), d.make(Tensor.self), relativeTolerance: d.make((Double?).self))) }
    calls.add("linear(_:weight:bias:)") { d in try d.use(linear(d.make(Tensor.self), weight: d.make(Tensor.self), bias: d.make((Tensor?).self))) }
    calls.add("logAddExp(_:_:)") { d in try d.use(logAddExp(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("logAddExp2(_:_:)") { d in try d.use(logAddExp2(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("lstmStep(gates:cell:)") { d in try d.use(lstmStep(gates: d.make(Tensor.self), cell: d.make(Tensor.self))) }
    calls.add("marginRankingLoss(_:_:_:margin:reduction:)") { d in try d.use(marginRankingLoss(d.make(Tensor.self), d.make(Tensor.self), d.make(Tensor.self), margin: d.make(Double.self), reduction: d.make(LossReduction.self))) }
    calls.add("matmul(_:_:dtype:)") { d in try d.use(matmul(d.make(Tensor.self), d.make(Tensor.self), dtype: d.make((DType?).self))) }
    calls.add("maximum(_:_:)") { d in try d.use(maximum(d.make(Double.self), d.make(Tensor.self))) }
    calls.add("maximum(_:_:)") { d in try d.use(maximum(d.make(Tensor.self), d.make(Double.self))) }
    calls.add("maximum(_:_:)") { d in try d.use(maximum(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("meanAbsoluteError(_:_:reduction:)") { d in try d.use(meanAbsoluteError(d.make(Tensor.self), d.make(Tensor.self), reduction: d.make(LossReduction.self))) }
    calls.add("meanSquaredError(_:_:reduction:)") { d in try d.use(meanSquaredError(d.make(Tensor.self), d.make(Tensor.self), reduction: d.make(LossReduction.self))) }
    calls.add("meshGrid(_:indexing:)") { d in try d.use(meshGrid(d.make([Tensor].self), indexing: d.make(MeshIndexing.self))) }
    calls.add("minimum(_:_:)") { d in try d.use(minimum(d.make(Double.self), d.make(Tensor.self))) }
    calls.add("minimum(_:_:)") { d in try d.use(minimum(d.make(Tensor.self), d.make(Double.self))) }
    calls.add("minimum(_:_:)") { d in try d.use(minimum(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("multiLabelMarginLoss(_:classIndices:reduction:)") { d in try d.use(multiLabelMarginLoss(d.make(Tensor.self), classIndices: d.make(Tensor.self), reduction: d.make(LossReduction.self))) }
    calls.add("multiLabelSoftMarginLoss(_:_:weight:reduction:)") { d in try d.use(multiLabelSoftMarginLoss(d.make(Tensor.self), d.make(Tensor.self), weight: d.make((Tensor?).self), reduction: d.make(LossReduction.self))) }
    calls.add("multiMarginLoss(_:classIndices:power:margin:weight:reduction:)") { d in try d.use(multiMarginLoss(d.make(Tensor.self), classIndices: d.make(Tensor.self), power: d.make(Int.self), margin: d.make(Double.self), weight: d.make((Tensor?).self), reduction: d.make(LossReduction.self))) }
    calls.add("negativeLogLikelihood(logProbabilities:classIndices:weight:ignoredIndex:reduction:)") { d in try d.use(negativeLogLikelihood(logProbabilities: d.make(Tensor.self), classIndices: d.make(Tensor.self), weight: d.make((Tensor?).self), ignoredIndex: d.make(Int.self), reduction: d.make(LossReduction.self))) }
    calls.add("pairwiseDistance(_:_:order:epsilon:keepDims:)") { d in try d.use(pairwiseDistance(d.make(Tensor.self), d.make(Tensor.self), order: d.make(Double.self), epsilon: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("poissonNegativeLogLikelihood(_:_:isLog:full:epsilon:reduction:)") { d in try d.use(poissonNegativeLogLikelihood(d.make(Tensor.self), d.make(Tensor.self), isLog: d.make(Bool.self), full: d.make(Bool.self), epsilon: d.make(Double.self), reduction: d.make(LossReduction.self))) }
  }
}
