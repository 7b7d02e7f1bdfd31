/// The position of the largest element along an axis, the first of equals; NaN counts as largest. No gradient: int64.
public struct ArgMax: ExtremePosition {
  public static let name = "argMax"
  public static let equation = "y = the first i with xᵢ = max x"
  public static let isMaximum = true
  public let axis: Int?
  public let keepDims: Bool

  public init(axis: Int? = nil, keepDims: Bool = false) { (self.axis, self.keepDims) = (axis, keepDims) }
}

extension Tensor {
  /// The position (int64) of the largest element along `axis`, or among all elements in row-major order. The first of
  /// equals; NaN counts as largest.
  public func argMax(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    // A scalar's only place is the first, along axis 0 or -1 too.
    let axis = axis.map(isLine) == true ? nil : axis
    return apply(ArgMax(axis: axis, keepDims: keepDims), [self])[0]
  }
}
