extension Tensor {
  /// Every choice of `count` elements of this list, in their order.
  ///
  /// Shape: [n] to [choices, count].
  /// - Parameter withReplacement: An element may be chosen again.
  public func combinations(of count: Int = 2, withReplacement: Bool = false) -> Tensor {
    guard rank == 1, count >= 0 else {
      return .failed(.shapeOf("combinations", "a list, and a count from 0 (it is \(count))", spec))
    }
    let choices = choices(of: count, withReplacement)
    let flat = Tensor(choices.flatMap { $0 }, shape: [choices.count * count], dtype: .int64)
    return indexSelected(flat, axis: 0).reshaped(to: [choices.count, count])
  }

  private func choices(of count: Int, _ withReplacement: Bool) -> [[Int]] {
    guard count > 0 else { return [] }
    var choices = (0..<shape[0]).map { [$0] }
    for _ in 1..<count {
      choices = choices.flatMap { choice in
        let last = choice[choice.count - 1]
        return ((withReplacement ? last : last + 1)..<Swift.max(shape[0], last + 1)).map { choice + [$0] }
      }
    }
    return choices
  }
}
