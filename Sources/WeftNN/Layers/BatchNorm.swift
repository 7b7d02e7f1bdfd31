import WeftTensor

/// What `BatchNorm1d`, `BatchNorm2d` and `BatchNorm3d` share (Ioffe and Szegedy, 2015):
/// y = (x - E[x]) / √(Var[x] + ε) · γ + β, with mean and variance of each channel over the batch and all positions.
///
/// In training the batch's own statistics are used, and running ones kept: r ← (1 - momentum)·r + momentum·statistic, with
/// the unbiased variance. In evaluation the running ones are used. A batch without elements leaves the running ones as they
/// are, and under `checkpoint` a batch counts once.
///
/// Shape: [N, C, ...] to the same; `weight` (γ, ones at first), `bias` (β, zeros) and the buffers `running_mean`,
/// `running_var` [C], `num_batches_tracked` [].
public class BatchNormLayer: Module {
  /// γ, [C]; nil without `affine`.
  public var weight: Parameter?
  /// β, [C]; nil without `affine` or `bias`.
  public var bias: Parameter?
  /// The running means, [C]; nil where none are kept, and then the batch's own are used in evaluation too.
  public var runningMean: Buffer?
  /// The running variances, unbiased, [C]; nil where none are kept.
  public var runningVar: Buffer?
  /// How many batches the running statistics have seen, a scalar of int64; nil where none are kept.
  public var numBatchesTracked: Buffer?
  /// ε, added to the variance.
  public let epsilon: Double
  /// The weight of a new batch in the running statistics; nil for their plain average over all batches.
  ///
  /// Misuse: setting one outside 0 ... 1; it stays what it was.
  public var momentum: Double? {
    didSet { if !LayerCheck.momentum(momentum, layer: "\(type(of: self))") { momentum = oldValue } }
  }
  /// Adds up a tensor over all copies of the model that learn together, with a gradient: the statistics of training are
  /// then those of all their batches. Nil for those of the own batch.
  package var sumOverReplicas: (@Sendable (Tensor) -> Tensor)?
  private let channels: Int
  private let ranks: ClosedRange<Int>

  init(
    ranks: ClosedRange<Int>, _ channels: Int, _ epsilon: Double, _ momentum: Double?, _ affine: Bool, _ tracks: Bool,
    _ hasBias: Bool
  ) {
    let channels = LayerCheck.size(channels, "channels", layer: "BatchNorm\(ranks.upperBound - 2)d")
    (self.ranks, self.channels, self.epsilon, self.momentum) = (ranks, channels, epsilon, momentum)
    weight = affine ? Parameter(Tensor(ones: [channels])) : nil
    bias = affine && hasBias ? Parameter(Tensor(zeros: [channels])) : nil
    runningMean = tracks ? Buffer(Tensor(zeros: [channels])) : nil
    runningVar = tracks ? Buffer(Tensor(ones: [channels])) : nil
    numBatchesTracked = tracks ? Buffer(Tensor(zeros: [], dtype: .int64)) : nil
    super.init()
    LayerCheck.momentum(momentum, layer: "\(type(of: self))")
  }

  public override func forward(_ input: Tensor) -> Tensor { normalized(input, adding: nil, rectified: false) }

  /// `(self(input) + residual).relu()` in fewer passes over memory.
  ///
  /// Shape: `residual` like the input.
  public func rectified(_ input: Tensor, adding residual: Tensor? = nil) -> Tensor {
    // Hooks are to see, and may replace, the normalization alone.
    if hooks != nil {
      let normal = self(input)
      return (residual.map { normal + $0 } ?? normal).relu()
    }
    return inPath { normalized(input, adding: residual, rectified: true) }
  }

  private func normalized(_ input: Tensor, adding residual: Tensor?, rectified: Bool) -> Tensor {
    if let error = misuse(input) { return .failed(error) }
    if let residual, residual.shape != input.shape {
      return .failed(
        TensorError(
          .shape, operation: "\(type(of: self))", operands: [("input", input.spec), ("residual", residual.spec)],
          expected: "a residual of the input's shape, \(input.shape)", got: "\(residual.shape)"))
    }
    if !isTraining, let runningMean, let runningVar {
      let normal = input.batchNormalized(
        mean: runningMean.value, variance: runningVar.value, weight: weight?.tensor, bias: bias?.tensor,
        epsilon: epsilon)
      let sum = residual.map { normal + $0 } ?? normal
      return rectified ? sum.relu() : sum
    }
    if isTraining, let sumOverReplicas {
      let normal = normalized(input, summing: sumOverReplicas)
      let sum = residual.map { normal + $0 } ?? normal
      return rectified ? sum.relu() : sum
    }
    let (output, mean, variance) = input.batchNormalized(
      weight: weight?.tensor, bias: bias?.tensor, epsilon: epsilon, adding: residual, rectified: rectified)
    let count = input.elementCount / max(channels, 1)
    if isTraining, mean.shape == [channels], count > 0 { track(mean, variance, count: count) }
    return output
  }

