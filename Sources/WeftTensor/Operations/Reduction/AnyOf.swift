/// Whether any element over axes is true (anything but 0); a bool, false where there are none.
public struct AnyOf: Quantifier {
  public static let name = "any"
  public static let equation = "y = 1 where any xᵢ ≠ 0, else 0"
  public static let isUniversal = false
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) { (self.axes, self.keepDims) = (axes, keepDims) }
}

extension Tensor {
  /// Whether any element is true (anything but 0), of all or over `axes`. As bool; false where there are none.
  public func any(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(AnyOf(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// Whether some element along one axis is true.
  public func any(axis: Int, keepDims: Bool = false) -> Tensor { any(axes: [axis], keepDims: keepDims) }
}
