import WeftNN
import WeftTensor

/// A layer of BERT and its relatives: x ← norm(x + output(attention(x))), x ← norm(x + outer(f(inner(x)))).
///
/// Shape: [N, T, E] to the same.
final class PostNormLayer: Module {
  /// What a family's files call the parts.
  struct Names: Sendable {
    let query, key, value, output, attentionNorm, inner, outer, norm: String
  }

  let query, key, value, output: Linear
  let attentionNorm: LayerNorm
  let inner, outer: Linear
  let norm: LayerNorm
  let dropouts: [Dropout]
  private let names: Names
  private let heads: Int
  private let attentionDropout: Double
  private let activation: TransformerActivation

  init(_ sizes: EncoderSizes, _ names: Names) {
    let width = sizes.width
    (query, key) = (Linear(width, width), Linear(width, width))
    (value, output) = (Linear(width, width), Linear(width, width))
    attentionNorm = LayerNorm(width, epsilon: sizes.epsilon)
    (inner, outer) = (Linear(width, sizes.inner), Linear(sizes.inner, width))
    norm = LayerNorm(width, epsilon: sizes.epsilon)
    dropouts = [Dropout(sizes.dropout), Dropout(sizes.dropout)]
    (self.names, heads, attentionDropout) = (names, sizes.heads, sizes.attentionDropout)
    activation = sizes.activation
  }

  override var properties: [(name: String, value: Any)] {
    [
      (names.query, query), (names.key, key), (names.value, value), (names.output, output),
      (names.attentionNorm, attentionNorm), (names.inner, inner), (names.outer, outer), (names.norm, norm),
      ("dropouts", dropouts),
    ]
  }

  override func forward(_ input: Tensor) -> Tensor { run(input, nil) }

  /// - Parameter mask: Broadcasts to [N, heads, T, T]: of bool (true: attend) or added to the scores.
  func callAsFunction(_ input: Tensor, mask: Tensor?) -> Tensor { inPath { run(input, mask) } }

  private func run(_ input: Tensor, _ mask: Tensor?) -> Tensor {
    let joined = attended(
      query: query(input), key: key(input), value: value(input), heads: heads, mask: mask,
      dropout: isTraining ? attentionDropout : 0)
    let x = attentionNorm(input + dropouts[0](output(joined)))
    return norm(x + dropouts[1](outer(activation(inner(x)))))
  }
}
