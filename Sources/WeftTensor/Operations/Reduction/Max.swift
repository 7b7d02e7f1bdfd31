/// The largest element over axes; NaN if there is one. Gradient: g shared evenly among the elements equal to y; NaN at a
/// NaN.
public struct Max: ExtremeOverAxes {
  public static let name = "max"
  public static let equation = "y = max xᵢ"
  public static let isMaximum = true
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) { (self.axes, self.keepDims) = (axes, keepDims) }
}

extension Tensor {
  /// The largest of all elements, or over `axes`; NaN if there is one. Equal largest elements share the gradient.
  public func max(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(Max(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// The largest element along one axis.
  public func max(axis: Int, keepDims: Bool = false) -> Tensor { max(axes: [axis], keepDims: keepDims) }
}
