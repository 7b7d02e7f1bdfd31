extension Tensor {
  /// A view with one axis moved to another place; the others keep their order.
  public func movedAxis(_ axis: Int, to place: Int) -> Tensor {
    if isLine(axis), isLine(place) { return self }
    guard let from = shape.axis(axis), let to = shape.axis(place) else {
      return .failed(.axis(shape.axis(axis) == nil ? axis : place, rank: rank, operation: "movedAxis"))
    }
    if from == to { return self }
    var order = Array(0..<rank)
    order.insert(order.remove(at: from), at: to)
    return permuted(order)
  }
}
