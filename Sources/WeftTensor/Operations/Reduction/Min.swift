/// The smallest element over axes; NaN if there is one. Gradient: g shared evenly among the elements equal to y; NaN at a
/// NaN.
public struct Min: ExtremeOverAxes {
  public static let name = "min"
  public static let equation = "y = min xᵢ"
  public static let isMaximum = false
  public let axes: [Int]?
  public let keepDims: Bool

  public init(axes: [Int]? = nil, keepDims: Bool = false) { (self.axes, self.keepDims) = (axes, keepDims) }
}

extension Tensor {
  /// The smallest of all elements, or over `axes`; NaN if there is one. Equal smallest elements share the gradient.
  public func min(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    apply(Min(axes: axes, keepDims: keepDims), [self])[0]
  }
  /// The smallest element along one axis.
  public func min(axis: Int, keepDims: Bool = false) -> Tensor { min(axes: [axis], keepDims: keepDims) }
}
