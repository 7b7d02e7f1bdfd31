/// x cut to low ... high. Gradient: g strictly between them, else 0.
public struct HardtanhOperation: ElementwiseOperation {
  public static let name = "hardtanh"
  /// The least result.
  public let low: Double
  /// The largest result.
  public let high: Double

  public init(low: Double = -1, high: Double = 1) {
    self.low = low
    self.high = high
  }

  public static let defaults: Attributes = ["low": -1.0, "high": 1.0]

  public var parameters: [Double] { [low, high] }
  public static let formula = Formula(
    inputs: 1, parameters: 2,
    derivative: { g, _, y, p in [select(y[0] .> p[0], select(y[0] .< p[1], g[0], 0), keepingNaN(0, of: y[0]))] },
    { x, p in [minimum(maximum(x[0], p[0]), p[1])] })
  public static let samples = [
    Sample(HardtanhOperation(), .real([2, 3], avoiding: [-1, 1])),
    Sample(HardtanhOperation(low: -0.5, high: 2), .real([6], avoiding: [-0.5, 2])),
    Sample(HardtanhOperation(low: -1, high: 2), .integers([6], in: -5..<5, dtype: .int32)),
  ]
}

extension Tensor {
  /// x cut to `low` ... `high`. Unlike `clamped`, no gradient flows at the borders. Integers stay integers if the
  /// bounds are whole numbers.
  public func hardtanh(low: Double = -1, high: Double = 1) -> Tensor {
    apply(HardtanhOperation(low: low, high: high), [holding(low, high)])[0]
  }
}
