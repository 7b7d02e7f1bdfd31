/// Attention with all it depends on: operands of one type and the same leading axes.
struct AttentionCall {
  var query, key, value: Tensor
  var mask: Tensor?
  var scale: Double
  var isCausal: Bool
  /// The name of the operation, for errors.
  var operation: String
}
