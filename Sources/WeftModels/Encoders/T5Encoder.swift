import WeftNN
import WeftTensor

/// The encoder of T5 (Raffel et al., 2020): norms by the root mean square before each part, no biases, scores that are not
/// scaled, and one bias by distance for all layers.
final class T5Encoder: TextEncoder {
  let layers: [T5Layer]
  let norm: RMSNorm
  let dropout: Dropout
  private let relativeBias: RelativeBias

  /// How many tokens a sequence may have: the model itself sets no limit.
  private static let mostPositions = 1 << 15

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let options = try T5Options(configuration)
    layers = (0..<(try configuration.integer("num_layers", in: 0...EncoderSizes.mostLayers))).map { _ in
      T5Layer(options)
    }
    norm = RMSNorm(options.width, epsilon: options.epsilon)
    dropout = Dropout(options.dropout)
    let buckets = try configuration.integer("relative_attention_num_buckets", in: 4...1 << 16, default: 32)
    relativeBias = RelativeBias(
      rows: buckets, heads: options.heads, buckets: buckets,
      maxDistance: try configuration.integer(
        "relative_attention_max_distance", in: buckets / 4 + 1...1 << 24, default: max(128, buckets)))
    let vocabulary = try configuration.size("vocab_size", most: EncoderSizes.mostTokens)
    super.init(
      width: options.width, maxPositions: Self.mostPositions, vocabularySize: vocabulary, typeCount: 0,
      paddingToken: try configuration.paddingToken(below: vocabulary, default: 0), hasPooler: false)
  }

  override var properties: [(name: String, value: Any)] {
    let bias = ("encoder.block.0.layer.0.SelfAttention.relative_attention_bias", relativeBias as Any)
    return [
      ("shared", words), ("encoder.block", layers), bias, ("encoder.final_layer_norm", norm),
      ("encoder.dropout", dropout),
    ]
  }

  override func states(_ input: EncoderInput) -> Tensor {
    let mask = relativeBias.mask(positions: input.tokens.shape[1], input.isToken)
    return dropout(norm(layers.reduce(dropout(words(input.tokens))) { $1($0, mask: mask) }))
  }
}

/// What T5's configuration says of its layers.
struct T5Options {
  let width, heads, headWidth, inner: Int
  let epsilon, dropout: Double
  let isGated: Bool
  let activation: TransformerActivation

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    width = try configuration.size("d_model")
    heads = try configuration.size("num_heads", most: 1 << 12)
    headWidth = try configuration.size("d_kv", most: 1 << 12)
    inner = try configuration.size("d_ff")
    epsilon = try configuration.positive("layer_norm_epsilon", default: 1e-6)
    dropout = try configuration.rate("dropout_rate", default: 0.1)
    (isGated, activation) = try configuration.choice(
      "feed_forward_proj",
      of: [
        ("relu", (false, TransformerActivation.relu)), ("gelu", (false, .gelu)), ("gelu_new", (false, .geluTanh)),
        ("silu", (false, .silu)), ("gated-gelu", (true, .geluTanh)), ("gated-silu", (true, .silu)),
        ("gated-relu", (true, .relu)),
      ], default: "relu")
  }
}

/// A layer of T5's encoder: x ← x + o(attention(norm(x))), x ← x + wo(f(wi(norm(x)))), with a gate in newer models.
///
/// Shape: [N, T, E] to the same.
final class T5Layer: Module {
  let attentionNorm, networkNorm: RMSNorm
  let query, key, value, output: Linear
  /// The map into the network; where it is gated, that of the gate, and beside it the gated one.
  let inner: Linear
  let gated: Linear?
  let outer: Linear
  let dropout: Dropout
  private let options: T5Options

  init(_ options: T5Options) {
    let (width, joined) = (options.width, options.heads * options.headWidth)
    func map(_ input: Int, _ output: Int) -> Linear { Linear(input, output, bias: false) }
    attentionNorm = RMSNorm(width, epsilon: options.epsilon)
    networkNorm = RMSNorm(width, epsilon: options.epsilon)
    (query, key, value, output) = (map(width, joined), map(width, joined), map(width, joined), map(joined, width))
    inner = map(width, options.inner)
    gated = options.isGated ? map(width, options.inner) : nil
    outer = map(options.inner, width)
    dropout = Dropout(options.dropout)
    self.options = options
  }

  override var properties: [(name: String, value: Any)] {
    let network = "layer.1.DenseReluDense"
    var parts: [(name: String, value: Any)] = [
      ("layer.0.layer_norm", attentionNorm), ("layer.0.SelfAttention.q", query), ("layer.0.SelfAttention.k", key),
      ("layer.0.SelfAttention.v", value), ("layer.0.SelfAttention.o", output), ("layer.1.layer_norm", networkNorm),
      (gated == nil ? "\(network).wi" : "\(network).wi_0", inner), ("\(network).wo", outer), ("dropout", dropout),
    ]
    if let gated { parts.append(("\(network).wi_1", gated)) }
    return parts
  }

  override func forward(_ input: Tensor) -> Tensor { run(input, nil) }

  /// - Parameter mask: Broadcasts to [N, heads, T, T], added to the scores.
  func callAsFunction(_ input: Tensor, mask: Tensor?) -> Tensor { inPath { run(input, mask) } }

  private func run(_ input: Tensor, _ mask: Tensor?) -> Tensor {
    let seen = attentionNorm(input)
    let joined = attended(
      query: query(seen), key: key(seen), value: value(seen), heads: options.heads, mask: mask, scale: 1,
      dropout: isTraining ? options.dropout : 0)
    let x = input + dropout(output(joined))
    let read = networkNorm(x)
    var hidden = options.activation(inner(read))
    if let gated { hidden = hidden * gated(read) }
    return x + dropout(outer(dropout(hidden)))
  }
}

extension EncoderFamily {
  static let t5 = EncoderFamily(
    modelTypes: ["t5", "mt5"], prefix: "",
    make: { configuration, _ in try T5Encoder(configuration) },
    head: { task, configuration in
      throw configuration.failure(
        "model_type", .unsupported, expected: "a family with heads for \(task.rawValue)", found: "T5's encoder alone")
    },
    synonyms: [(name: "shared.weight", other: "encoder.embed_tokens.weight")], poolsForClasses: false)
}
