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
    var dropout = "hidden_dropout_prob"
    var attentionDropout = "attention_probs_dropout_prob"
    var activation = "hidden_act"
  }

  /// The most layers that a model may have.
  static let mostLayers = 1024
  /// The most tokens that a vocabulary may have.
  static let mostTokens = 1 << 24
  /// The most positions that a sequence may have.
  static let mostPositions = 1 << 20

  /// - Parameter epsilon: What is added to the variance where the configuration says nothing.
  init(
    _ configuration: ModelConfiguration, _ keys: Keys = Keys(), epsilon standard: Double = 1e-12,
    dropout: Double = 0.1
  ) throws(ModelError) {
    width = try configuration.size(keys.width)
    layers = try configuration.integer(keys.layers, in: 0...Self.mostLayers)
    heads = try configuration.size(keys.heads)
    inner = try configuration.size(keys.inner)
    epsilon = try configuration.positive(keys.epsilon, default: standard)
    self.dropout = try configuration.rate(keys.dropout, default: dropout)
    attentionDropout = try configuration.rate(keys.attentionDropout, default: dropout)
    activation = try configuration.activation(keys.activation, default: "gelu")
    guard width.isMultiple(of: heads) else {
      throw configuration.failure(
        keys.heads, expected: "heads that divide the \(width) of \(keys.width)", found: "\(heads)")
    }
  }
}
