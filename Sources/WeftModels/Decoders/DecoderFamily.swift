import WeftTensor

/// The kinds of language models that are known, by the `model_type` of `config.json`.
enum DecoderFamily: String, CaseIterable {
  case llama
  case mistral
  case qwen2
  case qwen3
  case gemma
  case gemma2
  case gemma3 = "gemma3_text"
  case gpt2

  /// The kind that a configuration names.
  ///
  /// - Throws: `ModelError` with the list of those that are known.
  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let known = Self.allCases.map { ($0.rawValue, $0) }
    self = try configuration.choice("model_type", of: known)
  }

  /// Whether it is one of Gemma's.
  var isGemma: Bool { [.gemma, .gemma2, .gemma3].contains(self) }

  /// How the names of weights in folders become those of `CausalLanguageModel`.
  var names: WeightNames {
    guard self == .gpt2 else {
      // Models that find answers call their body as GPT-2 does.
      return WeightNames(
        prefix: "model.", replacements: [("transformer.", "")], ignored: ["rotary_emb.inv_freq"])
    }
    return WeightNames(
      prefix: "model.",
      replacements: [
        ("transformer.", ""), ("h.", "layers."), ("wte.", "embed_tokens."), ("wpe.", "embed_positions."),
        ("ln_f.", "norm."), ("ln_1.", "input_layernorm."), ("ln_2.", "post_attention_layernorm."),
        ("attn.c_attn.", "self_attn.qkv_proj."), ("attn.c_proj.", "self_attn.o_proj."),
        ("mlp.c_fc.", "mlp.up_proj."), ("mlp.c_proj.", "mlp.down_proj."),
      ],
      ignored: [".attn.bias", ".attn.masked_bias"],
      // The linear maps of GPT-2 stand in files as [in, out].
      transposing: { $0.contains("_proj.weight") })
  }
}

extension DecoderOptions {
  /// What a model's `config.json` says: Llama (and SmolLM), Mistral, Qwen 2 and 3, Gemma 1 to 3, GPT-2.
  ///
  /// - Throws: `ModelError` for another kind of model, or a setting that is not what it should be.
  public init(_ configuration: ModelConfiguration) throws(ModelError) {
    switch try DecoderFamily(configuration) {
    case .llama: self = try Self.llama(configuration)
    case .mistral: self = try Self.mistral(configuration)
    case .qwen2: self = try Self.qwen2(configuration)
    case .qwen3: self = try Self.qwen3(configuration)
    case .gemma: self = try Self.gemma(configuration)
    case .gemma2: self = try Self.gemma2(configuration)
    case .gemma3: self = try Self.gemma3(configuration)
    case .gpt2: self = try Self.gpt2(configuration)
    }
    try check(configuration)
  }

  private static func llama(_ configuration: ModelConfiguration) throws(ModelError) -> DecoderOptions {
    var options = try sizes(configuration)
    let bias = try configuration.flag("attention_bias", default: false)
    (options.hasProjectionBias, options.hasOutputBias) = (bias, bias)
    options.hasFeedForwardBias = try configuration.flag("mlp_bias", default: false)
    return options
  }

  private static func mistral(_ configuration: ModelConfiguration) throws(ModelError) -> DecoderOptions {
    var options = try sizes(configuration)
    // null is none; left out, it is what transformers takes.
    options.window =
      try configuration.integer(optional: "sliding_window", in: 1...Int(Int32.max))
      ?? (configuration.keys.contains("sliding_window") ? nil : 4096)
    options.isWindowed = Array(repeating: options.window != nil, count: options.layerCount)
    return options
  }

  private static func qwen2(_ configuration: ModelConfiguration) throws(ModelError) -> DecoderOptions {
    var options = try sizes(configuration)
    options.hasProjectionBias = true
    try options.readQwenWindow(configuration)
    return options
  }

  private static func qwen3(_ configuration: ModelConfiguration) throws(ModelError) -> DecoderOptions {
    var options = try sizes(configuration, headDim: 128)
    let bias = try configuration.flag("attention_bias", default: false)
    (options.hasProjectionBias, options.hasOutputBias) = (bias, bias)
    options.normalizesHeads = true
    try options.readQwenWindow(configuration)
    return options
  }

  /// Qwen's models have a window where they are told to use it, in the layers from one on.
  private mutating func readQwenWindow(_ configuration: ModelConfiguration) throws(ModelError) {
    guard try configuration.flag("use_sliding_window", default: false) else { return }
    window = try configuration.integer("sliding_window", in: 1...Int(Int32.max), default: 4096)
    let first = try configuration.integer("max_window_layers", default: 28)
    try readLayerTypes(configuration) { $0 >= first }
  }

