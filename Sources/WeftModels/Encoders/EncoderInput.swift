import WeftTensor

/// A batch of sequences of tokens.
package struct EncoderInput: Sendable {
  /// [N, T] of integers.
  package var tokens: Tensor
  /// [N, T] of bool, true where there is a token; nil where there is no padding.
  package var isToken: Tensor?
  /// [N, T] of integers, which part of a pair a token is of; nil for the first throughout.
  package var types: Tensor?

  /// - Parameter attentionMask: [N, T], true or not zero where there is a token.
  init(_ tokens: Tensor, attentionMask: Tensor?, types: Tensor?) {
    self.tokens = tokens
    isToken = attentionMask.map { $0.dtype == .bool ? $0 : $0 .!= 0 }
    self.types = types
  }

  /// Which keys a query may attend to, [N, 1, 1, T] of bool; nil for all.
  var keyMask: Tensor? { isToken.map { $0.unsqueezed(1).unsqueezed(1) } }
}

/// softmax(q·kᵀ·scale + mask)·v in heads, with 1/√d as the scale where none is given.
///
/// Shape: [N, T, E] of each to [N, T, E]; the mask broadcasts to [N, heads, T, T]. Keys and values that the mask hides
/// are finite here: they come of padding's own embeddings.
func attended(
  query: Tensor, key: Tensor, value: Tensor, heads: Int, mask: Tensor?, isCausal: Bool = false, scale: Double? = nil,
  dropout: Double
) -> Tensor {
  func inHeads(_ x: Tensor) -> Tensor {
    x.reshaped(x.shape[0], x.shape[1], heads, x.shape[2] / heads).transposed(1, 2)
  }
  let result = attention(
    query: inHeads(query), key: inHeads(key), value: inHeads(value), mask: mask, isCausal: isCausal,
    scale: scale, dropout: dropout)
  return result.transposed(1, 2).flattened(from: 2)
}
