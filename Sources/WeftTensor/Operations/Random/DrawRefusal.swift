// What draws by a tensor's numbers ask of them.

extension Tensor {
  /// What is wrong with these parameters of a draw, if anything: how many are NaN, negative or of the other `kinds`.
  ///
  /// - Parameters:
  ///   - isFit: Where they are as they should be.
  ///   - kinds: What else may be wrong, and where.
  func refusal(
    by operation: String, _ name: String, in range: String, _ isFit: Tensor, kinds: [(name: String, found: Tensor)] = []
  ) -> TensorError? {
    let operands = [(name: name, spec: spec)]
    guard dtype.isFloatingPoint else {
      return TensorError(
        .dtype, operation: operation, operands: operands, expected: "floating-point \(name)", got: "\(dtype)")
    }
    if isFit.all().item(as: Bool.self) { return nil }
    let counts = ([("NaN", isNaN()), ("negative", self .< 0)] + kinds)
      .map { (name: $0.0, count: $0.1.sum().item(as: Int.self)) }.filter { $0.count > 0 }
    return TensorError(
      .value, operation: operation, operands: operands, expected: "\(name) in \(range)",
      got: counts.map { "\($0.count) \($0.name)" }.joined(separator: ", ") + " of \(elementCount)")
  }
}
