// Whether tensors are equal, as an answer for the program.

extension Tensor {
  /// Whether both have one shape and element type and equal elements. NaN equals nothing.
  public func elementsEqual(_ other: Tensor) -> Bool {
    guard shape == other.shape, dtype == other.dtype else { return false }
    return isInvalid || other.isInvalid ? false : holdsEverywhere(EqualityFormulas.equal, [], with: other)
  }

  /// Whether shapes agree and each |a - b| <= absolute + relative·|b|, `other` being b (NumPy's `allclose`).
  ///
  /// Infinities of one sign are close; NaN is close to nothing, or to NaN if `nanIsEqual`.
  public func isClose(
    to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8, nanIsEqual: Bool = false
  ) -> Bool {
    guard shape == other.shape, !isInvalid, !other.isInvalid else { return false }
    let parameters = [relative, absolute, nanIsEqual ? 1 : 0]
    return holdsEverywhere(EqualityFormulas.close, parameters, with: other)
  }

  private func holdsEverywhere(_ formula: Formula, _ parameters: [Double], with other: Tensor) -> Bool {
    // In float64 unless both are integers, where that would lose the last bits of int64 (of uint64 it keeps the bits).
    let exact = dtype.isFloatingPoint || other.dtype.isFloatingPoint || !parameters.isEmpty ? DType.float64 : .int64
    if let batched = [self, other].first(where: \.isBatched) {
      report(.batched("comparison", batched))
      return false
    }
    for tensor in [self, other] { tensor.willBeRead(by: "comparison") }
    let operands = [self, other].map { $0.detach().converted(to: exact) }
    let differing = TensorSpec(Shape(Array(repeating: 1, count: rank)), .int64)
    let count = backend.reduce(
      formula, parameters, by: [.sum], axes: Array(0..<rank), operands, as: [differing])[0]
    return count.item(as: Int.self) == 0
  }
}

/// 1 where two elements differ.
private enum EqualityFormulas {
  static let equal = Formula { a, b in a .!= b }
  static let close = Formula(inputs: 2, parameters: 3) { x, p in
    let (a, b) = (x[0], x[1])
    let near = isFinite(b) .& (abs(a - b) .<= p[1] + p[0] * abs(b))
    return [.!((a .== b) .| near .| (p[2] .& isNaN(a) .& isNaN(b)))]
  }
}