  private static func gpt2(_ configuration: ModelConfiguration) throws(ModelError) -> DecoderOptions {
    let width = try configuration.size("n_embd", default: 768)
    var options = DecoderOptions(
      vocabularySize: try configuration.size("vocab_size", most: 1 << 22, default: 50_257), width: width,
      hiddenWidth: try configuration.integer(optional: "n_inner", in: 1...(1 << 22)) ?? 4 * width,
      layerCount: try configuration.size("n_layer", most: mostLayers, default: 12),
      headCount: try configuration.size("n_head", most: 1 << 14, default: 12),
      maxPositions: try configuration.size("n_positions", most: 1 << 24, default: 1024))
    (options.norm, options.rotary, options.feedForward) = (.layer, nil, .plain)
    (options.packsProjections, options.hasProjectionBias) = (true, true)
    (options.hasOutputBias, options.hasFeedForwardBias) = (true, true)
    options.epsilon = try configuration.positive("layer_norm_epsilon", default: 1e-5)
    options.activation = try configuration.choice("activation_function", of: activations, default: "gelu_new")
    options.tiesEmbeddings = try configuration.flag("tie_word_embeddings", default: true)
    options.dropout = try configuration.rate("resid_pdrop", default: 0.1)
    options.attentionDropout = try configuration.rate("attn_pdrop", default: 0.1)
    if try !configuration.flag("scale_attn_weights", default: true) { options.scoreScale = 1 }
    for key in ["scale_attn_by_inverse_layer_idx", "add_cross_attention"] {
      if try configuration.flag(key, default: false) {
        throw configuration.failure(key, .unsupported, expected: "false")
      }
    }
    return options
  }
}

// What the families share.
extension DecoderOptions {
  /// No model has more layers.
  static let mostLayers = 1024

  /// The functions of networks, by their names in transformers.
  static let activations: [(String, Activation)] = [
    ("silu", .silu), ("swish", .silu), ("gelu", .gelu), ("gelu_new", .geluTanh), ("gelu_pytorch_tanh", .geluTanh),
    ("relu", .relu),
  ]

  /// The sizes and settings under the names that the Llama models gave them.
  ///
  /// - Parameters:
  ///   - headDim: The features of a head where the file says nothing; nil to divide the width.
  ///   - activation: The key of the network's function, and its name where the file says nothing.
  ///   - hasLocalBase: Whether layers with a window turn positions by a base of their own.
  static func sizes(
    _ configuration: ModelConfiguration, headDim: Int? = nil,
    activation: (key: String, standard: String) = ("hidden_act", "silu"), tiesEmbeddings: Bool = false,
    hasLocalBase: Bool = false
  ) throws(ModelError) -> DecoderOptions {
    let heads = try configuration.size("num_attention_heads", most: 1 << 14)
    let stated = try configuration.integer(optional: "head_dim", in: 1...(1 << 14))
    var options = DecoderOptions(
      vocabularySize: try configuration.size("vocab_size", most: 1 << 22),
      width: try configuration.size("hidden_size"),
      hiddenWidth: try configuration.size("intermediate_size", most: 1 << 22),
      layerCount: try configuration.size("num_hidden_layers", most: mostLayers), headCount: heads,
      keyValueHeadCount: try configuration.integer(optional: "num_key_value_heads", in: 1...(1 << 14)),
      headDim: stated ?? headDim,
      maxPositions: try configuration.size("max_position_embeddings", most: 1 << 24, default: 2048))
    options.epsilon = try configuration.positive("rms_norm_eps", default: 1e-6)
    options.activation = try configuration.choice(activation.key, of: activations, default: activation.standard)
    options.tiesEmbeddings = try configuration.flag("tie_word_embeddings", default: tiesEmbeddings)
    options.attentionDropout = try configuration.rate("attention_dropout")
    try options.readRotary(configuration, hasLocalBase: hasLocalBase)
    return options
  }

  /// Which layers have the window: those that `layer_types` names, else what the family does.
  mutating func readLayerTypes(
    _ configuration: ModelConfiguration, _ standard: (Int) -> Bool
  ) throws(ModelError) {
    isWindowed = try configuration.windowedLayers(layerCount) ?? (0..<layerCount).map(standard)
  }

  /// What one setting cannot tell by itself.
  func check(_ configuration: ModelConfiguration) throws(ModelError) {
    guard keyValueHeadCount > 0, headCount.isMultiple(of: keyValueHeadCount) else {
      throw configuration.failure(
        "num_key_value_heads", expected: "a number that divides the \(headCount) heads", found: "\(keyValueHeadCount)")
    }
    guard headDim > 0, rotary == nil || headDim.isMultiple(of: 2) else {
      throw configuration.failure("head_dim", expected: "an even number of features a head", found: "\(headDim)")
    }
    guard rotary != nil || headDim * headCount == width else {
      throw configuration.failure(
        "n_head", expected: "heads that divide the \(width) features", found: "\(headCount)")
    }
  }
}
