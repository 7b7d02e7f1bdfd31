// swift-format-ignore-file
// scripts/list-functions writes this file.
import Weft

extension PublicCall {
  @Sendable static func part1(_ calls: inout [PublicCall]) {
    calls.add("ASGD.init(_:learningRate:decay:power:averagingStart:weightDecay:maximize:)") { d in try d.use(ASGD(d.make([Parameter].self), learningRate: d.make(Double.self), decay: d.make(Double.self), power: d.make(Double.self), averagingStart: d.make(Double.self), weightDecay: d.make(Double.self), maximize: d.make(Bool.self))) }
    calls.add("Adadelta.init(_:learningRate:rho:epsilon:weightDecay:maximize:)") { d in try d.use(Adadelta(d.make([Parameter].self), learningRate: d.make(Double.self), rho: d.make(Double.self), epsilon: d.make(Double.self), weightDecay: d.make(Double.self), maximize: d.make(Bool.self))) }
    calls.add("Adafactor.init(_:learningRate:decayPower:epsilons:clipping:weightDecay:maximize:)") { d in try d.use(Adafactor(d.make([Parameter].self), learningRate: d.make(Double.self), decayPower: d.make(Double.self), epsilons: (d.make((Double?).self), d.make(Double.self)), clipping: d.make(Double.self), weightDecay: d.make(Double.self), maximize: d.make(Bool.self))) }
    calls.add("Adagrad.init(_:learningRate:learningRateDecay:weightDecay:initialSum:epsilon:maximize:)") { d in try d.use(Adagrad(d.make([Parameter].self), learningRate: d.make(Double.self), learningRateDecay: d.make(Double.self), weightDecay: d.make(Double.self), initialSum: d.make(Double.self), epsilon: d.make(Double.self), maximize: d.make(Bool.self))) }
    calls.add("Adam.init(_:learningRate:betas:epsilon:weightDecay:amsgrad:maximize:)") { d in try d.use(Adam(d.make([Parameter].self), learningRate: d.make(Double.self), betas: (d.make(Double.self), d.make(Double.self)), epsilon: d.make(Double.self), weightDecay: d.make(Double.self), amsgrad: d.make(Bool.self), maximize: d.make(Bool.self))) }
    calls.add("AdamW.init(_:learningRate:betas:epsilon:weightDecay:amsgrad:maximize:)") { d in try d.use(AdamW(d.make([Parameter].self), learningRate: d.make(Double.self), betas: (d.make(Double.self), d.make(Double.self)), epsilon: d.make(Double.self), weightDecay: d.make(Double.self), amsgrad: d.make(Bool.self), maximize: d.make(Bool.self))) }
    calls.add("Adamax.init(_:learningRate:betas:epsilon:weightDecay:maximize:)") { d in try d.use(Adamax(d.make([Parameter].self), learningRate: d.make(Double.self), betas: (d.make(Double.self), d.make(Double.self)), epsilon: d.make(Double.self), weightDecay: d.make(Double.self), maximize: d.make(Bool.self))) }
    calls.add("AdaptiveAvgPool1d.init(_:)") { d in try d.use(AdaptiveAvgPool1d(d.make(PerAxis.self))) }
    calls.add("AdaptiveAvgPool2d.init(_:)") { d in try d.use(AdaptiveAvgPool2d(d.make(PerAxis.self))) }
    calls.add("AdaptiveAvgPool3d.init(_:)") { d in try d.use(AdaptiveAvgPool3d(d.make(PerAxis.self))) }
    calls.add("AdaptiveLogSoftmaxWithLoss.init(_:classes:cutoffs:divisor:headBias:)") { d in try d.use(AdaptiveLogSoftmaxWithLoss(d.make(Int.self), classes: d.make(Int.self), cutoffs: d.make([Int].self), divisor: d.make(Double.self), headBias: d.make(Bool.self))) }
    calls.add("AdaptiveMaxPool1d.init(_:)") { d in try d.use(AdaptiveMaxPool1d(d.make(PerAxis.self))) }
    calls.add("AdaptiveMaxPool2d.init(_:)") { d in try d.use(AdaptiveMaxPool2d(d.make(PerAxis.self))) }
    calls.add("AdaptiveMaxPool3d.init(_:)") { d in try d.use(AdaptiveMaxPool3d(d.make(PerAxis.self))) }
    calls.add("AlphaDropout.init(_:)") { d in try d.use(AlphaDropout(d.make(Double.self))) }
    calls.add("Autoencoder.init(channels:)") { d in try d.use(Autoencoder(channels: d.make(Int.self))) }
    calls.add("AvgPool1d.init(_:stride:padding:ceilMode:countIncludePad:)") { d in try d.use(AvgPool1d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), ceilMode: d.make(Bool.self), countIncludePad: d.make(Bool.self))) }
    calls.add("AvgPool2d.init(_:stride:padding:ceilMode:countIncludePad:divisorOverride:)") { d in try d.use(AvgPool2d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), ceilMode: d.make(Bool.self), countIncludePad: d.make(Bool.self), divisorOverride: d.make((Int?).self))) }
    calls.add("AvgPool3d.init(_:stride:padding:ceilMode:countIncludePad:divisorOverride:)") { d in try d.use(AvgPool3d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), ceilMode: d.make(Bool.self), countIncludePad: d.make(Bool.self), divisorOverride: d.make((Int?).self))) }
    calls.add("BERT.init(vocabularySize:maxPositions:tokenTypes:numLayers:numHeads:embedDim:dimFeedforward:dropout:activation:epsilon:paddingIndex:hasPooler:)") { d in try d.use(BERT(vocabularySize: d.make(Int.self), maxPositions: d.make(Int.self), tokenTypes: d.make(Int.self), numLayers: d.make(Int.self), numHeads: d.make(Int.self), embedDim: d.make(Int.self), dimFeedforward: d.make(Int.self), dropout: d.make(Double.self), activation: d.make(TransformerActivation.self), epsilon: d.make(Double.self), paddingIndex: d.make((Int?).self), hasPooler: d.make(Bool.self))) }
    calls.add("BERTLayer.init(_:numHeads:dimFeedforward:dropout:activation:epsilon:)") { d in try d.use(BERTLayer(d.make(Int.self), numHeads: d.make(Int.self), dimFeedforward: d.make(Int.self), dropout: d.make(Double.self), activation: d.make(TransformerActivation.self), epsilon: d.make(Double.self))) }
    calls.add("BasicBlock.init(_:_:stride:)") { d in try d.use(BasicBlock(d.make(Int.self), d.make(Int.self), stride: d.make(Int.self))) }
    calls.add("BatchNorm1d.init(_:epsilon:momentum:affine:trackRunningStats:bias:)") { d in try d.use(BatchNorm1d(d.make(Int.self), epsilon: d.make(Double.self), momentum: d.make((Double?).self), affine: d.make(Bool.self), trackRunningStats: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("BatchNorm2d.init(_:epsilon:momentum:affine:trackRunningStats:bias:)") { d in try d.use(BatchNorm2d(d.make(Int.self), epsilon: d.make(Double.self), momentum: d.make((Double?).self), affine: d.make(Bool.self), trackRunningStats: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("BatchNorm3d.init(_:epsilon:momentum:affine:trackRunningStats:bias:)") { d in try d.use(BatchNorm3d(d.make(Int.self), epsilon: d.make(Double.self), momentum: d.make((Double?).self), affine: d.make(Bool.self), trackRunningStats: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("Bilinear.init(_:_:_:bias:)") { d in try d.use(Bilinear(d.make(Int.self), d.make(Int.self), d.make(Int.self), bias: d.make(Bool.self))) }
    calls.add("Bottleneck.init(_:_:stride:)") { d in try d.use(Bottleneck(d.make(Int.self), d.make(Int.self), stride: d.make(Int.self))) }
    calls.add("CELU.init(alpha:)") { d in try d.use(CELU(alpha: d.make(Double.self))) }
    calls.add("ChannelShuffle.init(_:)") { d in try d.use(ChannelShuffle(d.make(Int.self))) }
    calls.add("CharLSTM.init(tokens:embedding:hidden:layers:dropout:)") { d in try d.use(CharLSTM(tokens: d.make(Int.self), embedding: d.make(Int.self), hidden: d.make(Int.self), layers: d.make(Int.self), dropout: d.make(Double.self))) }
    calls.add("CircularPad1d.init(_:)") { d in try d.use(CircularPad1d(d.make(PerAxis.self))) }
    calls.add("CircularPad1d.init(before:after:)") { d in try d.use(CircularPad1d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("CircularPad2d.init(_:)") { d in try d.use(CircularPad2d(d.make(PerAxis.self))) }
    calls.add("CircularPad2d.init(before:after:)") { d in try d.use(CircularPad2d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("CircularPad3d.init(_:)") { d in try d.use(CircularPad3d(d.make(PerAxis.self))) }
  }

  @Sendable static func part2(_ calls: inout [PublicCall]) {
    calls.add("CircularPad3d.init(before:after:)") { d in try d.use(CircularPad3d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ComplexTensor.abs()") { d in try d.use(d.make(ComplexTensor.self).abs()) }
    calls.add("ComplexTensor.angle()") { d in try d.use(d.make(ComplexTensor.self).angle()) }
    calls.add("ComplexTensor.conjugate()") { d in try d.use(d.make(ComplexTensor.self).conjugate()) }
    calls.add("ComplexTensor.conjugateTransposed()") { d in try d.use(d.make(ComplexTensor.self).conjugateTransposed()) }
    calls.add("ComplexTensor.converted(to:)") { d in try d.use(d.make(ComplexTensor.self).converted(to: d.make(DType.self))) }
    calls.add("ComplexTensor.detach()") { d in try d.use(d.make(ComplexTensor.self).detach()) }
    calls.add("ComplexTensor.elementsEqual(_:)") { d in try d.use(d.make(ComplexTensor.self).elementsEqual(d.make(ComplexTensor.self))) }
    calls.add("ComplexTensor.exp()") { d in try d.use(d.make(ComplexTensor.self).exp()) }
    calls.add("ComplexTensor.expanded(to:)") { d in try d.use(d.make(ComplexTensor.self).expanded(to: d.make(Shape.self))) }
    calls.add("ComplexTensor.fft(count:axis:normalization:)") { d in try d.use(d.make(ComplexTensor.self).fft(count: d.make((Int?).self), axis: d.make(Int.self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.fft2(counts:axes:normalization:)") { d in try d.use(d.make(ComplexTensor.self).fft2(counts: d.make(([Int]?).self), axes: d.make([Int].self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.fftN(counts:axes:normalization:)") { d in try d.use(d.make(ComplexTensor.self).fftN(counts: d.make(([Int]?).self), axes: d.make(([Int]?).self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.fftShifted(axes:)") { d in try d.use(d.make(ComplexTensor.self).fftShifted(axes: d.make(([Int]?).self))) }
    calls.add("ComplexTensor.fftShifted(axis:)") { d in try d.use(d.make(ComplexTensor.self).fftShifted(axis: d.make(Int.self))) }
    calls.add("ComplexTensor.hfft(count:axis:normalization:)") { d in try d.use(d.make(ComplexTensor.self).hfft(count: d.make((Int?).self), axis: d.make(Int.self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.hfft2(counts:axes:normalization:)") { d in try d.use(d.make(ComplexTensor.self).hfft2(counts: d.make(([Int]?).self), axes: d.make([Int].self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.hfftN(counts:axes:normalization:)") { d in try d.use(d.make(ComplexTensor.self).hfftN(counts: d.make(([Int]?).self), axes: d.make(([Int]?).self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.ifft(count:axis:normalization:)") { d in try d.use(d.make(ComplexTensor.self).ifft(count: d.make((Int?).self), axis: d.make(Int.self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.ifft2(counts:axes:normalization:)") { d in try d.use(d.make(ComplexTensor.self).ifft2(counts: d.make(([Int]?).self), axes: d.make([Int].self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.ifftN(counts:axes:normalization:)") { d in try d.use(d.make(ComplexTensor.self).ifftN(counts: d.make(([Int]?).self), axes: d.make(([Int]?).self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.ifftShifted(axes:)") { d in try d.use(d.make(ComplexTensor.self).ifftShifted(axes: d.make(([Int]?).self))) }
    calls.add("ComplexTensor.ifftShifted(axis:)") { d in try d.use(d.make(ComplexTensor.self).ifftShifted(axis: d.make(Int.self))) }
    calls.add("ComplexTensor.init(_:)") { d in try d.use(ComplexTensor(d.make(Tensor.self))) }
    calls.add("ComplexTensor.init(magnitude:angle:)") { d in try d.use(ComplexTensor(magnitude: d.make(Tensor.self), angle: d.make(Tensor.self))) }
    calls.add("ComplexTensor.init(pairs:)") { d in try d.use(ComplexTensor(pairs: d.make(Tensor.self))) }
    calls.add("ComplexTensor.init(real:imaginary:)") { d in try d.use(ComplexTensor(real: d.make(Tensor.self), imaginary: d.make(Tensor.self))) }
    calls.add("ComplexTensor.irfft(count:axis:normalization:)") { d in try d.use(d.make(ComplexTensor.self).irfft(count: d.make((Int?).self), axis: d.make(Int.self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.irfft2(counts:axes:normalization:)") { d in try d.use(d.make(ComplexTensor.self).irfft2(counts: d.make(([Int]?).self), axes: d.make([Int].self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.irfftN(counts:axes:normalization:)") { d in try d.use(d.make(ComplexTensor.self).irfftN(counts: d.make(([Int]?).self), axes: d.make(([Int]?).self), normalization: d.make(FourierNormalization.self))) }
    calls.add("ComplexTensor.isClose(to:relative:absolute:)") { d in try d.use(d.make(ComplexTensor.self).isClose(to: d.make(ComplexTensor.self), relative: d.make(Double.self), absolute: d.make(Double.self))) }
    calls.add("ComplexTensor.istft(_:length:)") { d in try d.use(d.make(ComplexTensor.self).istft(d.make(ShortTimeFourier.self), length: d.make((Int?).self))) }
    calls.add("ComplexTensor.log()") { d in try d.use(d.make(ComplexTensor.self).log()) }
    calls.add("ComplexTensor.matmul(_:)") { d in try d.use(d.make(ComplexTensor.self).matmul(d.make(ComplexTensor.self))) }
    calls.add("ComplexTensor.mean(axes:keepDims:)") { d in try d.use(d.make(ComplexTensor.self).mean(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
  }

  @Sendable static func part3(_ calls: inout [PublicCall]) {
    calls.add("ComplexTensor.mean(axis:keepDims:)") { d in try d.use(d.make(ComplexTensor.self).mean(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("ComplexTensor.movedAxis(_:to:)") { d in try d.use(d.make(ComplexTensor.self).movedAxis(d.make(Int.self), to: d.make(Int.self))) }
    calls.add("ComplexTensor.permuted(_:)") { d in try d.use(d.make(ComplexTensor.self).permuted(d.make([Int].self))) }
    calls.add("ComplexTensor.reciprocal()") { d in try d.use(d.make(ComplexTensor.self).reciprocal()) }
    calls.add("ComplexTensor.reshaped(_:)") { d in try d.use(d.make(ComplexTensor.self).reshaped(d.make(Int.self), d.make(Int.self))) }
    calls.add("ComplexTensor.reshaped(to:)") { d in try d.use(d.make(ComplexTensor.self).reshaped(to: d.make(Shape.self))) }
    calls.add("ComplexTensor.sliced(axis:from:to:step:)") { d in try d.use(d.make(ComplexTensor.self).sliced(axis: d.make(Int.self), from: d.make((Int?).self), to: d.make((Int?).self), step: d.make(Int.self))) }
    calls.add("ComplexTensor.sqrt()") { d in try d.use(d.make(ComplexTensor.self).sqrt()) }
    calls.add("ComplexTensor.squaredMagnitude()") { d in try d.use(d.make(ComplexTensor.self).squaredMagnitude()) }
    calls.add("ComplexTensor.squeezed(_:)") { d in try d.use(d.make(ComplexTensor.self).squeezed(d.make((Int?).self))) }
    calls.add("ComplexTensor.sum(axes:keepDims:)") { d in try d.use(d.make(ComplexTensor.self).sum(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("ComplexTensor.sum(axis:keepDims:)") { d in try d.use(d.make(ComplexTensor.self).sum(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("ComplexTensor.transposed(_:_:)") { d in try d.use(d.make(ComplexTensor.self).transposed(d.make(Int.self), d.make(Int.self))) }
    calls.add("ComplexTensor.unsqueezed(_:)") { d in try d.use(d.make(ComplexTensor.self).unsqueezed(d.make(Int.self))) }
    calls.add("ConstantPad1d.init(_:value:)") { d in try d.use(ConstantPad1d(d.make(PerAxis.self), value: d.make(Double.self))) }
    calls.add("ConstantPad1d.init(before:after:value:)") { d in try d.use(ConstantPad1d(before: d.make(PerAxis.self), after: d.make(PerAxis.self), value: d.make(Double.self))) }
    calls.add("ConstantPad2d.init(_:value:)") { d in try d.use(ConstantPad2d(d.make(PerAxis.self), value: d.make(Double.self))) }
    calls.add("ConstantPad2d.init(before:after:value:)") { d in try d.use(ConstantPad2d(before: d.make(PerAxis.self), after: d.make(PerAxis.self), value: d.make(Double.self))) }
    calls.add("ConstantPad3d.init(_:value:)") { d in try d.use(ConstantPad3d(d.make(PerAxis.self), value: d.make(Double.self))) }
    calls.add("ConstantPad3d.init(before:after:value:)") { d in try d.use(ConstantPad3d(before: d.make(PerAxis.self), after: d.make(PerAxis.self), value: d.make(Double.self))) }
    calls.add("Conv1d.init(_:_:kernelSize:stride:padding:dilation:groups:bias:paddingMode:)") { d in try d.use(Conv1d(d.make(Int.self), d.make(Int.self), kernelSize: d.make(PerAxis.self), stride: d.make(PerAxis.self), padding: d.make(Padding.self), dilation: d.make(PerAxis.self), groups: d.make(Int.self), bias: d.make(Bool.self), paddingMode: d.make(PaddingMode.self))) }
    calls.add("Conv2d.init(_:_:kernelSize:stride:padding:dilation:groups:bias:paddingMode:)") { d in try d.use(Conv2d(d.make(Int.self), d.make(Int.self), kernelSize: d.make(PerAxis.self), stride: d.make(PerAxis.self), padding: d.make(Padding.self), dilation: d.make(PerAxis.self), groups: d.make(Int.self), bias: d.make(Bool.self), paddingMode: d.make(PaddingMode.self))) }
    calls.add("Conv3d.init(_:_:kernelSize:stride:padding:dilation:groups:bias:paddingMode:)") { d in try d.use(Conv3d(d.make(Int.self), d.make(Int.self), kernelSize: d.make(PerAxis.self), stride: d.make(PerAxis.self), padding: d.make(Padding.self), dilation: d.make(PerAxis.self), groups: d.make(Int.self), bias: d.make(Bool.self), paddingMode: d.make(PaddingMode.self))) }
    calls.add("ConvTranspose1d.init(_:_:kernelSize:stride:padding:outputPadding:groups:bias:dilation:)") { d in try d.use(ConvTranspose1d(d.make(Int.self), d.make(Int.self), kernelSize: d.make(PerAxis.self), stride: d.make(PerAxis.self), padding: d.make(PerAxis.self), outputPadding: d.make(PerAxis.self), groups: d.make(Int.self), bias: d.make(Bool.self), dilation: d.make(PerAxis.self))) }
    calls.add("ConvTranspose2d.init(_:_:kernelSize:stride:padding:outputPadding:groups:bias:dilation:)") { d in try d.use(ConvTranspose2d(d.make(Int.self), d.make(Int.self), kernelSize: d.make(PerAxis.self), stride: d.make(PerAxis.self), padding: d.make(PerAxis.self), outputPadding: d.make(PerAxis.self), groups: d.make(Int.self), bias: d.make(Bool.self), dilation: d.make(PerAxis.self))) }
    calls.add("ConvTranspose3d.init(_:_:kernelSize:stride:padding:outputPadding:groups:bias:dilation:)") { d in try d.use(ConvTranspose3d(d.make(Int.self), d.make(Int.self), kernelSize: d.make(PerAxis.self), stride: d.make(PerAxis.self), padding: d.make(PerAxis.self), outputPadding: d.make(PerAxis.self), groups: d.make(Int.self), bias: d.make(Bool.self), dilation: d.make(PerAxis.self))) }
    calls.add("CosineSimilarity.init(axis:epsilon:)") { d in try d.use(CosineSimilarity(axis: d.make(Int.self), epsilon: d.make(Double.self))) }
    calls.add("DCGANDiscriminator.init(features:channels:)") { d in try d.use(DCGANDiscriminator(features: d.make(Int.self), channels: d.make(Int.self))) }
    calls.add("DCGANGenerator.init(latent:features:channels:)") { d in try d.use(DCGANGenerator(latent: d.make(Int.self), features: d.make(Int.self), channels: d.make(Int.self))) }
    calls.add("Dropout.init(_:)") { d in try d.use(Dropout(d.make(Double.self))) }
    calls.add("Dropout1d.init(_:)") { d in try d.use(Dropout1d(d.make(Double.self))) }
    calls.add("Dropout2d.init(_:)") { d in try d.use(Dropout2d(d.make(Double.self))) }
    calls.add("Dropout3d.init(_:)") { d in try d.use(Dropout3d(d.make(Double.self))) }
    calls.add("ELU.init(alpha:)") { d in try d.use(ELU(alpha: d.make(Double.self))) }
    calls.add("Embedding.init(_:_:paddingIndex:maxNorm:normType:scaleGradByFreq:)") { d in try d.use(Embedding(d.make(Int.self), d.make(Int.self), paddingIndex: d.make((Int?).self), maxNorm: d.make((Double?).self), normType: d.make(Double.self), scaleGradByFreq: d.make(Bool.self))) }
  }

  @Sendable static func part4(_ calls: inout [PublicCall]) {
    calls.add("EmbeddingBag.init(_:_:mode:includesLastOffset:paddingIndex:maxNorm:normType:scaleGradByFreq:)") { d in try d.use(EmbeddingBag(d.make(Int.self), d.make(Int.self), mode: d.make(EmbeddingBagMode.self), includesLastOffset: d.make(Bool.self), paddingIndex: d.make((Int?).self), maxNorm: d.make((Double?).self), normType: d.make(Double.self), scaleGradByFreq: d.make(Bool.self))) }
    calls.add("FeatureAlphaDropout.init(_:)") { d in try d.use(FeatureAlphaDropout(d.make(Double.self))) }
    calls.add("Flatten.init(from:through:)") { d in try d.use(Flatten(from: d.make(Int.self), through: d.make(Int.self))) }
    calls.add("Fold.init(outputSize:_:dilation:padding:stride:)") { d in try d.use(Fold(outputSize: d.make([Int].self), d.make(PerAxis.self), dilation: d.make(PerAxis.self), padding: d.make(PerAxis.self), stride: d.make(PerAxis.self))) }
    calls.add("FractionalMaxPool2d.init(_:outputRatio:)") { d in try d.use(FractionalMaxPool2d(d.make(PerAxis.self), outputRatio: d.make([Double].self))) }
    calls.add("FractionalMaxPool2d.init(_:outputSize:)") { d in try d.use(FractionalMaxPool2d(d.make(PerAxis.self), outputSize: d.make(PerAxis.self))) }
    calls.add("FractionalMaxPool3d.init(_:outputRatio:)") { d in try d.use(FractionalMaxPool3d(d.make(PerAxis.self), outputRatio: d.make([Double].self))) }
    calls.add("FractionalMaxPool3d.init(_:outputSize:)") { d in try d.use(FractionalMaxPool3d(d.make(PerAxis.self), outputSize: d.make(PerAxis.self))) }
    calls.add("GELU.init(approximation:)") { d in try d.use(GELU(approximation: d.make(GELUApproximation.self))) }
    calls.add("GLU.init(axis:)") { d in try d.use(GLU(axis: d.make(Int.self))) }
    calls.add("GPT.init(vocabularySize:contextLength:numLayers:numHeads:embedDim:dropout:bias:activation:tiesWeights:)") { d in try d.use(GPT(vocabularySize: d.make(Int.self), contextLength: d.make(Int.self), numLayers: d.make(Int.self), numHeads: d.make(Int.self), embedDim: d.make(Int.self), dropout: d.make(Double.self), bias: d.make(Bool.self), activation: d.make(TransformerActivation.self), tiesWeights: d.make(Bool.self))) }
    calls.add("GPTAttention.init(_:numHeads:dropout:bias:)") { d in try d.use(GPTAttention(d.make(Int.self), numHeads: d.make(Int.self), dropout: d.make(Double.self), bias: d.make(Bool.self))) }
    calls.add("GPTBlock.init(_:numHeads:dropout:bias:activation:)") { d in try d.use(GPTBlock(d.make(Int.self), numHeads: d.make(Int.self), dropout: d.make(Double.self), bias: d.make(Bool.self), activation: d.make(TransformerActivation.self))) }
    calls.add("GPTFeedForward.init(_:dropout:bias:activation:)") { d in try d.use(GPTFeedForward(d.make(Int.self), dropout: d.make(Double.self), bias: d.make(Bool.self), activation: d.make(TransformerActivation.self))) }
    calls.add("GRU.init(_:_:numLayers:bias:batchFirst:dropout:bidirectional:)") { d in try d.use(GRU(d.make(Int.self), d.make(Int.self), numLayers: d.make(Int.self), bias: d.make(Bool.self), batchFirst: d.make(Bool.self), dropout: d.make(Double.self), bidirectional: d.make(Bool.self))) }
    calls.add("GRUCell.init(_:_:bias:)") { d in try d.use(GRUCell(d.make(Int.self), d.make(Int.self), bias: d.make(Bool.self))) }
    calls.add("GatedFeedForward.init(_:_:activation:bias:)") { d in try d.use(GatedFeedForward(d.make(Int.self), d.make(Int.self), activation: d.make(TransformerActivation.self), bias: d.make(Bool.self))) }
    calls.add("GroupNorm.init(_:_:epsilon:affine:bias:)") { d in try d.use(GroupNorm(d.make(Int.self), d.make(Int.self), epsilon: d.make(Double.self), affine: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("GroupedQueryAttention.init(_:numHeads:numKeyValueHeads:headDim:rotary:dropout:bias:outputBias:)") { d in try d.use(GroupedQueryAttention(d.make(Int.self), numHeads: d.make(Int.self), numKeyValueHeads: d.make(Int.self), headDim: d.make((Int?).self), rotary: d.make((RotaryEmbedding?).self), dropout: d.make(Double.self), bias: d.make(Bool.self), outputBias: d.make(Bool.self))) }
    calls.add("Hardshrink.init(_:)") { d in try d.use(Hardshrink(d.make(Double.self))) }
    calls.add("Hardtanh.init(_:_:)") { d in try d.use(Hardtanh(d.make(Double.self), d.make(Double.self))) }
    calls.add("Initializer.callAsFunction(_:)") { d in try d.use(d.make(Initializer.self).callAsFunction(d.make(Shape.self))) }
    calls.add("Initializer.constant(_:)") { d in try d.use(Initializer.constant(d.make(Double.self))) }
    calls.add("Initializer.kaimingNormal(_:mode:)") { d in try d.use(Initializer.kaimingNormal(d.make(Gain.self), mode: d.make(FanMode.self))) }
    calls.add("Initializer.kaimingUniform(_:mode:)") { d in try d.use(Initializer.kaimingUniform(d.make(Gain.self), mode: d.make(FanMode.self))) }
    calls.add("Initializer.normal(mean:deviation:)") { d in try d.use(Initializer.normal(mean: d.make(Double.self), deviation: d.make(Double.self))) }
    calls.add("Initializer.orthogonal(gain:)") { d in try d.use(Initializer.orthogonal(gain: d.make(Double.self))) }
    calls.add("Initializer.truncatedNormal(mean:deviation:in:)") { d in try d.use(Initializer.truncatedNormal(mean: d.make(Double.self), deviation: d.make(Double.self), in: d.make(ClosedRange<Double>.self))) }
    calls.add("Initializer.uniform(_:_:)") { d in try d.use(Initializer.uniform(d.make(Double.self), d.make(Double.self))) }
    calls.add("Initializer.xavierNormal(gain:)") { d in try d.use(Initializer.xavierNormal(gain: d.make(Double.self))) }
    calls.add("Initializer.xavierUniform(gain:)") { d in try d.use(Initializer.xavierUniform(gain: d.make(Double.self))) }
    calls.add("InstanceNorm1d.init(_:epsilon:momentum:affine:trackRunningStats:bias:)") { d in try d.use(InstanceNorm1d(d.make(Int.self), epsilon: d.make(Double.self), momentum: d.make(Double.self), affine: d.make(Bool.self), trackRunningStats: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("InstanceNorm2d.init(_:epsilon:momentum:affine:trackRunningStats:bias:)") { d in try d.use(InstanceNorm2d(d.make(Int.self), epsilon: d.make(Double.self), momentum: d.make(Double.self), affine: d.make(Bool.self), trackRunningStats: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("InstanceNorm3d.init(_:epsilon:momentum:affine:trackRunningStats:bias:)") { d in try d.use(InstanceNorm3d(d.make(Int.self), epsilon: d.make(Double.self), momentum: d.make(Double.self), affine: d.make(Bool.self), trackRunningStats: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("LAMB.init(_:learningRate:betas:epsilon:weightDecay:maximize:)") { d in try d.use(LAMB(d.make([Parameter].self), learningRate: d.make(Double.self), betas: (d.make(Double.self), d.make(Double.self)), epsilon: d.make(Double.self), weightDecay: d.make(Double.self), maximize: d.make(Bool.self))) }
  }

  @Sendable static func part5(_ calls: inout [PublicCall]) {
    calls.add("LBFGS.init(_:learningRate:maxIterations:maxEvaluations:gradientTolerance:changeTolerance:historySize:lineSearch:)") { d in try d.use(LBFGS(d.make([Parameter].self), learningRate: d.make(Double.self), maxIterations: d.make(Int.self), maxEvaluations: d.make((Int?).self), gradientTolerance: d.make(Double.self), changeTolerance: d.make(Double.self), historySize: d.make(Int.self), lineSearch: d.make(LBFGS.LineSearch.self))) }
    calls.add("LPPool1d.init(order:_:stride:ceilMode:)") { d in try d.use(LPPool1d(order: d.make(Double.self), d.make(PerAxis.self), stride: d.make((PerAxis?).self), ceilMode: d.make(Bool.self))) }
    calls.add("LPPool2d.init(order:_:stride:ceilMode:)") { d in try d.use(LPPool2d(order: d.make(Double.self), d.make(PerAxis.self), stride: d.make((PerAxis?).self), ceilMode: d.make(Bool.self))) }
    calls.add("LPPool3d.init(order:_:stride:ceilMode:)") { d in try d.use(LPPool3d(order: d.make(Double.self), d.make(PerAxis.self), stride: d.make((PerAxis?).self), ceilMode: d.make(Bool.self))) }
    calls.add("LSTM.init(_:_:numLayers:bias:batchFirst:dropout:bidirectional:projSize:)") { d in try d.use(LSTM(d.make(Int.self), d.make(Int.self), numLayers: d.make(Int.self), bias: d.make(Bool.self), batchFirst: d.make(Bool.self), dropout: d.make(Double.self), bidirectional: d.make(Bool.self), projSize: d.make(Int.self))) }
    calls.add("LSTMCell.init(_:_:bias:)") { d in try d.use(LSTMCell(d.make(Int.self), d.make(Int.self), bias: d.make(Bool.self))) }
    calls.add("LayerNorm.init(_:epsilon:elementwiseAffine:bias:)") { d in try d.use(LayerNorm(d.make(Int.self), epsilon: d.make(Double.self), elementwiseAffine: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("LayerNorm.init(_:epsilon:elementwiseAffine:bias:)") { d in try d.use(LayerNorm(d.make(Shape.self), epsilon: d.make(Double.self), elementwiseAffine: d.make(Bool.self), bias: d.make(Bool.self))) }
    calls.add("LeNet.init(channels:classes:)") { d in try d.use(LeNet(channels: d.make(Int.self), classes: d.make(Int.self))) }
    calls.add("LeakyReLU.init(_:)") { d in try d.use(LeakyReLU(d.make(Double.self))) }
    calls.add("LearnedPositions.init(_:maxPositions:dropout:batchFirst:)") { d in try d.use(LearnedPositions(d.make(Int.self), maxPositions: d.make(Int.self), dropout: d.make(Double.self), batchFirst: d.make(Bool.self))) }
    calls.add("Linear.init(_:_:bias:)") { d in try d.use(Linear(d.make(Int.self), d.make(Int.self), bias: d.make(Bool.self))) }
    calls.add("Lion.init(_:learningRate:betas:weightDecay:maximize:)") { d in try d.use(Lion(d.make([Parameter].self), learningRate: d.make(Double.self), betas: (d.make(Double.self), d.make(Double.self)), weightDecay: d.make(Double.self), maximize: d.make(Bool.self))) }
    calls.add("LlamaBlock.init(_:numHeads:numKeyValueHeads:hiddenDim:maxPositions:base:epsilon:)") { d in try d.use(LlamaBlock(d.make(Int.self), numHeads: d.make(Int.self), numKeyValueHeads: d.make(Int.self), hiddenDim: d.make(Int.self), maxPositions: d.make(Int.self), base: d.make(Double.self), epsilon: d.make(Double.self))) }
    calls.add("LocalResponseNorm.init(_:alpha:beta:k:)") { d in try d.use(LocalResponseNorm(d.make(Int.self), alpha: d.make(Double.self), beta: d.make(Double.self), k: d.make(Double.self))) }
    calls.add("LogSoftmax.init(axis:)") { d in try d.use(LogSoftmax(axis: d.make(Int.self))) }
    calls.add("MaxPool1d.init(_:stride:padding:dilation:ceilMode:)") { d in try d.use(MaxPool1d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), dilation: d.make(PerAxis.self), ceilMode: d.make(Bool.self))) }
    calls.add("MaxPool2d.init(_:stride:padding:dilation:ceilMode:)") { d in try d.use(MaxPool2d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), dilation: d.make(PerAxis.self), ceilMode: d.make(Bool.self))) }
    calls.add("MaxPool3d.init(_:stride:padding:dilation:ceilMode:)") { d in try d.use(MaxPool3d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), dilation: d.make(PerAxis.self), ceilMode: d.make(Bool.self))) }
    calls.add("MaxUnpool1d.init(_:stride:padding:)") { d in try d.use(MaxUnpool1d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self))) }
    calls.add("MaxUnpool2d.init(_:stride:padding:)") { d in try d.use(MaxUnpool2d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self))) }
    calls.add("MaxUnpool3d.init(_:stride:padding:)") { d in try d.use(MaxUnpool3d(d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self))) }
    calls.add("MultiheadAttention.init(_:numHeads:dropout:bias:addsBiasKV:addsZeroAttention:kDim:vDim:batchFirst:)") { d in try d.use(MultiheadAttention(d.make(Int.self), numHeads: d.make(Int.self), dropout: d.make(Double.self), bias: d.make(Bool.self), addsBiasKV: d.make(Bool.self), addsZeroAttention: d.make(Bool.self), kDim: d.make((Int?).self), vDim: d.make((Int?).self), batchFirst: d.make(Bool.self))) }
    calls.add("Muon.init(_:learningRate:weightDecay:momentum:nesterov:coefficients:epsilon:iterations:scaling:)") { d in try d.use(Muon(d.make([Parameter].self), learningRate: d.make(Double.self), weightDecay: d.make(Double.self), momentum: d.make(Double.self), nesterov: d.make(Bool.self), coefficients: (d.make(Double.self), d.make(Double.self), d.make(Double.self)), epsilon: d.make(Double.self), iterations: d.make(Int.self), scaling: d.make(Muon.Scaling.self))) }
    calls.add("NAdam.init(_:learningRate:betas:epsilon:weightDecay:momentumDecay:decoupledWeightDecay:maximize:)") { d in try d.use(NAdam(d.make([Parameter].self), learningRate: d.make(Double.self), betas: (d.make(Double.self), d.make(Double.self)), epsilon: d.make(Double.self), weightDecay: d.make(Double.self), momentumDecay: d.make(Double.self), decoupledWeightDecay: d.make(Bool.self), maximize: d.make(Bool.self))) }
    calls.add("PReLU.init(_:initialSlope:)") { d in try d.use(PReLU(d.make(Int.self), initialSlope: d.make(Double.self))) }
    calls.add("PairwiseDistance.init(order:epsilon:keepDims:)") { d in try d.use(PairwiseDistance(order: d.make(Double.self), epsilon: d.make(Double.self), keepDims: d.make(Bool.self))) }
    calls.add("Parametrization.init()") { d in try d.use(Parametrization()) }
    calls.add("PixelShuffle.init(_:)") { d in try d.use(PixelShuffle(d.make(Int.self))) }
    calls.add("PixelUnshuffle.init(_:)") { d in try d.use(PixelUnshuffle(d.make(Int.self))) }
    calls.add("QuantizedWeight.init(_:codes:scales:roundsInputs:as:)") { d in try d.use(QuantizedWeight(d.make(CodeFormat.self), codes: d.make(Tensor.self), scales: d.make((Tensor?).self), roundsInputs: d.make(Bool.self), as: d.make(DType.self))) }
    calls.add("RAdam.init(_:learningRate:betas:epsilon:weightDecay:decoupledWeightDecay:maximize:)") { d in try d.use(RAdam(d.make([Parameter].self), learningRate: d.make(Double.self), betas: (d.make(Double.self), d.make(Double.self)), epsilon: d.make(Double.self), weightDecay: d.make(Double.self), decoupledWeightDecay: d.make(Bool.self), maximize: d.make(Bool.self))) }
    calls.add("RMSNorm.init(_:epsilon:elementwiseAffine:)") { d in try d.use(RMSNorm(d.make(Int.self), epsilon: d.make((Double?).self), elementwiseAffine: d.make(Bool.self))) }
    calls.add("RMSNorm.init(_:epsilon:elementwiseAffine:)") { d in try d.use(RMSNorm(d.make(Shape.self), epsilon: d.make((Double?).self), elementwiseAffine: d.make(Bool.self))) }
    calls.add("RMSprop.init(_:learningRate:smoothing:epsilon:weightDecay:momentum:centered:maximize:)") { d in try d.use(RMSprop(d.make([Parameter].self), learningRate: d.make(Double.self), smoothing: d.make(Double.self), epsilon: d.make(Double.self), weightDecay: d.make(Double.self), momentum: d.make(Double.self), centered: d.make(Bool.self), maximize: d.make(Bool.self))) }
  }

  @Sendable static func part6(_ calls: inout [PublicCall]) {
    calls.add("RNN.init(_:_:numLayers:nonlinearity:bias:batchFirst:dropout:bidirectional:)") { d in try d.use(RNN(d.make(Int.self), d.make(Int.self), numLayers: d.make(Int.self), nonlinearity: d.make(RNN.Nonlinearity.self), bias: d.make(Bool.self), batchFirst: d.make(Bool.self), dropout: d.make(Double.self), bidirectional: d.make(Bool.self))) }
    calls.add("RNNCell.init(_:_:bias:nonlinearity:)") { d in try d.use(RNNCell(d.make(Int.self), d.make(Int.self), bias: d.make(Bool.self), nonlinearity: d.make(RNN.Nonlinearity.self))) }
    calls.add("RReLU.init(_:_:)") { d in try d.use(RReLU(d.make(Double.self), d.make(Double.self))) }
    calls.add("ReflectionPad1d.init(_:)") { d in try d.use(ReflectionPad1d(d.make(PerAxis.self))) }
    calls.add("ReflectionPad1d.init(before:after:)") { d in try d.use(ReflectionPad1d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ReflectionPad2d.init(_:)") { d in try d.use(ReflectionPad2d(d.make(PerAxis.self))) }
    calls.add("ReflectionPad2d.init(before:after:)") { d in try d.use(ReflectionPad2d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ReflectionPad3d.init(_:)") { d in try d.use(ReflectionPad3d(d.make(PerAxis.self))) }
    calls.add("ReflectionPad3d.init(before:after:)") { d in try d.use(ReflectionPad3d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ReplicationPad1d.init(_:)") { d in try d.use(ReplicationPad1d(d.make(PerAxis.self))) }
    calls.add("ReplicationPad1d.init(before:after:)") { d in try d.use(ReplicationPad1d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ReplicationPad2d.init(_:)") { d in try d.use(ReplicationPad2d(d.make(PerAxis.self))) }
    calls.add("ReplicationPad2d.init(before:after:)") { d in try d.use(ReplicationPad2d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ReplicationPad3d.init(_:)") { d in try d.use(ReplicationPad3d(d.make(PerAxis.self))) }
    calls.add("ReplicationPad3d.init(before:after:)") { d in try d.use(ReplicationPad3d(before: d.make(PerAxis.self), after: d.make(PerAxis.self))) }
    calls.add("ResNet.init(_:classes:channels:stem:width:zeroInitResidual:)") { d in try d.use(ResNet(d.make(ResNet.Depth.self), classes: d.make(Int.self), channels: d.make(Int.self), stem: d.make(ResNet.Stem.self), width: d.make(Int.self), zeroInitResidual: d.make(Bool.self))) }
    calls.add("RotaryEmbedding.init(_:maxPositions:base:layout:)") { d in try d.use(RotaryEmbedding(d.make(Int.self), maxPositions: d.make(Int.self), base: d.make(Double.self), layout: d.make(RotaryLayout.self))) }
    calls.add("Rprop.init(_:learningRate:factors:stepSizes:maximize:)") { d in try d.use(Rprop(d.make([Parameter].self), learningRate: d.make(Double.self), factors: (d.make(Double.self), d.make(Double.self)), stepSizes: (d.make(Double.self), d.make(Double.self)), maximize: d.make(Bool.self))) }
    calls.add("SGD.init(_:learningRate:momentum:dampening:weightDecay:nesterov:maximize:)") { d in try d.use(SGD(d.make([Parameter].self), learningRate: d.make(Double.self), momentum: d.make(Double.self), dampening: d.make(Double.self), weightDecay: d.make(Double.self), nesterov: d.make(Bool.self), maximize: d.make(Bool.self))) }
    calls.add("Schedules.averaging(after:at:to:over:along:)") { d in try d.use(Schedules.averaging(after: d.schedule, at: d.make(Int.self), to: d.make(Double.self), over: d.make(Int.self), along: d.make(Annealing.self))) }
    calls.add("Schedules.chained(_:_:)") { d in try d.use(Schedules.chained(d.make(Double.self), d.list { $0.schedule })) }
    calls.add("Schedules.constant(_:)") { d in try d.use(Schedules.constant(d.make(Double.self))) }
    calls.add("Schedules.constant(_:by:for:)") { d in try d.use(Schedules.constant(d.make(Double.self), by: d.make(Double.self), for: d.make(Int.self))) }
    calls.add("Schedules.cosine(from:to:over:)") { d in try d.use(Schedules.cosine(from: d.make(Double.self), to: d.make(Double.self), over: d.make(Int.self))) }
    calls.add("Schedules.cosineRestarts(from:to:every:growth:)") { d in try d.use(Schedules.cosineRestarts(from: d.make(Double.self), to: d.make(Double.self), every: d.make(Int.self), growth: d.make(Int.self))) }
    calls.add("Schedules.cyclic(from:to:rising:falling:height:)") { d in try d.use(Schedules.cyclic(from: d.make(Double.self), to: d.make(Double.self), rising: d.make(Int.self), falling: d.make((Int?).self), height: d.make(Schedules.CycleHeight.self))) }
    calls.add("Schedules.exponential(from:by:)") { d in try d.use(Schedules.exponential(from: d.make(Double.self), by: d.make(Double.self))) }
    calls.add("Schedules.linear(from:to:over:)") { d in try d.use(Schedules.linear(from: d.make(Double.self), to: d.make(Double.self), over: d.make(Int.self))) }
    calls.add("Schedules.multiStep(from:at:by:)") { d in try d.use(Schedules.multiStep(from: d.make(Double.self), at: d.make([Int].self), by: d.make(Double.self))) }
    calls.add("Schedules.oneCycle(from:peak:to:over:rising:along:threePhases:)") { d in try d.use(Schedules.oneCycle(from: d.make(Double.self), peak: d.make(Double.self), to: d.make(Double.self), over: d.make(Int.self), rising: d.make(Double.self), along: d.make(Annealing.self), threePhases: d.make(Bool.self))) }
    calls.add("Schedules.oneCycle(peak:over:rising:startDivisor:endDivisor:along:threePhases:)") { d in try d.use(Schedules.oneCycle(peak: d.make(Double.self), over: d.make(Int.self), rising: d.make(Double.self), startDivisor: d.make(Double.self), endDivisor: d.make(Double.self), along: d.make(Annealing.self), threePhases: d.make(Bool.self))) }
    calls.add("Schedules.polynomial(from:over:power:)") { d in try d.use(Schedules.polynomial(from: d.make(Double.self), over: d.make(Int.self), power: d.make(Double.self))) }
    calls.add("Schedules.sequence(_:at:)") { d in try d.use(Schedules.sequence(d.list { $0.schedule }, at: d.make([Int].self))) }
    calls.add("Schedules.step(from:every:by:)") { d in try d.use(Schedules.step(from: d.make(Double.self), every: d.make(Int.self), by: d.make(Double.self))) }
    calls.add("Schedules.warmUp(over:from:then:)") { d in try d.use(Schedules.warmUp(over: d.make(Int.self), from: d.make(Double.self), then: d.schedule)) }
  }

  @Sendable static func part7(_ calls: inout [PublicCall]) {
    calls.add("SinusoidalPositions.init(_:maxPositions:dropout:batchFirst:)") { d in try d.use(SinusoidalPositions(d.make(Int.self), maxPositions: d.make(Int.self), dropout: d.make(Double.self), batchFirst: d.make(Bool.self))) }
    calls.add("Softmax.init(axis:)") { d in try d.use(Softmax(axis: d.make(Int.self))) }
    calls.add("Softmin.init(axis:)") { d in try d.use(Softmin(axis: d.make(Int.self))) }
    calls.add("Softplus.init(beta:threshold:)") { d in try d.use(Softplus(beta: d.make(Double.self), threshold: d.make(Double.self))) }
    calls.add("Softshrink.init(_:)") { d in try d.use(Softshrink(d.make(Double.self))) }
    calls.add("TableNetwork.init(numbers:categories:outputs:hidden:dropout:)") { d in try d.use(TableNetwork(numbers: d.make(Int.self), categories: d.make([Int].self), outputs: d.make(Int.self), hidden: d.make([Int].self), dropout: d.make(Double.self))) }
    calls.add("Tensor.abs()") { d in try d.use(d.make(Tensor.self).abs()) }
    calls.add("Tensor.acos()") { d in try d.use(d.make(Tensor.self).acos()) }
    calls.add("Tensor.acosh()") { d in try d.use(d.make(Tensor.self).acosh()) }
    calls.add("Tensor.adaptiveAveragePooled(to:spatialAxes:)") { d in try d.use(d.make(Tensor.self).adaptiveAveragePooled(to: d.make(PerAxis.self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.adaptiveMaxPooled(to:spatialAxes:)") { d in try d.use(d.make(Tensor.self).adaptiveMaxPooled(to: d.make(PerAxis.self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.adaptiveMaxPooledWithIndices(to:spatialAxes:)") { d in try d.use(d.make(Tensor.self).adaptiveMaxPooledWithIndices(to: d.make(PerAxis.self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.addingMatrixProduct(_:_:alpha:beta:)") { d in try d.use(d.make(Tensor.self).addingMatrixProduct(d.make(Tensor.self), d.make(Tensor.self), alpha: d.make(Double.self), beta: d.make(Double.self))) }
    calls.add("Tensor.addingProduct(_:_:value:)") { d in try d.use(d.make(Tensor.self).addingProduct(d.make(Tensor.self), d.make(Tensor.self), value: d.make(Double.self))) }
    calls.add("Tensor.addingQuotient(_:_:value:)") { d in try d.use(d.make(Tensor.self).addingQuotient(d.make(Tensor.self), d.make(Tensor.self), value: d.make(Double.self))) }
    calls.add("Tensor.all(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).all(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.all(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).all(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.alphaDropout(probability:using:)") { d in try d.use(d.make(Tensor.self).alphaDropout(probability: d.make(Double.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.any(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).any(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.any(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).any(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.argMax(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).argMax(axis: d.make((Int?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.argMin(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).argMin(axis: d.make((Int?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.argsort(axis:descending:)") { d in try d.use(d.make(Tensor.self).argsort(axis: d.make(Int.self), descending: d.make(Bool.self))) }
    calls.add("Tensor.asin()") { d in try d.use(d.make(Tensor.self).asin()) }
    calls.add("Tensor.asinh()") { d in try d.use(d.make(Tensor.self).asinh()) }
    calls.add("Tensor.atLeast1D()") { d in try d.use(d.make(Tensor.self).atLeast1D()) }
    calls.add("Tensor.atLeast2D()") { d in try d.use(d.make(Tensor.self).atLeast2D()) }
    calls.add("Tensor.atLeast3D()") { d in try d.use(d.make(Tensor.self).atLeast3D()) }
    calls.add("Tensor.atan()") { d in try d.use(d.make(Tensor.self).atan()) }
    calls.add("Tensor.atanh()") { d in try d.use(d.make(Tensor.self).atanh()) }
    calls.add("Tensor.averagePooled(kernel:stride:padding:ceilMode:countsPadding:divisor:spatialAxes:)") { d in try d.use(d.make(Tensor.self).averagePooled(kernel: d.make(PerAxis.self), stride: d.make((PerAxis?).self), padding: d.make(PerAxis.self), ceilMode: d.make(Bool.self), countsPadding: d.make(Bool.self), divisor: d.make((Int?).self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.batchNormalized(mean:variance:weight:bias:epsilon:)") { d in try d.use(d.make(Tensor.self).batchNormalized(mean: d.make(Tensor.self), variance: d.make(Tensor.self), weight: d.make((Tensor?).self), bias: d.make((Tensor?).self), epsilon: d.make(Double.self))) }
    calls.add("Tensor.batchNormalized(weight:bias:epsilon:adding:rectified:)") { d in try d.use(d.make(Tensor.self).batchNormalized(weight: d.make((Tensor?).self), bias: d.make((Tensor?).self), epsilon: d.make(Double.self), adding: d.make((Tensor?).self), rectified: d.make(Bool.self))) }
    calls.add("Tensor.besselI0()") { d in try d.use(d.make(Tensor.self).besselI0()) }
    calls.add("Tensor.besselI0Scaled()") { d in try d.use(d.make(Tensor.self).besselI0Scaled()) }
  }

  @Sendable static func part8(_ calls: inout [PublicCall]) {
    calls.add("Tensor.besselI1()") { d in try d.use(d.make(Tensor.self).besselI1()) }
    calls.add("Tensor.besselI1Scaled()") { d in try d.use(d.make(Tensor.self).besselI1Scaled()) }
    calls.add("Tensor.besselJ0()") { d in try d.use(d.make(Tensor.self).besselJ0()) }
    calls.add("Tensor.besselJ1()") { d in try d.use(d.make(Tensor.self).besselJ1()) }
    calls.add("Tensor.besselY0()") { d in try d.use(d.make(Tensor.self).besselY0()) }
    calls.add("Tensor.besselY1()") { d in try d.use(d.make(Tensor.self).besselY1()) }
    calls.add("Tensor.binCount(weights:minimumLength:)") { d in try d.use(d.make(Tensor.self).binCount(weights: d.make((Tensor?).self), minimumLength: d.make(Int.self))) }
    calls.add("Tensor.bitsShiftedLeft(by:)") { d in try d.use(d.make(Tensor.self).bitsShiftedLeft(by: d.make(Tensor.self))) }
    calls.add("Tensor.bitsShiftedRight(by:)") { d in try d.use(d.make(Tensor.self).bitsShiftedRight(by: d.make(Tensor.self))) }
    calls.add("Tensor.bitwiseAnd(_:)") { d in try d.use(d.make(Tensor.self).bitwiseAnd(d.make(Tensor.self))) }
    calls.add("Tensor.bitwiseNot()") { d in try d.use(d.make(Tensor.self).bitwiseNot()) }
    calls.add("Tensor.bitwiseOr(_:)") { d in try d.use(d.make(Tensor.self).bitwiseOr(d.make(Tensor.self))) }
    calls.add("Tensor.bitwiseXor(_:)") { d in try d.use(d.make(Tensor.self).bitwiseXor(d.make(Tensor.self))) }
    calls.add("Tensor.bucketized(_:right:)") { d in try d.use(d.make(Tensor.self).bucketized(d.make(Tensor.self), right: d.make(Bool.self))) }
    calls.add("Tensor.ceil()") { d in try d.use(d.make(Tensor.self).ceil()) }
    calls.add("Tensor.celu(alpha:)") { d in try d.use(d.make(Tensor.self).celu(alpha: d.make(Double.self))) }
    calls.add("Tensor.channelShuffled(groups:)") { d in try d.use(d.make(Tensor.self).channelShuffled(groups: d.make(Int.self))) }
    calls.add("Tensor.cholesky(upper:)") { d in try d.use(d.make(Tensor.self).cholesky(upper: d.make(Bool.self))) }
    calls.add("Tensor.choleskyInverse(upper:)") { d in try d.use(d.make(Tensor.self).choleskyInverse(upper: d.make(Bool.self))) }
    calls.add("Tensor.choleskySolved(factor:upper:)") { d in try d.use(d.make(Tensor.self).choleskySolved(factor: d.make(Tensor.self), upper: d.make(Bool.self))) }
    calls.add("Tensor.chunked(_:axis:)") { d in try d.use(d.make(Tensor.self).chunked(d.make(Int.self), axis: d.make(Int.self))) }
    calls.add("Tensor.clamped(high:)") { d in try d.use(d.make(Tensor.self).clamped(high: d.make(Tensor.self))) }
    calls.add("Tensor.clamped(low:high:)") { d in try d.use(d.make(Tensor.self).clamped(low: d.make((Tensor?).self), high: d.make((Tensor?).self))) }
    calls.add("Tensor.clamped(low:high:)") { d in try d.use(d.make(Tensor.self).clamped(low: d.make(Double.self), high: d.make(Double.self))) }
    calls.add("Tensor.combinations(of:withReplacement:)") { d in try d.use(d.make(Tensor.self).combinations(of: d.make(Int.self), withReplacement: d.make(Bool.self))) }
    calls.add("Tensor.conditionNumber(_:)") { d in try d.use(d.make(Tensor.self).conditionNumber(d.make(MatrixNormOrder.self))) }
    calls.add("Tensor.contiguous()") { d in try d.use(d.make(Tensor.self).contiguous()) }
    calls.add("Tensor.converted(to:)") { d in try d.use(d.make(Tensor.self).converted(to: d.make(DType.self))) }
    calls.add("Tensor.correlation()") { d in try d.use(d.make(Tensor.self).correlation()) }
    calls.add("Tensor.cos()") { d in try d.use(d.make(Tensor.self).cos()) }
    calls.add("Tensor.cosh()") { d in try d.use(d.make(Tensor.self).cosh()) }
    calls.add("Tensor.countNonzero(axes:keepDims:)") { d in try d.use(d.make(Tensor.self).countNonzero(axes: d.make(([Int]?).self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.countNonzero(axis:keepDims:)") { d in try d.use(d.make(Tensor.self).countNonzero(axis: d.make(Int.self), keepDims: d.make(Bool.self))) }
    calls.add("Tensor.covariance(correction:frequencies:weights:)") { d in try d.use(d.make(Tensor.self).covariance(correction: d.make(Double.self), frequencies: d.make((Tensor?).self), weights: d.make((Tensor?).self))) }
    calls.add("Tensor.cross(_:axis:)") { d in try d.use(d.make(Tensor.self).cross(d.make(Tensor.self), axis: d.make(Int.self))) }
  }

  @Sendable static func part9(_ calls: inout [PublicCall]) {
    calls.add("Tensor.crossEntropy(classIndices:axis:weight:labelSmoothing:ignoredIndex:)") { d in try d.use(d.make(Tensor.self).crossEntropy(classIndices: d.make(Tensor.self), axis: d.make((Int?).self), weight: d.make((Tensor?).self), labelSmoothing: d.make(Double.self), ignoredIndex: d.make(Int.self))) }
    calls.add("Tensor.crossEntropy(probabilities:axis:weight:labelSmoothing:)") { d in try d.use(d.make(Tensor.self).crossEntropy(probabilities: d.make(Tensor.self), axis: d.make((Int?).self), weight: d.make((Tensor?).self), labelSmoothing: d.make(Double.self))) }
    calls.add("Tensor.ctcLosses(targets:inputLengths:targetLengths:blank:zeroInfinity:)") { d in try d.use(d.make(Tensor.self).ctcLosses(targets: d.make(Tensor.self), inputLengths: d.make(Tensor.self), targetLengths: d.make(Tensor.self), blank: d.make(Int.self), zeroInfinity: d.make(Bool.self))) }
    calls.add("Tensor.cumulativeMax(axis:)") { d in try d.use(d.make(Tensor.self).cumulativeMax(axis: d.make(Int.self))) }
    calls.add("Tensor.cumulativeMin(axis:)") { d in try d.use(d.make(Tensor.self).cumulativeMin(axis: d.make(Int.self))) }
    calls.add("Tensor.cumulativeProduct(axis:)") { d in try d.use(d.make(Tensor.self).cumulativeProduct(axis: d.make(Int.self))) }
    calls.add("Tensor.cumulativeSum(axis:)") { d in try d.use(d.make(Tensor.self).cumulativeSum(axis: d.make(Int.self))) }
    calls.add("Tensor.cumulativeTrapezoid(at:step:axis:)") { d in try d.use(d.make(Tensor.self).cumulativeTrapezoid(at: d.make((Tensor?).self), step: d.make(Double.self), axis: d.make(Int.self))) }
    calls.add("Tensor.degreesToRadians()") { d in try d.use(d.make(Tensor.self).degreesToRadians()) }
    calls.add("Tensor.determinant()") { d in try d.use(d.make(Tensor.self).determinant()) }
    calls.add("Tensor.diagonal(offset:rowAxis:columnAxis:)") { d in try d.use(d.make(Tensor.self).diagonal(offset: d.make(Int.self), rowAxis: d.make(Int.self), columnAxis: d.make(Int.self))) }
    calls.add("Tensor.diagonalMatrix(offset:)") { d in try d.use(d.make(Tensor.self).diagonalMatrix(offset: d.make(Int.self))) }
    calls.add("Tensor.diagonalScattered(_:offset:rowAxis:columnAxis:)") { d in try d.use(d.make(Tensor.self).diagonalScattered(d.make(Tensor.self), offset: d.make(Int.self), rowAxis: d.make(Int.self), columnAxis: d.make(Int.self))) }
    calls.add("Tensor.difference(order:axis:prepend:append:)") { d in try d.use(d.make(Tensor.self).difference(order: d.make(Int.self), axis: d.make(Int.self), prepend: d.make((Tensor?).self), append: d.make((Tensor?).self))) }
    calls.add("Tensor.digamma()") { d in try d.use(d.make(Tensor.self).digamma()) }
    calls.add("Tensor.distance(to:order:)") { d in try d.use(d.make(Tensor.self).distance(to: d.make(Tensor.self), order: d.make(Double.self))) }
    calls.add("Tensor.dot(_:)") { d in try d.use(d.make(Tensor.self).dot(d.make(Tensor.self))) }
    calls.add("Tensor.dropout(probability:using:)") { d in try d.use(d.make(Tensor.self).dropout(probability: d.make(Double.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.elementsClose(to:relative:absolute:nanIsEqual:)") { d in try d.use(d.make(Tensor.self).elementsClose(to: d.make(Tensor.self), relative: d.make(Double.self), absolute: d.make(Double.self), nanIsEqual: d.make(Bool.self))) }
    calls.add("Tensor.elementsEqual(_:)") { d in try d.use(d.make(Tensor.self).elementsEqual(d.make(Tensor.self))) }
    calls.add("Tensor.elu(alpha:)") { d in try d.use(d.make(Tensor.self).elu(alpha: d.make(Double.self))) }
    calls.add("Tensor.embedding(_:paddingIndex:scaleGradByFreq:)") { d in try d.use(d.make(Tensor.self).embedding(d.make(Tensor.self), paddingIndex: d.make((Int?).self), scaleGradByFreq: d.make(Bool.self))) }
    calls.add("Tensor.embeddingBag(_:offsets:mode:perSampleWeights:paddingIndex:includesLastOffset:scaleGradByFreq:)") { d in try d.use(d.make(Tensor.self).embeddingBag(d.make(Tensor.self), offsets: d.make((Tensor?).self), mode: d.make(EmbeddingBagMode.self), perSampleWeights: d.make((Tensor?).self), paddingIndex: d.make((Int?).self), includesLastOffset: d.make(Bool.self), scaleGradByFreq: d.make(Bool.self))) }
    calls.add("Tensor.entropy()") { d in try d.use(d.make(Tensor.self).entropy()) }
    calls.add("Tensor.equal(to:)") { d in try d.use(d.make(Tensor.self).equal(to: d.make(Tensor.self))) }
    calls.add("Tensor.erf()") { d in try d.use(d.make(Tensor.self).erf()) }
    calls.add("Tensor.erfInverse()") { d in try d.use(d.make(Tensor.self).erfInverse()) }
    calls.add("Tensor.erfc()") { d in try d.use(d.make(Tensor.self).erfc()) }
    calls.add("Tensor.erfcScaled()") { d in try d.use(d.make(Tensor.self).erfcScaled()) }
    calls.add("Tensor.exp()") { d in try d.use(d.make(Tensor.self).exp()) }
    calls.add("Tensor.exp2()") { d in try d.use(d.make(Tensor.self).exp2()) }
    calls.add("Tensor.expanded(to:)") { d in try d.use(d.make(Tensor.self).expanded(to: d.make(Shape.self))) }
    calls.add("Tensor.expm1()") { d in try d.use(d.make(Tensor.self).expm1()) }
    calls.add("Tensor.featureAlphaDropout(probability:using:)") { d in try d.use(d.make(Tensor.self).featureAlphaDropout(probability: d.make(Double.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.featureDropout(probability:using:)") { d in try d.use(d.make(Tensor.self).featureDropout(probability: d.make(Double.self), using: d.make(RandomStream.self))) }
  }

  @Sendable static func part10(_ calls: inout [PublicCall]) {
    calls.add("Tensor.fft(count:axis:normalization:)") { d in try d.use(d.make(Tensor.self).fft(count: d.make((Int?).self), axis: d.make(Int.self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.fft2(counts:axes:normalization:)") { d in try d.use(d.make(Tensor.self).fft2(counts: d.make(([Int]?).self), axes: d.make([Int].self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.fftN(counts:axes:normalization:)") { d in try d.use(d.make(Tensor.self).fftN(counts: d.make(([Int]?).self), axes: d.make(([Int]?).self), normalization: d.make(FourierNormalization.self))) }
    calls.add("Tensor.fftShifted(axes:)") { d in try d.use(d.make(Tensor.self).fftShifted(axes: d.make(([Int]?).self))) }
    calls.add("Tensor.fftShifted(axis:)") { d in try d.use(d.make(Tensor.self).fftShifted(axis: d.make(Int.self))) }
    calls.add("Tensor.flattened(from:through:)") { d in try d.use(d.make(Tensor.self).flattened(from: d.make(Int.self), through: d.make(Int.self))) }
    calls.add("Tensor.flipped(axes:)") { d in try d.use(d.make(Tensor.self).flipped(axes: d.make(([Int]?).self))) }
    calls.add("Tensor.flipped(axis:)") { d in try d.use(d.make(Tensor.self).flipped(axis: d.make(Int.self))) }
    calls.add("Tensor.flippedHorizontally()") { d in try d.use(d.make(Tensor.self).flippedHorizontally()) }
    calls.add("Tensor.flippedVertically()") { d in try d.use(d.make(Tensor.self).flippedVertically()) }
    calls.add("Tensor.floatPower(_:)") { d in try d.use(d.make(Tensor.self).floatPower(d.make(Tensor.self))) }
    calls.add("Tensor.floor()") { d in try d.use(d.make(Tensor.self).floor()) }
    calls.add("Tensor.floorDivided(by:)") { d in try d.use(d.make(Tensor.self).floorDivided(by: d.make(Double.self))) }
    calls.add("Tensor.floorDivided(by:)") { d in try d.use(d.make(Tensor.self).floorDivided(by: d.make(Tensor.self))) }
    calls.add("Tensor.folded(outputSize:kernel:stride:padding:dilation:)") { d in try d.use(d.make(Tensor.self).folded(outputSize: d.make([Int].self), kernel: d.make(PerAxis.self), stride: d.make(PerAxis.self), padding: d.make(PerAxis.self), dilation: d.make(PerAxis.self))) }
    calls.add("Tensor.fractionalMaxPooled(kernel:outputSize:samples:using:spatialAxes:)") { d in try d.use(d.make(Tensor.self).fractionalMaxPooled(kernel: d.make(PerAxis.self), outputSize: d.make(PerAxis.self), samples: d.make((Tensor?).self), using: d.make((RandomStream?).self), spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.fractionalPart()") { d in try d.use(d.make(Tensor.self).fractionalPart()) }
    calls.add("Tensor.frexp()") { d in try d.use(d.make(Tensor.self).frexp()) }
    calls.add("Tensor.fullLike(_:)") { d in try d.use(d.make(Tensor.self).fullLike(d.make(Double.self))) }
    calls.add("Tensor.gathered(_:axis:)") { d in try d.use(d.make(Tensor.self).gathered(d.make(Tensor.self), axis: d.make(Int.self))) }
    calls.add("Tensor.gelu(approximation:)") { d in try d.use(d.make(Tensor.self).gelu(approximation: d.make(GELUApproximation.self))) }
    calls.add("Tensor.globalAveragePooled(spatialAxes:)") { d in try d.use(d.make(Tensor.self).globalAveragePooled(spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.globalMaxPooled(spatialAxes:)") { d in try d.use(d.make(Tensor.self).globalMaxPooled(spatialAxes: d.make((Int?).self))) }
    calls.add("Tensor.glu(axis:)") { d in try d.use(d.make(Tensor.self).glu(axis: d.make(Int.self))) }
    calls.add("Tensor.greater(than:)") { d in try d.use(d.make(Tensor.self).greater(than: d.make(Tensor.self))) }
    calls.add("Tensor.greaterOrEqual(to:)") { d in try d.use(d.make(Tensor.self).greaterOrEqual(to: d.make(Tensor.self))) }
    calls.add("Tensor.gridSampled(_:mode:padding:alignCorners:)") { d in try d.use(d.make(Tensor.self).gridSampled(d.make(Tensor.self), mode: d.make(InterpolationMode.self), padding: d.make(GridPadding.self), alignCorners: d.make(Bool.self))) }
    calls.add("Tensor.groupNormalized(groups:weight:bias:epsilon:)") { d in try d.use(d.make(Tensor.self).groupNormalized(groups: d.make(Int.self), weight: d.make((Tensor?).self), bias: d.make((Tensor?).self), epsilon: d.make(Double.self))) }
    calls.add("Tensor.gumbelSoftmax(temperature:isHard:axis:using:)") { d in try d.use(d.make(Tensor.self).gumbelSoftmax(temperature: d.make(Double.self), isHard: d.make(Bool.self), axis: d.make(Int.self), using: d.make(RandomStream.self))) }
    calls.add("Tensor.hardshrink(lambda:)") { d in try d.use(d.make(Tensor.self).hardshrink(lambda: d.make(Double.self))) }
    calls.add("Tensor.hardsigmoid()") { d in try d.use(d.make(Tensor.self).hardsigmoid()) }
    calls.add("Tensor.hardswish()") { d in try d.use(d.make(Tensor.self).hardswish()) }
    calls.add("Tensor.hardtanh(low:high:)") { d in try d.use(d.make(Tensor.self).hardtanh(low: d.make(Double.self), high: d.make(Double.self))) }
    calls.add("Tensor.heaviside(_:)") { d in try d.use(d.make(Tensor.self).heaviside(d.make(Tensor.self))) }
    calls.add("Tensor.histogram(bins:range:weights:isDensity:)") { d in try d.use(d.make(Tensor.self).histogram(bins: d.make(Int.self), range: d.make((ClosedRange<Double>?).self), weights: d.make((Tensor?).self), isDensity: d.make(Bool.self))) }
  }
}
