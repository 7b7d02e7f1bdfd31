import WeftNN

/// What the configuration of a transformer says of its layers.
struct EncoderSizes: Sendable {
  /// E, the features of a position.
  let width: Int
  let layers: Int
  let heads: Int
  /// The features inside a layer's network.
  let inner: Int
  /// Added to the variance by the norms.
  let epsilon: Double
  let dropout: Double
  let attentionDropout: Double
  let activation: TransformerActivation

  /// The keys under which a family's configuration has them.
  struct Keys {
    var width = "hidden_size"
    var layers = "num_hidden_layers"
    var heads = "num_attention_heads"
    var inner = "intermediate_size"
    var epsilon = "layer_norm_eps"
    /// Nil where layers drop nothing but weights of the attention.
    var dropout: String? = "hidden_dropout_prob"
    var attentionDropout = "attention_probs_dropout_prob"
    var activation = "hidden_act"
  }

  /// What holds where a configuration says nothing; without a number, that is an error.
  struct Defaults {
    var width, layers, heads, inner: Int?
    var epsilon = 1e-12
    var dropout = 0.1
    var activation = "gelu"
  }

  /// The most layers that a model may have.
  static let mostLayers = 1024
  /// The most tokens that a vocabulary may have.
  static let mostTokens = 1 << 24
  /// The most positions that a sequence may have.
  static let mostPositions = 1 << 20

  /// - Parameter inner: The features inside a layer's network where no key says them.
  init(
    _ configuration: ModelConfiguration, _ keys: Keys = Keys(), _ defaults: Defaults = Defaults(), inner: Int? = nil
  ) throws(ModelError) {
    width = try configuration.size(keys.width, default: defaults.width)
    layers = try configuration.integer(keys.layers, in: 0...Self.mostLayers, default: defaults.layers)
    heads = try configuration.size(keys.heads, default: defaults.heads)
    if let inner {
      self.inner = inner
    } else {
      self.inner = try configuration.size(keys.inner, default: defaults.inner)
    }
    epsilon = try configuration.positive(keys.epsilon, default: defaults.epsilon)
    if let key = keys.dropout { dropout = try configuration.rate(key, default: defaults.dropout) } else { dropout = 0 }
    attentionDropout = try configuration.rate(keys.attentionDropout, default: defaults.dropout)
    activation = try configuration.activation(keys.activation, default: defaults.activation)
    guard width.isMultiple(of: heads) else {
      throw configuration.failure(
        keys.heads, expected: "heads that divide the \(width) of \(keys.width)", found: "\(heads)")
    }
  }
}
