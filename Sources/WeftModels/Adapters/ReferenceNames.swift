import WeftIO
import WeftNN
import WeftTensor

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
  /// What transformers calls a module: those of GPT-2's body have names of their own.
  public func referenceName(ofModule name: String) -> String { encoder.referenceName(ofModule: name) }
  /// The last map of the head.
  public var outputLayers: [Module] { [head.output] }
  /// Whether it stands on GPT-2, whose linear maps are [in, out] in files.
  public var keepsTransposedWeights: Bool { encoder.keepsTransposedWeights }
}

extension TextEncoder: AdaptableModel {
  /// What transformers calls a module: those of GPT-2's body have names of their own.
  public func referenceName(ofModule name: String) -> String {
    (self as? CausalEncoder)?.decoder.options.referenceName(ofModule: name) ?? name
  }
  /// Whether it is the body of GPT-2, whose linear maps are [in, out] in files.
  public var keepsTransposedWeights: Bool { (self as? CausalEncoder)?.decoder.options.packsProjections ?? false }
}

extension AdaptableModel {
  /// Writes the weights under the names and in the layouts that transformers has for them.
  ///
  /// - Throws: `FileWriteError`.
  func saveForReference(to path: String) throws {
    guard keepsTransposedWeights else { return try save(to: path, metadata: ["format": "pt"]) }
    let tensors = state().map { name, tensor in
      let isTurned = name.hasSuffix("_proj.weight")
      return (name: referenceName(ofModule: name), tensor: isTurned ? tensor.transposed().contiguous() : tensor)
    }
    try SafeTensors(tensors, metadata: ["format": "pt"]).write(to: path)
  }
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
