/// Whether every element over axes is true (anything but 0); a bool, true where there are none.
public struct AllOf: Quantifier {
  public static let name = "all"
  public static let equation = "y = 1 where every xᵢ ≠ 0, else 0"
  public static let isUniversal = true
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) { (self.axes, self.keepDims) = (axes, keepDims) }
}

extension Tensor {
  /// Whether every element is true (anything but 0), of all or over `axes`. As bool; true where there are none.
  public func all(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(AllOf(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// Whether every element along one axis is true.
  public func all(axis: Int, keepDims: Bool = false) -> Tensor { all(axes: [axis], keepDims: keepDims) }
}
