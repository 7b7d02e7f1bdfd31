extension Tensor {
  /// Whether each element is among those of `others`; bool. NaN is among none.
  public func isIn(_ others: Tensor) -> Tensor {
    let list = others.reshaped(to: [-1]).detach().sorted(axis: 0).values
    guard list.elementCount > 0 else { return Tensor(zeros: shape, dtype: .bool) }
    let places = list.searchSorted(detach()).clamped(high: Double(list.elementCount - 1))
    return list.taken(at: places) .== detach()
  }
}
