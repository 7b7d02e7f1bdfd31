import WeftTensor

/// What `InstanceNorm1d`, `InstanceNorm2d` and `InstanceNorm3d` share (Ulyanov et al., 2016):
/// y = (x - E[x]) / √(Var[x] + ε) · γ + β, with mean and variance of each channel of each sample over its positions.
///
/// Shape: [N, C, spatial...] to the same, or without N; `weight` and `bias` [C] with `affine`; with `trackRunningStats` the
/// buffers of batch normalization, which are then used in evaluation; a batch without elements leaves them as they are.
public class InstanceNormLayer: Module {
  /// γ, [C]; nil without `affine`.
  public var weight: Parameter?
  /// β, [C]; nil without `affine` or `bias`.
  public var bias: Parameter?
  /// The running means, [C]; nil where none are kept.
  public var runningMean: Buffer?
  /// The running variances, unbiased, [C]; nil where none are kept.
  public var runningVar: Buffer?
  /// A scalar of int64 that stands in files and stays 0, as in PyTorch; nil where no statistics are kept.
  public var numBatchesTracked: Buffer?
  /// ε, added to the variance.
  public let epsilon: Double
  /// The weight of a new batch in the running statistics.
  public let momentum: Double
  private let axes: Int

  init(
    axes: Int, _ channels: Int, _ epsilon: Double, _ momentum: Double, _ affine: Bool, _ tracks: Bool, _ hasBias: Bool
  ) {
    let channels = LayerCheck.size(channels, "channels", layer: "InstanceNorm\(axes)d")
    (self.axes, self.epsilon, self.momentum) = (axes, epsilon, momentum)
    weight = affine ? Parameter(Tensor(ones: [channels])) : nil
    bias = affine && hasBias ? Parameter(Tensor(zeros: [channels])) : nil
    runningMean = tracks ? Buffer(Tensor(zeros: [channels])) : nil
    runningVar = tracks ? Buffer(Tensor(ones: [channels])) : nil
    // Kept for PyTorch's files, where it stays zero too.
    numBatchesTracked = tracks ? Buffer(Tensor(zeros: [], dtype: .int64)) : nil
    super.init()
    LayerCheck.momentum(momentum, layer: "\(type(of: self))")
  }

  public override func forward(_ input: Tensor) -> Tensor { input.asBatch(axes: axes, normalized) }

  private func normalized(_ input: Tensor) -> Tensor {
    guard input.rank == axes + 2 else {
      return .failed(
        TensorError(
          .shape, operation: "\(type(of: self))", operands: [("input", input.spec)],
          expected: "an input of \(axes + 1) or \(axes + 2) axes, [batch, channels, \(axes) spatial]",
          got: "\(input.shape)"))
    }
    guard let runningMean, let runningVar else {
      return input.instanceNormalized(weight: weight?.tensor, bias: bias?.tensor, epsilon: epsilon)
    }
    if isTraining { track(input.detach(), runningMean, runningVar) }
    guard !isTraining else {
      return input.instanceNormalized(weight: weight?.tensor, bias: bias?.tensor, epsilon: epsilon)
    }
    return input.batchNormalized(
      mean: runningMean.value, variance: runningVar.value, weight: weight?.tensor, bias: bias?.tensor, epsilon: epsilon)
  }

  /// Running statistics are averages over the samples' own: those of a batch whose channels are all samples' channels.
  private func track(_ input: Tensor, _ runningMean: Buffer, _ runningVar: Buffer) {
    let (batch, channels) = (input.shape[0], input.shape[1])
    guard input.elementCount > 0, !Modes.current.isRecomputing else { return }
    let (_, mean, variance) = input.reshaped(to: Shape([1, batch * channels] + input.shape.sizes.dropFirst(2)))
      .batchNormalized(epsilon: epsilon)
    guard mean.elementCount == batch * channels else { return }
    let count = Double(input.elementCount / max(batch * channels, 1))
    runningMean.changing {
      runningMean.average(mean.reshaped(batch, channels).mean(axis: 0), share: momentum)
      runningVar.average(
        variance.reshaped(batch, channels).mean(axis: 0), share: momentum, scale: count / max(count - 1, 1))
    }
  }
}

/// Instance normalization of sequences; see `InstanceNormLayer`.
///
/// Shape: [N, C, L] to the same.
public final class InstanceNorm1d: InstanceNormLayer {
  /// - Parameters:
  ///   - affine: Whether channels have a learned scale and, with `bias`, a learned shift.
  ///   - trackRunningStats: Whether running statistics are kept, for evaluation.
  public init(
    _ channels: Int, epsilon: Double = 1e-5, momentum: Double = 0.1, affine: Bool = false,
    trackRunningStats: Bool = false, bias: Bool = true
  ) {
    super.init(axes: 1, channels, epsilon, momentum, affine, trackRunningStats, bias)
  }
}

/// Instance normalization of images; see `InstanceNormLayer`.
///
/// Shape: [N, C, H, W] to the same.
public final class InstanceNorm2d: InstanceNormLayer {
  /// - Parameters:
  ///   - affine: Whether channels have a learned scale and, with `bias`, a learned shift.
  ///   - trackRunningStats: Whether running statistics are kept, for evaluation.
  public init(
    _ channels: Int, epsilon: Double = 1e-5, momentum: Double = 0.1, affine: Bool = false,
    trackRunningStats: Bool = false, bias: Bool = true
  ) {
    super.init(axes: 2, channels, epsilon, momentum, affine, trackRunningStats, bias)
  }
}

/// Instance normalization of volumes; see `InstanceNormLayer`.
///
/// Shape: [N, C, D, H, W] to the same.
public final class InstanceNorm3d: InstanceNormLayer {
  /// - Parameters:
  ///   - affine: Whether channels have a learned scale and, with `bias`, a learned shift.
  ///   - trackRunningStats: Whether running statistics are kept, for evaluation.
  public init(
    _ channels: Int, epsilon: Double = 1e-5, momentum: Double = 0.1, affine: Bool = false,
    trackRunningStats: Bool = false, bias: Bool = true
  ) {
    super.init(axes: 3, channels, epsilon, momentum, affine, trackRunningStats, bias)
  }
}
