import WeftTensor

/// x where positive, else r · x: in training r is drawn for each element, even over low ... high, in evaluation it is the
/// middle of the two (Xu et al., 2015).
///
/// Shape: any to the same. Each call in training takes the next stream of the process-wide generator.
public final class RReLU: Module {
  /// The least slope.
  public let low: Double
  /// The largest slope.
  public let high: Double

  /// Misuse: a least slope above the largest.
  public init(_ low: Double = 1.0 / 8, _ high: Double = 1.0 / 3) {
    (self.low, self.high) = (low, high)
    super.init()
    if !(low <= high) {
      report(TensorError(.value, operation: "RReLU", expected: "slopes low <= high", got: "\(low) and \(high)"))
    }
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard isTraining, low < high else { return input.leakyReLU(slope: (low + high) / 2) }
    return input.rrelu(low: low, high: high)
  }
}
