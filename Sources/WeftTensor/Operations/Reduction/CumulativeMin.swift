/// yᵢ = the smallest of x₀ … xᵢ along an axis, and where it stands: the last place of equals; NaN wins and stays.
/// Gradient: g added to zeros at those places.
public struct CumulativeMin: RunningExtreme {
  public static let name = "cumulativeMin"
  public static let equation = "yᵢ = min(x₀, …, xᵢ)"
  public static let isMaximum = false
  public let axis: Int

  public init(axis: Int) { self.axis = axis }
}

extension Tensor {
  /// The smallest of the elements up to each along `axis`, and its place (int64), the last of equals. NaN wins and
  /// stays.
  public func cumulativeMin(axis: Int) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.cumulativeMin(axis: 0) } }
    let results = apply(CumulativeMin(axis: axis), [self])
    return (results[0], results[1])
  }
}
