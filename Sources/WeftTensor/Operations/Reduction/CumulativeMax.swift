/// yᵢ = the largest of x₀ … xᵢ along an axis, and where it stands: the last place of equals; NaN wins and stays.
/// Gradient: g added to zeros at those places.
public struct CumulativeMax: RunningExtreme {
  public static let name = "cumulativeMax"
  public static let equation = "yᵢ = max(x₀, …, xᵢ)"
  public static let isMaximum = true
  public let axis: Int

  public init(axis: Int) { self.axis = axis }
}

extension Tensor {
  /// The largest of the elements up to each along `axis`, and its place (int64), the last of equals. NaN wins and
  /// stays.
  public func cumulativeMax(axis: Int) -> (values: Tensor, indices: Tensor) {
    if isLine(axis) { return asLine { $0.cumulativeMax(axis: 0) } }
    let results = apply(CumulativeMax(axis: axis), [self])
    return (results[0], results[1])
  }
}
