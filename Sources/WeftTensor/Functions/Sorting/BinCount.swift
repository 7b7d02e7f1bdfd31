extension Tensor {
  /// How often each integer from 0 occurs, or the sum of the `weights` of its occurrences.
  ///
  /// Shape: [n] to [largest + 1], or [minimumLength] if that is more. Negative integers are an error.
  public func binCount(weights: Tensor? = nil, minimumLength: Int = 0) -> Tensor {
    let operands = [(name: "tensor", spec: spec)]
    do throws(TensorError) {
      try spec.requireIndexType("tensor", operation: "binCount", operands: operands)
      guard rank == 1, minimumLength >= 0, weights.map({ $0.shape == shape }) ?? true else {
        throw TensorError(
          .shape, operation: "binCount", operands: operands,
          expected: "integers with one axis, as many weights, and a minimum length from 0",
          got: "\(shape), \(weights?.shape ?? shape), \(minimumLength)")
      }
    } catch {
      return .failed(error)
    }
    // The length depends on the values.
    if isBatched { return .failed(.batched("binCount", self)) }
    willBeRead(by: "binCount")
    let whole = isInvalid ? self : converted(to: .int64)
    let range = elementCount == 0 || isInvalid ? nil : backend.indexRange(whole)
    let largest = range?.largest ?? -1
    if let range, range.smallest < 0 {
      return .failed(
        TensorError(
          .value, operation: "binCount", operands: operands, expected: "integers from 0", got: "\(range.smallest)"))
    }
    guard largest < Int.max else {
      return .failed(
        TensorError(
          .value, operation: "binCount", operands: operands, expected: "integers below \(Int.max)", got: "\(largest)"))
    }
    let length = Swift.max(largest + 1, minimumLength, 0)
    if weights == nil, range != nil {
      return backend.counts(of: whole, below: length)
    }
    let values = weights.map { $0.dtype.isFloatingPoint ? $0 : $0.converted(to: .float64) }
    let counted = values ?? Tensor(ones: shape, dtype: .int64)
    return Tensor(zeros: [length], dtype: counted.dtype).scatterAdded(counted, at: self, axis: 0)
  }
}
