/// The position of the smallest element along an axis, the first of equals; NaN counts as smallest. No gradient: int64.
public struct ArgMin: ExtremePosition {
  public static let name = "argMin"
  public static let equation = "y = the first i with xᵢ = min x"
  public static let isMaximum = false
  public let axis: Int?
  public let keepDims: Bool

  public init(axis: Int? = nil, keepDims: Bool = false) { (self.axis, self.keepDims) = (axis, keepDims) }
}

extension Tensor {
  /// The position (int64) of the smallest element along `axis`, or among all elements in row-major order. The first of
  /// equals; NaN counts as smallest.
  public func argMin(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    // A scalar's only place is the first, along axis 0 or -1 too.
    let axis = axis.map(isLine) == true ? nil : axis
    return apply(ArgMin(axis: axis, keepDims: keepDims), [self])[0]
  }
}
