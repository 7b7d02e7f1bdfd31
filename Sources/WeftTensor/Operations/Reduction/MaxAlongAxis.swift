/// The largest element along an axis and its position, the first of equals; NaN counts as largest. Gradient: g to the
/// element at that position alone.
public struct MaxAlongAxis: ExtremeAlongAxis {
  public static let name = "maxAlongAxis"
  public static let equation = "y = xₚ, p = the first i with xᵢ = max x"
  public static let isMaximum = true
  public let axis: Int
  public let keepDims: Bool

  public init(axis: Int, keepDims: Bool = false) { (self.axis, self.keepDims) = (axis, keepDims) }
}

extension Tensor {
  /// The largest elements along `axis` and their indices (int64), the first of equals; NaN counts as largest.
  /// Unlike `max(axis:)`, the gradient goes to one element only.
  public func maxWithIndices(axis: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.maxWithIndices(axis: 0) } }
    let results = apply(MaxAlongAxis(axis: axis, keepDims: keepDims), [self])
    return (results[0], results[1])
  }
}
