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
}
