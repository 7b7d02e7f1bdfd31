extension Tensor {
  /// The elements moved `shift` places forward along `axis`; those pushed out at the end come in at the start.
  public func rolled(by shift: Int, axis: Int) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "roll")) }
    let size = shape[place]
    let cut = size == 0 ? 0 : ((-shift % size) + size) % size
    if cut == 0 { return self }
    return concatenated([sliced(axis: place, from: cut), sliced(axis: place, to: cut)], axis: place)
  }
}
