extension Tensor {
  /// `count` places along the last axis, each drawn with a probability in proportion to the weight there; int64.
  ///
  /// Shape: [n] to [count], [m, n] to [m, count].
  /// - Parameters:
  ///   - withReplacement: A place may be drawn again. Otherwise there must be `count` weights above 0.
  ///   - stream: Where the numbers come from; left out, the next stream of the process-wide generator.
  public func multinomial(
    _ count: Int, withReplacement: Bool = false, using stream: RandomStream = Random.nextStream()
  ) -> Tensor {
    let weights = detach().converted(to: .float64)
    if let error = multinomialError(weights, count, withReplacement) { return .failed(error) }
    guard withReplacement else {
      // Gumbel's trick: the largest of log w plus such noise fall as draws without replacement do.
      let noise = Tensor(gumbel: shape, dtype: .float64, using: stream)
      return (weights.log() + noise).topK(count, axis: -1).indices
    }
    let sums = weights.cumulativeSum(axis: -1)
    let total = sums.sliced(axis: -1, from: -1)
    let drawn = Tensor(uniform: Shape(shape.sizes.dropLast() + [count]), dtype: .float64, using: stream) * total
    let zero = Tensor(0.0, dtype: .float64)
    return sums.searchSorted(minimum(drawn, total.nextAfter(towards: zero)), right: true)
  }

  private func multinomialError(_ weights: Tensor, _ count: Int, _ withReplacement: Bool) -> TensorError? {
    guard rank == 1 || rank == 2, shape[-1] > 0, count > 0, dtype.isFloatingPoint else {
      return TensorError(
        .shape, operation: "multinomial", operands: [("weights", spec)],
        expected: "floating-point weights [n] or [m, n], and a count from 1", got: "\(spec) and \(count)")
    }
    let isValid = (weights .>= 0).logicalAnd(weights.isFinite()).all().item(as: Bool.self)
    if !isValid {
      let wrong = Tensor.where((weights .< 0).logicalOr(.!weights.isFinite()), weights, weights.zerosLike())
      let kinds = [("NaN", wrong.isNaN()), ("infinite", wrong.isInfinite()), ("negative", wrong .< 0.0)]
      let found = kinds.map { "\($0.1.sum().item(as: Int.self)) \($0.0)" }.filter { !$0.hasPrefix("0 ") }
      return TensorError(
        .value, operation: "multinomial", operands: [("weights", spec)], expected: "finite weights from 0",
        got: found.joined(separator: ", ") + " of \(elementCount)")
    }
    let positive = elementCount == 0 ? count : (weights .> 0).sum(axis: -1).min().item(as: Int.self)
    guard positive >= (withReplacement ? 1 : count) else {
      return TensorError(
        .value, operation: "multinomial", operands: [("weights", spec)],
        expected: "finite weights from 0, at least \(withReplacement ? 1 : count) of them above 0 in each row",
        got: "\(positive)")
    }
    return nil
  }
}
