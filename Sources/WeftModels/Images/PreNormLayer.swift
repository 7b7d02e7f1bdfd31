import WeftNN
import WeftTensor

/// A layer that normalizes before each part: x ← x + s₁·output(attention(norm(x))), x ← x + s₂·network(norm(x)), where the
/// network is outer(f(inner(x))), or outer(silu(a)·b) with a and b the halves of inner(x), and the scales s₁ and s₂ are
/// there in some families.
///
/// Shape: [N, T, E] to the same.
final class PreNormLayer: Module {
  /// What a family's files call the parts.
  struct Names: Sendable {
    let attentionNorm, query, key, value, output, networkNorm, inner, outer: String
    /// The scales of what the attention and the network add; nil where there are none.
    var scales: (attention: String, network: String)?
  }

  /// What families differ in.
  struct Options: Sendable {
    /// Whether queries, keys and values have biases.
    var hasProjectionBias = true
    /// Whether the network is gated.
    var isGated = false
    /// Whether a position sees those before it alone.
    var isCausal = false
    /// How often, in training, a sample goes around a part (Huang et al., "Deep Networks with Stochastic Depth", 2016).
    var skipRate = 0.0
  }

  let query, key, value, output: Linear
  let attentionNorm, networkNorm: LayerNorm
  let inner, outer: Linear
  let scales: [Parameter]
  let dropout, skip: Dropout
  private let sizes: EncoderSizes
  private let names: Names
  private let options: Options

  init(_ sizes: EncoderSizes, _ names: Names, _ options: Options = Options()) {
    let width = sizes.width
    func projection() -> Linear { Linear(width, width, bias: options.hasProjectionBias) }
    (query, key, value) = (projection(), projection(), projection())
    output = Linear(width, width)
    attentionNorm = LayerNorm(width, epsilon: sizes.epsilon)
    networkNorm = LayerNorm(width, epsilon: sizes.epsilon)
    inner = Linear(width, options.isGated ? 2 * sizes.inner : sizes.inner)
    outer = Linear(sizes.inner, width)
    scales = names.scales == nil ? [] : [Parameter(Initializer.ones([width])), Parameter(Initializer.ones([width]))]
    (dropout, skip) = (Dropout(sizes.dropout), Dropout(options.skipRate))
    (self.sizes, self.names, self.options) = (sizes, names, options)
  }

  override var properties: [(name: String, value: Any)] {
    var parts: [(name: String, value: Any)] = [
      (names.attentionNorm, attentionNorm), (names.query, query), (names.key, key), (names.value, value),
      (names.output, output), (names.networkNorm, networkNorm), (names.inner, inner), (names.outer, outer),
      ("dropout", dropout), ("skip", skip),
    ]
    if let names = names.scales { parts += [(names.attention, scales[0]), (names.network, scales[1])] }
    return parts
  }

  override func forward(_ input: Tensor) -> Tensor { run(input, nil) }

  /// - Parameter mask: Broadcasts to [N, heads, T, T], of bool (true: attend).
  func callAsFunction(_ input: Tensor, mask: Tensor?) -> Tensor { inPath { run(input, mask) } }

  private func run(_ input: Tensor, _ mask: Tensor?) -> Tensor {
    let seen = attentionNorm(input)
    let joined = attended(
      query: query(seen), key: key(seen), value: value(seen), heads: sizes.heads, mask: mask,
      isCausal: options.isCausal, dropout: isTraining ? sizes.attentionDropout : 0)
    let x = input + added(output(joined), scales.first)
    return x + added(network(networkNorm(x)), scales.last)
  }

  private func network(_ x: Tensor) -> Tensor {
    let hidden = inner(x)
    guard options.isGated else { return outer(sizes.activation(hidden)) }
    let halves = hidden.split(into: [sizes.inner, sizes.inner], axis: -1)
    return outer(halves[0].silu() * halves[1])
  }

  /// What a part adds to its input.
  private func added(_ part: Tensor, _ scale: Parameter?) -> Tensor {
    let x = dropout(scale.map { part * $0.tensor } ?? part)
    guard isTraining, options.skipRate > 0 else { return x }
    return x * skip(Tensor(ones: [x.shape[0], 1, 1], dtype: x.dtype))
  }
}
