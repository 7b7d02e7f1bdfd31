/// x cut to low ... high. Gradient: g where low ≤ x ≤ high, else 0. NaN stays.
public struct Clamp: ElementwiseOperation {
  public static let name = "clamp"
  /// The least result.
  public let low: Double
  /// The largest result; where it is below `low`, it is all there is.
  public let high: Double

  public init(low: Double = -.infinity, high: Double = .infinity) {
    self.low = low
    self.high = high
  }

  public static let defaults: Attributes = ["low": -Double.infinity, "high": Double.infinity]

  public var parameters: [Double] { [low, high] }
  public static let formula = Formula(
    inputs: 1, parameters: 2,
    derivative: { g, x, _, p in [select(x[0] .>= p[0], select(x[0] .<= p[1], g[0], 0), keepingNaN(0, of: x[0]))] },
    { x, p in [minimum(maximum(x[0], p[0]), p[1])] })
  public static let samples = [
    Sample(Clamp(low: -1, high: 0.5), .real([2, 3], avoiding: [-1, 0.5])),
    Sample(Clamp(low: 0), .real([4], avoiding: [0])),
    Sample(Clamp(high: 0), .real([4], avoiding: [0])),
    Sample(Clamp(low: -1, high: 2), .integers([2, 3], in: -5..<5, dtype: .int32)),
  ]
}

extension Tensor {
  /// Each element cut to `low` ... `high` (each of them optional; where low > high, to high). Integers stay integers
  /// if the bounds are whole numbers.
  public func clamped(low: Double = -.infinity, high: Double = .infinity) -> Tensor {
    apply(Clamp(low: low, high: high), [holding(low, high)])[0]
  }

  /// The same tensor, or integers as float32 where one of the numbers that elements are to become is no whole one.
  func holding(_ numbers: Double...) -> Tensor {
    let isWhole = numbers.allSatisfy { !$0.isFinite || $0 == $0.rounded() }
    return dtype.isFloatingPoint || isWhole ? self : converted(to: .float32)
  }
}
