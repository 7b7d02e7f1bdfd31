// The messages of shapes that do not fit.

extension TensorError {
  static func axis(_ axis: Int, rank: Int, operation: String) -> TensorError {
    let expected = rank == 0 ? "no axis, as the tensor is a scalar" : "an axis in \(-rank) ..< \(rank)"
    return TensorError(.axis, operation: operation, expected: expected, got: "axis \(axis)")
  }

  /// Operands that have no common shape: the first axis, from the last, where two of them differ.
  static func broadcast(_ inputs: [TensorSpec], operation: String) -> TensorError {
    var error = TensorError(
      .shape, operation: operation, operands: inputs.enumerated().map { ("operand \($0)", $1) },
      expected: "shapes that broadcast: matched from the last axis, sizes equal or 1",
      got: inputs.map { "\($0.shape)" }.joined(separator: " and "))
    for (index, input) in inputs.enumerated() {
      for (other, earlier) in inputs[..<index].enumerated() {
        guard let axis = mismatch(earlier.shape, input.shape) else { continue }
        error.got =
          "sizes \(earlier.shape[axis]) (operand \(other)) and \(input.shape[axis]) (operand \(index)) at axis \(axis)"
        error.hint = usualSlip(
          earlier.shape, input.shape, operand: earlier.shape.rank < input.shape.rank ? other : index)
        return error
      }
    }
    return error
  }

  /// The last axis (counted from the end) at which two shapes cannot be matched.
  private static func mismatch(_ a: Shape, _ b: Shape) -> Int? {
    guard a.rank > 0, b.rank > 0 else { return nil }
    return (1...min(a.rank, b.rank)).lazy.map { -$0 }.first { a[$0] != b[$0] && a[$0] != 1 && b[$0] != 1 }
  }

  private static func usualSlip(_ a: Shape, _ b: Shape, operand: Int) -> String {
    let (short, long) = a.rank < b.rank ? (a, b) : (b, a)
    if short.rank < long.rank, short.sizes == Array(long.sizes.prefix(short.rank)) {
      let missing = long.rank - short.rank
      let cure = (0..<missing).map { _ in ".unsqueezed(-1)" }.joined()
      return
        "operand \(operand) has the sizes of the leading axes: `\(cure)` gives it the \(missing) it lacks at the end"
    }
    if a.rank == b.rank, a.rank > 1, a.sizes.reversed() == b.sizes { return "one of them transposed? `.transposed()`" }
    if a.rank == b.rank, a.rank > 2, a.sizes.sorted() == b.sizes.sorted() {
      return "the axes in another order (channels last)? `.permuted(...)`"
    }
    return "a missing axis of size 1? `.unsqueezed(axis)` adds one"
  }
}
