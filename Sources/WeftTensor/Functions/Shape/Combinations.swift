extension Tensor {
  /// Every choice of `count` elements of this list, in their order.
  ///
  /// Shape: [n] to [choices, count].
  /// - Parameter withReplacement: An element may be chosen again.
  public func combinations(of count: Int = 2, withReplacement: Bool = false) -> Tensor {
    guard rank == 1, count >= 0 else {
      return .failed(.shapeOf("combinations", "a list, and a count from 0 (it is \(count))", spec))
    }
    let number = Self.numberOfChoices(of: count, from: shape[0], withReplacement)
    let places = TensorSpec(Shape([number ?? .max, count]), .int64)
    guard let number, places.shape.checkedElementCount.map({ $0 <= Memory.limit / 8 }) ?? false else {
      return .failed(
        TensorError(
          .value, operation: "combinations", operands: [("tensor", spec)],
          expected: "a number of choices that memory holds",
          got: "choices of \(count) out of \(shape[0])\(withReplacement ? " with replacement" : "")"))
    }
    let flat = Tensor(choices(of: count, number, withReplacement), shape: [number * count], dtype: .int64)
    return indexSelected(flat, axis: 0).reshaped(to: [number, count])
  }

  /// The binomial coefficient; nil where an Int does not hold it.
  private static func numberOfChoices(of count: Int, from list: Int, _ withReplacement: Bool) -> Int? {
    guard count > 0, list > 0 else { return 0 }
    if !withReplacement, count > list { return 0 }
    let (total, isLarge) = withReplacement ? list.addingReportingOverflow(count - 1) : (list, false)
    if isLarge { return nil }
    var number = 1
    // C(total, k) = C(total, k - 1)·(total - k + 1)/k.
    for k in 0..<Swift.min(count, total - count) {
      let (product, overflows) = number.multipliedReportingOverflow(by: total - k)
      if overflows { return nil }
      number = product / (k + 1)
    }
    return number
  }

  /// The places of all choices, one choice after the other.
  private func choices(of count: Int, _ number: Int, _ withReplacement: Bool) -> [Int] {
    guard number > 0 else { return [] }
    var choice = (0..<count).map { withReplacement ? 0 : $0 }
    var places = choice
    places.reserveCapacity(number * count)
    for _ in 1..<number {
      // The last place that can still move forward, and those behind it as near to it as may be.
      var moved = count - 1
      while choice[moved] == shape[0] - (withReplacement ? 1 : count - moved) { moved -= 1 }
      choice[moved] += 1
      for place in moved + 1..<count { choice[place] = choice[place - 1] + (withReplacement ? 0 : 1) }
      places += choice
    }
    return places
  }
}
