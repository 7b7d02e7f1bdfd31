extension Tensor {
  /// Where `values` would go in this sorted tensor, along its last axis, for it to stay sorted; int64.
  ///
  /// Shape: this tensor [n] and values of any shape; or [..., n] and values [..., m] with the same axes in front.
  /// - Parameters:
  ///   - right: Behind equal elements, instead of in front of them. NaN counts as larger than any number.
  ///   - sorter: The order that sorts this tensor, as `argsort` gives it, where it is not sorted itself.
  public func searchSorted(_ values: Tensor, right: Bool = false, sorter: Tensor? = nil) -> Tensor {
    let isList = rank == 1
    guard rank > 0, isList || (values.rank == rank && values.shape.sizes.dropLast() == shape.sizes.dropLast()) else {
      return .failed(
        TensorError(
          .shape, operation: "searchSorted", operands: [("tensor", spec), ("values", values.spec)],
          expected: "a list, or values with the tensor's axes but the last", got: "\(shape) and \(values.shape)"))
    }
    let sorted = sorter.map { detach().gathered($0, axis: -1) } ?? detach()
    let wanted = (isList ? values.reshaped(to: [-1]) : values).detach()
    return sorted.insertionPlaces(of: wanted, right).reshaped(to: values.shape)
  }

  /// Which of the intervals between sorted `boundaries` (one axis) each element lies in; int64.
  ///
  /// - Parameter right: Intervals contain their left ends, instead of their right ones.
  public func bucketized(_ boundaries: Tensor, right: Bool = false) -> Tensor {
    guard boundaries.rank == 1 else {
      return .failed(.shapeOf("bucketized", "boundaries with one axis", boundaries.spec))
    }
    return boundaries.searchSorted(self, right: right)
  }

  /// By halving the interval in which each place lies.
  private func insertionPlaces(of values: Tensor, _ right: Bool) -> Tensor {
    let count = shape[-1]
    var low = Tensor(zeros: values.shape, dtype: .int64)
    guard count > 0 else { return low }
    let isNaN = values.isNaN()
    var high = Tensor(full: values.shape, Double(count), dtype: .int64)
    for _ in 0..<(Int.bitWidth - count.leadingZeroBitCount) {
      let middle = (low + high).floorDivided(by: Tensor(2))
      let found = gathered(middle.clamped(high: Double(count - 1)), axis: -1)
      // NaN counts as larger than any number.
      let above = right ? isNaN : isNaN.logicalAnd(found.isNaN().logicalNot())
      let goesUp = (right ? found .<= values : found .< values).logicalOr(above).logicalAnd(low .< high)
      low = Tensor.where(goesUp, middle + Tensor(1), low)
      high = Tensor.where(goesUp, high, Tensor.where(low .< high, middle, high))
    }
    return low
  }
}
