/// The smaller of x and a bound, with the gradient of a clamp: g to x where x ≤ bound, else to the bound. NaN in either
/// stays.
public struct ClampAbove: ElementwiseOperation {
  public static let name = "clampAbove"
  public static let operands: Operands = ["x", "upper"]
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in
      let (isInside, isOutside, unordered) = (x[0] .<= x[1], x[0] .> x[1], detached(x[0] + x[1]))
      return [
        select(isInside, g[0], select(isOutside, 0, unordered)),
        select(isOutside, g[0], select(isInside, 0, unordered)),
      ]
    },
    { x, _ in [minimum(x[0], x[1])] })
  public static let samples = [
    Sample(ClampAbove(), .real([2, 3], in: -1...0), .real([2, 3], in: 0.1...1)),
    Sample(ClampAbove(), .real([2, 1], in: 0.1...1), .real([3], in: -1...0)),
    Sample(ClampAbove(), .integers([2, 3], in: -5..<5), .integers([3], in: -5..<5, dtype: .int32)),
  ]
  public init() {}
}

extension Tensor {
  /// Each element cut to `low` ... `high`, tensors that broadcast (either may be left out; where low > high, to high).
  public func clamped(low: Tensor?, high: Tensor? = nil) -> Tensor {
    let raised = low.map { apply(ClampBelow(), [self, $0])[0] } ?? self
    return high.map { apply(ClampAbove(), [raised, $0])[0] } ?? raised
  }

  /// Each element cut to at most `high`, broadcast.
  public func clamped(high: Tensor) -> Tensor { clamped(low: nil, high: high) }
}
