import WeftNN

// What transformers calls the modules of models that have other names here: adapters' files speak of those.

extension CausalLanguageModel: AdaptableModel {
  /// What transformers calls a module: GPT-2's have names of their own.
  public func referenceName(ofModule name: String) -> String { options.referenceName(ofModule: name) }
  /// The map to logits.
  public var outputLayers: [Module] { [lmHead] }
  /// Whether it is GPT-2, whose linear maps are [in, out] in files.
  public var keepsTransposedWeights: Bool { options.packsProjections }
}

extension Decoder: AdaptableModel {
  /// What transformers calls a module: GPT-2's have names of their own.
  public func referenceName(ofModule name: String) -> String { options.referenceName(ofModule: name) }
  /// Whether it is GPT-2, whose linear maps are [in, out] in files.
  public var keepsTransposedWeights: Bool { options.packsProjections }
}

extension EncoderModel: AdaptableModel {
  /// The last map of the head.
  public var outputLayers: [Module] { [head.output] }
}

extension DecoderOptions {
  /// The parts of names in which GPT-2 differs from the models that came after it.
  private static let namesOfGPT2 = [
    "model": "transformer", "layers": "h", "embed_tokens": "wte", "embed_positions": "wpe", "norm": "ln_f",
    "input_layernorm": "ln_1", "post_attention_layernorm": "ln_2", "self_attn": "attn", "qkv_proj": "c_attn",
    "o_proj": "c_proj", "up_proj": "c_fc", "down_proj": "c_proj",
  ]

  fileprivate func referenceName(ofModule name: String) -> String {
    guard packsProjections else { return name }
    return name.split(separator: ".").map { Self.namesOfGPT2[String($0)] ?? String($0) }.joined(separator: ".")
  }
}
