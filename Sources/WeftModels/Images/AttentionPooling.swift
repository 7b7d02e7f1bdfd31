import WeftNN
import WeftTensor

/// One vector of many states: a learned query attends to all of them, and a network follows (Zhai et al., "Scaling Vision
/// Transformers", 2022).
///
/// Shape: [N, T, E] to [N, E].
final class AttentionPooling: Module {
  let probe: Parameter
  let attention: MultiheadAttention
  let norm: LayerNorm
  let inner, outer: Linear
  private let activation: TransformerActivation

  init(_ sizes: EncoderSizes) {
    probe = Parameter(Initializer.normal(deviation: 0.02)([1, 1, sizes.width]))
    attention = MultiheadAttention(sizes.width, numHeads: sizes.heads, batchFirst: true)
    // By an initializer, so that it has the type that the model is opened in.
    attention.inProjBias = Parameter(Initializer.zeros([3 * sizes.width]))
    norm = LayerNorm(sizes.width, epsilon: sizes.epsilon)
    (inner, outer) = (Linear(sizes.width, sizes.inner), Linear(sizes.inner, sizes.width))
    activation = sizes.activation
  }

  override var properties: [(name: String, value: Any)] {
    [("probe", probe), ("attention", attention), ("layernorm", norm), ("mlp.fc1", inner), ("mlp.fc2", outer)]
  }

  override func forward(_ states: Tensor) -> Tensor {
    let query = probe.tensor.expanded(to: [states.shape[0], 1, states.shape[2]])
    let seen = attention(query, states, states).output.squeezed(1)
    return seen + outer(activation(inner(norm(seen))))
  }
}
