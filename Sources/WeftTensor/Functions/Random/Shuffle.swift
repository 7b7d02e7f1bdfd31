extension Tensor {
  /// The slices along `axis` in random order.
  ///
  /// - Parameter stream: Where the order comes from; left out, the next stream of the process-wide generator.
  public func shuffled(axis: Int = 0, using stream: RandomStream = Random.nextStream()) -> Tensor {
    guard let place = shape.axis(axis) else { return .failed(.axis(axis, rank: rank, operation: "shuffled")) }
    return indexSelected(Tensor(permutation: shape[place], using: stream), axis: place)
  }
}
