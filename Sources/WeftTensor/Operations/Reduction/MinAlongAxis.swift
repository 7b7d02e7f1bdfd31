/// The smallest element along an axis and its position, the first of equals; NaN counts as smallest. Gradient: g to the
/// element at that position alone.
public struct MinAlongAxis: ExtremeAlongAxis {
  public static let name = "minAlongAxis"
  public static let equation = "y = xₚ, p = the first i with xᵢ = min x"
  public static let isMaximum = false
  public let axis: Int
  public let keepDims: Bool

  public init(axis: Int, keepDims: Bool = false) { (self.axis, self.keepDims) = (axis, keepDims) }
}

extension Tensor {
  /// The smallest elements along `axis` and their indices (int64), the first of equals; NaN counts as smallest.
  /// Unlike `min(axis:)`, the gradient goes to one element only.
  public func minWithIndices(axis: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.minWithIndices(axis: 0) } }
    let results = apply(MinAlongAxis(axis: axis, keepDims: keepDims), [self])
    return (results[0], results[1])
  }
}
