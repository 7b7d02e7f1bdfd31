import WeftTensor

/// What `Dropout1d`, `Dropout2d` and `Dropout3d` share: in training each channel of each sample is zero as a whole with
/// probability p, and the others grow by 1 / (1 - p) (Tompson et al., 2015); in evaluation the input itself.
///
/// Neighbouring elements of a channel are so alike that dropping single ones would hide nothing.
///
/// Shape: [N, C, spatial...] or (but for `Dropout2d`) [C, spatial...] to the same. Each call takes the next stream
/// of the process-wide generator.
public class FeatureDropoutLayer: Module {
  /// The probability with which a channel is dropped in training.
  public let p: Double
  private let axes: Int

  init(axes: Int, _ p: Double) {
    (self.axes, self.p) = (axes, p)
    super.init()
    LayerCheck.probability(p, layer: "\(type(of: self))")
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard input.rank == axes + 1 || input.rank == axes + 2 else {
      return .failed(
        TensorError(
          .shape, operation: "\(type(of: self))", operands: [("input", input.spec)],
          expected: "an input of \(axes + 1) or \(axes + 2) axes, [batch, channels, \(axes) spatial]",
          got: "\(input.shape)"))
    }
    guard isTraining, p > 0 else { return input }
    // PyTorch reads three axes as a batch of sequences.
    if axes == 2, input.rank == 3 { return input.featureDropout(probability: p) }
    return input.asBatch(axes: axes) { $0.featureDropout(probability: p) }
  }
}

/// Drops channels of sequences; see `FeatureDropoutLayer`.
///
/// Shape: [N, C, L] or [C, L] to the same.
public final class Dropout1d: FeatureDropoutLayer {
  /// Misuse: a probability outside 0 ... 1.
  public init(_ p: Double = 0.5) { super.init(axes: 1, p) }
}

/// Drops channels of images; see `FeatureDropoutLayer`.
///
/// Shape: [N, C, H, W] to the same; [N, C, L] as well, as in PyTorch, and so no single image [C, H, W].
public final class Dropout2d: FeatureDropoutLayer {
  /// Misuse: a probability outside 0 ... 1.
  public init(_ p: Double = 0.5) { super.init(axes: 2, p) }
}

/// Drops channels of volumes; see `FeatureDropoutLayer`.
///
/// Shape: [N, C, D, H, W] or [C, D, H, W] to the same.
public final class Dropout3d: FeatureDropoutLayer {
  /// Misuse: a probability outside 0 ... 1.
  public init(_ p: Double = 0.5) { super.init(axes: 3, p) }
}
