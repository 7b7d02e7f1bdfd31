import WeftTensor

/// In training each element is zero with probability p, and the others grow by 1 / (1 - p) to keep the mean (Srivastava et
/// al., 2014); in evaluation the input itself.
///
/// Shape: any to the same. Each call takes the next stream of the process-wide generator.
public final class Dropout: Module {
  /// The probability with which an element is dropped in training.
  public let p: Double

  /// Misuse: a probability outside 0 ... 1.
  public init(_ p: Double = 0.5) {
    self.p = p
    super.init()
    LayerCheck.probability(p, layer: "Dropout")
  }

  public override func forward(_ input: Tensor) -> Tensor {
    isTraining && p > 0 ? input.dropout(probability: p) : input
  }
}
