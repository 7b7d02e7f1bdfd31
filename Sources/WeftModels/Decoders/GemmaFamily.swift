// Gemma's models: norms of 1 + w, features of tokens times the root of their width, from the second on norms behind
// attention and network, bounds of scores and logits, and layers that see a window.

extension DecoderOptions {
  static func gemma(_ configuration: ModelConfiguration) throws(ModelError) -> DecoderOptions {
    // The first files name the exact function and mean its approximation, as a key that came later says.
    let isLater = configuration.has("hidden_activation")
    var options = try gemma(configuration, activation: isLater ? "hidden_activation" : "hidden_act")
    if !isLater, options.activation == .gelu { options.activation = .geluTanh }
    options.isCausal = try !configuration.flag("use_bidirectional_attention", default: false)
    return options
  }

  static func gemma2(_ configuration: ModelConfiguration) throws(ModelError) -> DecoderOptions {
    if try configuration.flag("use_bidirectional_attention", default: false) {
      throw configuration.failure("use_bidirectional_attention", .unsupported, expected: "false, as in Gemma 2")
    }
    var options = try gemma(configuration, activation: "hidden_activation")
    options.hasOuterNorms = true
    options.scoreScale = try gemmaScale(configuration)
    options.scoreCap = try cap(configuration, "attn_logit_softcapping", default: 50)
    options.logitCap = try cap(configuration, "final_logit_softcapping", default: 30)
    options.window =
      try configuration.integer(optional: "sliding_window", in: 1...Int(Int32.max))
      ?? (configuration.keys.contains("sliding_window") ? nil : 4096)
    try options.readLayerTypes(configuration) { $0.isMultiple(of: 2) }
    return options
  }

  static func gemma3(_ configuration: ModelConfiguration) throws(ModelError) -> DecoderOptions {
    guard !configuration.has("attn_logit_softcapping") else {
      throw configuration.failure("attn_logit_softcapping", .unsupported, expected: "null, as in Gemma 3")
    }
    var options = try gemma(configuration, activation: "hidden_activation", hasLocalBase: true)
    (options.hasOuterNorms, options.normalizesHeads) = (true, true)
    options.scoreScale = try gemmaScale(configuration)
    options.logitCap = try cap(configuration, "final_logit_softcapping", default: nil)
    options.isCausal = try !configuration.flag("use_bidirectional_attention", default: false)
    let window = try configuration.integer("sliding_window", in: 1...Int(Int32.max), default: 4096)
    // Models that see both ways state the whole width of what a position sees.
    options.window = options.isCausal ? window : window / 2 + 1
    let pattern = try configuration.integer("sliding_window_pattern", in: 1...1024, default: 6)
    try options.readLayerTypes(configuration) { !($0 + 1).isMultiple(of: pattern) }
    return options
  }

  /// What all of them have.
  ///
  /// - Parameter hasLocalBase: Whether layers with a window turn positions by a base of their own.
  private static func gemma(
    _ configuration: ModelConfiguration, activation: String, hasLocalBase: Bool = false
  ) throws(ModelError) -> DecoderOptions {
    var options = try sizes(
      configuration, headDim: 256, activation: (activation, "gelu_pytorch_tanh"), tiesEmbeddings: true,
      hasLocalBase: hasLocalBase)
    let bias = try configuration.flag("attention_bias", default: false)
    (options.hasProjectionBias, options.hasOutputBias) = (bias, bias)
    options.norm = .rmsAroundOne
    options.embeddingScale = Double(options.width).squareRoot()
    return options
  }

  private static func gemmaScale(_ configuration: ModelConfiguration) throws(ModelError) -> Double {
    1 / (try configuration.positive("query_pre_attn_scalar", default: 256)).squareRoot()
  }

  /// The bound of scores or logits: null is none; left out, it is what transformers takes.
  private static func cap(
    _ configuration: ModelConfiguration, _ key: String, default standard: Double?
  ) throws(ModelError) -> Double? {
    guard configuration.has(key) else { return configuration.keys.contains(key) ? nil : standard }
    return try configuration.positive(key)
  }
}
