extension Tensor {
  /// log(e^x₀ + … + e^xᵢ) along `axis`, without overflow, however far apart the elements are.
  ///
  /// By doubling: after k rounds each element holds the sum of the 2ᵏ elements up to it.
  public func logCumulativeSumExp(axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.logCumulativeSumExp(axis: 0) } }
    guard let place = shape.axis(axis) else {
      return .failed(.axis(axis, rank: rank, operation: "logCumulativeSumExp"))
    }
    var (sum, distance) = (dtype.isFloatingPoint ? self : converted(to: .float32), 1)
    while distance < shape[place] {
      let missing = sum.sliced(axis: place, to: distance).onesLike() * -Double.infinity
      sum = logAddExp(sum, concatenated([missing, sum.sliced(axis: place, to: -distance)], axis: place))
      distance *= 2
    }
    return sum
  }
}
