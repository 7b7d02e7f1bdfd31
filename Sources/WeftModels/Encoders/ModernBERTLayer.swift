import WeftNN
import WeftTensor

/// A layer of ModernBERT: x ← x + Wo(attention(norm(x))), x ← x + Wo(f(a)·b) with a and b the halves of Wi(norm(x)).
///
/// Shape: [N, T, E] to the same.
final class ModernBERTLayer: Module {
  /// The norm before the attention; nil in the first layer, which reads normalized embeddings.
  let attentionNorm: LayerNorm?
  let projection, output: Linear
  let networkNorm: LayerNorm
  let inner, outer: Linear
  let attentionDropout, dropout: Dropout
  /// Whether it attends within a window alone.
  let isLocal: Bool
  private let rotary: RotaryEmbedding
  private let heads: Int
  private let activation: TransformerActivation

  init(_ sizes: EncoderSizes, _ options: ModernBERTOptions, rotary: RotaryEmbedding, isFirst: Bool, isLocal: Bool) {
    let width = sizes.width
    func norm() -> LayerNorm { LayerNorm(width, epsilon: sizes.epsilon, bias: options.normBias) }
    attentionNorm = isFirst ? nil : norm()
    projection = Linear(width, 3 * width, bias: options.attentionBias)
    output = Linear(width, width, bias: options.attentionBias)
    networkNorm = norm()
    inner = Linear(width, 2 * sizes.inner, bias: options.networkBias)
    outer = Linear(sizes.inner, width, bias: options.networkBias)
    (attentionDropout, dropout) = (Dropout(sizes.attentionDropout), Dropout(sizes.dropout))
    (self.isLocal, self.rotary, heads, activation) = (isLocal, rotary, sizes.heads, sizes.activation)
  }

  override var properties: [(name: String, value: Any)] {
    let norm: [(name: String, value: Any)] = attentionNorm.map { [("attn_norm", $0)] } ?? []
    return norm + [
      ("attn.Wqkv", projection), ("attn.Wo", output), ("mlp_norm", networkNorm), ("mlp.Wi", inner), ("mlp.Wo", outer),
      ("attn.out_drop", attentionDropout), ("mlp.drop", dropout), ("attn.rotary_emb", rotary),
    ]
  }

  override func forward(_ input: Tensor) -> Tensor { run(input, nil) }

  /// - Parameter mask: Broadcasts to [N, 1, T, T], of bool (true: attend).
  func callAsFunction(_ input: Tensor, mask: Tensor?) -> Tensor { inPath { run(input, mask) } }

  private func run(_ input: Tensor, _ mask: Tensor?) -> Tensor {
    let x = input + attentionDropout(output(attention(attentionNorm.map { $0(input) } ?? input, mask)))
    let parts = inner(networkNorm(x)).split(into: [outer.weight.shape[1], outer.weight.shape[1]], axis: -1)
    return x + outer(dropout(activation(parts[0]) * parts[1]))
  }

  private func attention(_ x: Tensor, _ mask: Tensor?) -> Tensor {
    let (batch, length, width) = (x.shape[0], x.shape[1], x.shape[2])
    // [3, N, heads, T, d].
    let all = projection(x).reshaped(batch, length, 3, heads, width / heads).permuted(2, 0, 3, 1, 4)
    let (query, key, value) = (rotary(all[0]), rotary(all[1]), all[2])
    let attended = WeftTensor.attention(
      query: query, key: key, value: value, mask: mask, isCausal: false,
      dropout: isTraining ? attentionDropout.p : 0)
    return attended.transposed(1, 2).flattened(from: 2)
  }
}

/// What ModernBERT's configuration says beside the sizes.
struct ModernBERTOptions {
  let normBias, attentionBias, networkBias: Bool
  /// How far a query sees in layers that are local, to each side.
  let reach: Int
  let embeddingDropout: Double

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    normBias = try configuration.flag("norm_bias", default: false)
    attentionBias = try configuration.flag("attention_bias", default: false)
    networkBias = try configuration.flag("mlp_bias", default: false)
    reach = try configuration.integer("local_attention", in: 0...1 << 24, default: 128) / 2
    embeddingDropout = try configuration.rate("embedding_dropout", default: 0)
  }
}
