import WeftTensor

/// One layer of a Llama model (Touvron et al., 2023): x ← x + attention(norm(x)), x ← x + mlp(norm(x)), with root mean
/// square norms, grouped queries, rotary positions and a SwiGLU network, none with a bias. Causal.
///
/// Shape: [N, L, E] to the same, or [L, E]. Parts are named as in Hugging Face's models: `self_attn`, `mlp`,
/// `input_layernorm`, `post_attention_layernorm`.
public final class LlamaBlock: Module {
  /// The causal attention with grouped queries and rotary positions.
  public var selfAttn: GroupedQueryAttention
  /// The SwiGLU network.
  public var mlp: GatedFeedForward
  /// The norm before the attention.
  public var inputLayernorm: RMSNorm
  /// The norm before the network.
  public var postAttentionLayernorm: RMSNorm

  /// - Parameter base: Of the rotary positions; see `RotaryEmbedding`.
  public init(
    _ dim: Int, numHeads: Int, numKeyValueHeads: Int, hiddenDim: Int, maxPositions: Int = 2048,
    base: Double = 10_000, epsilon: Double = 1e-6
  ) {
    let rotary = RotaryEmbedding(dim / max(numHeads, 1), maxPositions: maxPositions, base: base)
    selfAttn = GroupedQueryAttention(dim, numHeads: numHeads, numKeyValueHeads: numKeyValueHeads, rotary: rotary)
    mlp = GatedFeedForward(dim, hiddenDim)
    inputLayernorm = RMSNorm(dim, epsilon: epsilon)
    postAttentionLayernorm = RMSNorm(dim, epsilon: epsilon)
  }

  public override func forward(_ input: Tensor) -> Tensor { run(input, nil, nil) }

  /// - Parameters:
  ///   - keyPaddingMask: [N, S]; see `MultiheadAttention`.
  ///   - cache: Keeps keys and values from call to call: then the input holds the new positions only.
  public func callAsFunction(
    _ input: Tensor, keyPaddingMask: Tensor? = nil, cache: KeyValueCache.Layer? = nil
  ) -> Tensor {
    inPath { run(input, keyPaddingMask, cache) }
  }

  private func run(_ input: Tensor, _ keyPaddingMask: Tensor?, _ cache: KeyValueCache.Layer?) -> Tensor {
    let input = cache == nil ? input.finite(behindPadding: keyPaddingMask, batchFirst: true) : input
    let attended = selfAttn(
      inputLayernorm(input), keyPaddingMask: keyPaddingMask, isCausal: true, cache: cache?.own)
    let x = input + attended
    return x + mlp(postAttentionLayernorm(x))
  }
}