  /// The same with mean and variance over the batches of all copies, in two passes as the kernel takes them: half types in
  /// float32, as sums of many would overflow.
  private func normalized(_ x: Tensor, summing sum: (Tensor) -> Tensor) -> Tensor {
    let input = x.dtype == .float64 ? x : x.converted(to: .float32)
    let axes = (0..<input.rank).filter { $0 != 1 }
    let own = Double(input.elementCount / max(channels, 1))
    let count = sum(Tensor(full: [], own)).item(as: Double.self)
    let mean = sum(input.sum(axes: axes, keepDims: true)) / count
    let centered = input - mean
    let variance = sum((centered * centered).sum(axes: axes, keepDims: true)) / count
    if let count = Int(exactly: count), count > 0 {
      track(mean.detach().reshaped(to: [channels]), variance.detach().reshaped(to: [channels]), count: count)
    }
    let normal = centered * (variance + epsilon).rsqrt()
    let form = Shape((0..<input.rank).map { $0 == 1 ? channels : 1 })
    let scaled = weight.map { normal * $0.tensor.reshaped(to: form) } ?? normal
    return (bias.map { scaled + $0.tensor.reshaped(to: form) } ?? scaled).converted(to: x.dtype)
  }

  private func track(_ mean: Tensor, _ variance: Tensor, count: Int) {
    guard let runningMean, let runningVar, let numBatchesTracked, !Modes.current.isRecomputing else { return }
    guard !mean.isBatched else { return report(.batched("running statistics", mean)) }
    numBatchesTracked.changing {
      // Nothing is counted, or averaged, where buffers are not to be written.
      guard let batches = numBatchesTracked.uniqueValue() else { return }
      Self.counting.write([], reading: [batches], into: [batches])
      let share = momentum ?? 1 / batches.item(as: Double.self)
      runningMean.average(mean, share: share)
      runningVar.average(variance, share: share, scale: Double(count) / Double(max(count - 1, 1)))
    }
  }

  private static let counting = Formula(inputs: 1) { x, _ in [x[0] + 1] }

  private func misuse(_ input: Tensor) -> TensorError? {
    if ranks.contains(input.rank), input.shape[1] == channels { return nil }
    let axes = ["", ", length", ", height, width", ", depth, height, width"].map { "[batch, \(channels)\($0)]" }
    return TensorError(
      .shape, operation: "\(type(of: self))", operands: [("input", input.spec)],
      expected: "an input " + ranks.map { axes[$0 - 2] }.joined(separator: " or "), got: "\(input.shape)",
      hint: input.rank > 0 && input.shape[-1] == channels ? "channels last? They belong to axis 1" : "")
  }
}

extension Buffer {
  /// value ← (1 - share)·value + share·scale·other, in place and outside any graph.
  func average(_ other: Tensor, share: Double, scale: Double = 1) {
    guard let value = uniqueValue() else { return }
    guard other.shape == value.shape else {
      return report(
        TensorError(
          .shape, operation: "running statistics", operands: [("buffer", value.spec)],
          expected: "a buffer of one number for each channel, \(other.shape)", got: "\(value.shape)"))
    }
    guard value.dtype.isFloatingPoint else {
      return report(
        TensorError(
          .dtype, operation: "running statistics", operands: [("buffer", value.spec)],
          expected: "a buffer of a floating-point type", got: "\(value.dtype)"))
    }
    Self.averaging.write([1 - share, share * scale], reading: [value, other.detach()], into: [value])
  }

  private static let averaging = Formula(inputs: 2, parameters: 2) { x, c in [c[0] * x[0] + c[1] * x[1]] }
}

/// Batch normalization of features or of sequences; see `BatchNormLayer`.
///
/// Shape: [N, C] or [N, C, L] to the same.
public final class BatchNorm1d: BatchNormLayer {
  /// - Parameters:
  ///   - momentum: The weight of a new batch in the running statistics; nil for their plain average.
  ///   - affine: Whether channels have a learned scale and, with `bias`, a learned shift.
  ///   - trackRunningStats: Whether running statistics are kept; without, evaluation uses the batch's own.
  public init(
    _ channels: Int, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true,
    trackRunningStats: Bool = true, bias: Bool = true
  ) {
    super.init(ranks: 2...3, channels, epsilon, momentum, affine, trackRunningStats, bias)
  }
}

/// Batch normalization of images; see `BatchNormLayer`.
///
/// Shape: [N, C, H, W] to the same.
public final class BatchNorm2d: BatchNormLayer {
  /// - Parameters:
  ///   - momentum: The weight of a new batch in the running statistics; nil for their plain average.
  ///   - affine: Whether channels have a learned scale and, with `bias`, a learned shift.
  ///   - trackRunningStats: Whether running statistics are kept; without, evaluation uses the batch's own.
  public init(
    _ channels: Int, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true,
    trackRunningStats: Bool = true, bias: Bool = true
  ) {
    super.init(ranks: 4...4, channels, epsilon, momentum, affine, trackRunningStats, bias)
  }
}

/// Batch normalization of volumes; see `BatchNormLayer`.
///
/// Shape: [N, C, D, H, W] to the same.
public final class BatchNorm3d: BatchNormLayer {
  /// - Parameters:
  ///   - momentum: The weight of a new batch in the running statistics; nil for their plain average.
  ///   - affine: Whether channels have a learned scale and, with `bias`, a learned shift.
  ///   - trackRunningStats: Whether running statistics are kept; without, evaluation uses the batch's own.
  public init(
    _ channels: Int, epsilon: Double = 1e-5, momentum: Double? = 0.1, affine: Bool = true,
    trackRunningStats: Bool = true, bias: Bool = true
  ) {
    super.init(ranks: 5...5, channels, epsilon, momentum, affine, trackRunningStats, bias)
  }
}
