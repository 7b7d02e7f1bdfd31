/// x where x > t, else v. Gradient: g there, else 0.
public struct ThresholdOperation: ElementwiseOperation {
  public static let name = "threshold"
  /// Elements up to it are replaced.
  public let threshold: Double
  /// What stands in their place.
  public let value: Double

  public init(threshold: Double, value: Double) {
    self.threshold = threshold
    self.value = value
  }

  public var parameters: [Double] { [threshold, value] }
  public static let formula = Formula(
    inputs: 1, parameters: 2,
    derivative: { g, x, _, p in [select(x[0] .<= p[0], 0, keepingNaN(g[0], of: x[0]))] },
    { x, p in [select(x[0] .<= p[0], p[1], x[0])] })
  public static let samples = [
    Sample(ThresholdOperation(threshold: 0.5, value: -1), .real([2, 3], avoiding: [0.5])),
    Sample(ThresholdOperation(threshold: 0, value: -7), .integers([6], in: -3..<3, dtype: .int32)),
  ]
}

extension Tensor {
  /// x where it is above `threshold`, else `value`. Integers stay integers if both are whole numbers.
  public func threshold(_ threshold: Double, value: Double) -> Tensor {
    apply(ThresholdOperation(threshold: threshold, value: value), [holding(threshold, value)])[0]
  }
}
