/// A formula of each element of a product's or a convolution's result by itself: an activation, a residual, a scale. It
/// is applied where the result is made, while that is in the cache, and gives the same bits as by itself afterwards.
struct LastPass: Sendable {
  let formula: Formula
  let parameters: [Double]
  /// What the formula reads, in order: nil for the result itself.
  let operands: [Tensor?]
  /// What profiles call it.
  let name: String

  /// The operands with the result among them.
  func operands(with result: Tensor) -> [Tensor] { operands.map { $0 ?? result } }

  /// The formula by itself, for a result that a kernel just made: over it, where it can.
  func applied(to result: Tensor) -> Tensor {
    if result.isInvalid { return result }
    let operands = operands(with: result)
    guard runsInPlace(of: result) else {
      return result.backend.map(formula, parameters, operands, as: [result.spec])[0]
    }
    if result.elementCount > 0 { result.backend.map(formula, parameters, operands, into: [result]) }
    return result
  }

  /// Whether the formula's result lies where `result` does: as it would by itself, beside its operands.
  func runsInPlace(of result: Tensor) -> Bool {
    operands.allSatisfy { $0?.isPlain ?? true }
      && CPUBackend.strides(for: result.shape, like: operands(with: result)) == result.strides
  }
}
