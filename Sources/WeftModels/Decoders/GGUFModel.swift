import WeftData
import WeftIO
import WeftNN
import WeftTensor
import WeftText

/// A language model in a GGUF file: its sizes, weights, tokenizer and chat template, all in one.
///
/// Blocks of 4 to 8 bits become numbers of 32 bits when they are read, unless they are kept (`GGUFBlockWeights.swift`).
struct GGUFModel {
  let file: TensorFile
  /// The metadata of the file, by its keys.
  private let metadata: [String: FileValue]
  private let kind: Kind

  /// The kinds of models, by `general.architecture`.
  private enum Kind: String, CaseIterable {
    case llama, qwen2, qwen3, gemma, gemma2, gemma3, gpt2
  }

  /// Opens a file.
  ///
  /// - Throws: `DataFileError` where it cannot be read, `ModelError` where it holds no model that is known.
  init(_ path: String, limits: LoadLimits = LoadLimits()) throws {
    file = try TensorFile(path, limits: limits)
    metadata = Dictionary(file.metadata.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
    guard file.format == .gguf else {
      throw ModelError(
        .unsupported, file: path, expected: "a folder with config.json, or a GGUF file", found: "\(file.format)")
    }
    let architecture = metadata["general.architecture"]?.text ?? "nothing"
    guard let kind = Kind(rawValue: architecture) else {
      throw ModelError(
        .unsupported, file: path, path: "general.architecture",
        expected: "one of \(Kind.allCases.map(\.rawValue).joined(separator: ", "))", found: architecture)
    }
    self.kind = kind
  }

  /// The settings of the kind of model, by their keys without its name in front.
  private var settings: ModelConfiguration {
    let entries = file.metadata.compactMap { entry -> ConfigEntry? in
      guard entry.key.hasPrefix(kind.rawValue + ".") else { return nil }
      return ConfigEntry(key: String(entry.key.dropFirst(kind.rawValue.count + 1)), value: Self.value(entry.value))
    }
    return ModelConfiguration(entries, file: file.path, path: kind.rawValue)
  }

  private static func value(_ value: FileValue) -> ConfigValue {
    switch value {
    case .text(let text): .text(text)
    case .integer(let number): .integer(number)
    case .unsigned(let number): .number(Double(number))
    case .number(let number): .number(number)
    case .truth(let truth): .boolean(truth)
    case .list(let values): .array(values.map(Self.value))
    case .none: .null
    }
  }
}

// Sizes.
extension GGUFModel {
  /// What the model is made of.
  func options() throws -> DecoderOptions {
    let settings = settings
    let width = try settings.size("embedding_length")
    let heads = try settings.size("attention.head_count", most: 1 << 14)
    let vocabulary = file["token_embd.weight"]?.shape.first ?? 0
    guard 1...(1 << 22) ~= vocabulary else {
      throw ModelError(
        .weights, file: file.path, path: "token_embd.weight", expected: "an embedding [vocabulary, \(width)]",
        found: "\(file["token_embd.weight"].map { "\($0.shape)" } ?? "nothing")")
    }
    var options = DecoderOptions(
      vocabularySize: vocabulary, width: width,
      hiddenWidth: try settings.size("feed_forward_length", most: 1 << 22),
      layerCount: try settings.size("block_count", most: DecoderOptions.mostLayers), headCount: heads,
      keyValueHeadCount: try settings.integer(optional: "attention.head_count_kv", in: 1...(1 << 14)),
      headDim: try settings.integer(optional: "attention.key_length", in: 1...(1 << 14)),
      maxPositions: try settings.size("context_length", most: 1 << 24))
    options.tiesEmbeddings = file["output.weight"] == nil
    try readFamily(&options, settings)
    try check(options, settings)
    return options
  }

  private func readFamily(_ options: inout DecoderOptions, _ settings: ModelConfiguration) throws {
    if kind == .gpt2 {
      (options.norm, options.rotary, options.feedForward) = (.layer, nil, .plain)
      (options.packsProjections, options.activation) = (true, .geluTanh)
      options.epsilon = try settings.positive("attention.layer_norm_epsilon", default: 1e-5)
    } else {
      options.epsilon = try settings.positive("attention.layer_norm_rms_epsilon", default: 1e-6)
      options.rotary = try rotary(options, settings)
    }
    let first = "blk.0."
    options.hasProjectionBias = file[first + "attn_q.bias"] != nil || file[first + "attn_qkv.bias"] != nil
    options.hasOutputBias = file[first + "attn_output.bias"] != nil
    options.hasFeedForwardBias = file[first + "ffn_up.bias"] != nil
    options.normalizesHeads = kind == .qwen3 || kind == .gemma3
    if [.gemma, .gemma2, .gemma3].contains(kind) { try readGemma(&options, settings) }
    if kind == .llama, let window = try settings.integer(optional: "attention.sliding_window", in: 1...(1 << 24)) {
      options.window = window
      options.isWindowed = Array(repeating: true, count: options.layerCount)
    }
  }

  private func readGemma(_ options: inout DecoderOptions, _ settings: ModelConfiguration) throws {
    (options.norm, options.activation) = (.rmsAroundOne, .geluTanh)
    options.embeddingScale = Double(options.width).squareRoot()
    if kind == .gemma { return }
    options.hasOuterNorms = true
    let (isSecond, layers) = (kind == .gemma2, options.layerCount)
    options.window = try settings.integer(
      "attention.sliding_window", in: 1...(1 << 24), default: isSecond ? 4096 : 1024)
    options.isWindowed = (0..<layers).map { !($0 + 1).isMultiple(of: isSecond ? 2 : 6) }
    if isSecond {
      options.scoreCap = try settings.positive("attn_logit_softcapping", default: 50)
      options.logitCap = try settings.positive("final_logit_softcapping", default: 30)
    } else {
      let local = try settings.positive("rope.freq_base_swa", default: 10_000)
      options.windowedRotary = RotaryOptions(dim: options.headDim, base: local)
    }
    // The largest ones, of 46 and 62 layers, divide by their width a head.
    if layers == (isSecond ? 46 : 62) {
      options.scoreScale = 1 / (Double(options.width) / Double(options.headCount)).squareRoot()
    }
  }

  private func rotary(_ options: DecoderOptions, _ settings: ModelConfiguration) throws -> RotaryOptions {
    let turned = try settings.integer("rope.dimension_count", default: options.headDim)
    guard turned == options.headDim else {
      throw settings.failure("rope.dimension_count", .unsupported, expected: "\(options.headDim), all of a head's")
    }
    let base = kind == .gemma3 ? 1_000_000.0 : 10_000
    var rotary = RotaryOptions(dim: options.headDim, base: try settings.positive("rope.freq_base", default: base))
    if file["rope_freqs.weight"] != nil {
      rotary.scaling = .divided(by: try divisors("rope_freqs.weight", options))
      return rotary
    }
    let factor = try settings.positive("rope.scaling.factor", default: 1)
    let original = try settings.size(
      "rope.scaling.original_context_length", most: 1 << 24, default: options.maxPositions)
    switch try settings.text("rope.scaling.type", default: "none") {
    case "none": break
    case "linear": rotary.scaling = .linear(factor: factor)
    case "yarn":
      let own = try settings.positive("rope.scaling.attn_factor", default: 1)
      let magnitude = own * YarnScaling.magnitude(factor)
      rotary.scaling = .yarn(YarnScaling(factor: factor, originalPositions: original, magnitude: magnitude))
    default: throw settings.failure("rope.scaling.type", .unsupported, expected: "one of none, linear, yarn")
    }
    return rotary
  }

  private func divisors(_ name: String, _ options: DecoderOptions) throws -> [Double] {
    let numbers = try withTensorErrors {
      let tensor = try file.tensor(named: name, as: .float32)
      try checkTensorErrors()
      return tensor.scalars(as: Float.self).map(Double.init)
    }
    guard numbers.count == options.headDim / 2, numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw ModelError(
        .weights, file: file.path, path: name, expected: "\(options.headDim / 2) numbers above 0",
        found: "\(numbers.count) numbers")
    }
    return numbers
  }

  private func check(_ options: DecoderOptions, _ settings: ModelConfiguration) throws {
    guard options.headCount.isMultiple(of: options.keyValueHeadCount) else {
      throw settings.failure("attention.head_count_kv", expected: "a number that divides \(options.headCount) heads")
    }
    guard options.headDim > 0, options.headDim.isMultiple(of: 2) else {
      throw settings.failure(
        "attention.key_length", expected: "an even number of features", found: "\(options.headDim)")
    }
    guard options.rotary != nil || options.headDim * options.headCount == options.width else {
      throw settings.failure("attention.head_count", expected: "a number that divides \(options.width) features")
    }
  }
}

// Weights.
extension GGUFModel {
  /// The model, in evaluation.
  ///
  /// - Parameter keepsBlocks: Whether weights in blocks stay in the file's blocks, where there are products of them.
  /// - Throws: `ModelError` with one report where the weights are not those of its sizes, `DataFileError` where they
  ///   cannot be read.
  func model(keepsBlocks: Bool = false) throws -> CausalLanguageModel {
    let options = try options()
    do { return try withTensorErrors { try loaded(options, keepsBlocks) } } catch let error as TensorError {
      throw ModelError(
        .weights, file: file.path, expected: "sizes of weights that fit in memory", found: "\(error)")
    }
  }

  private func loaded(_ options: DecoderOptions, _ keepsBlocks: Bool) throws -> CausalLanguageModel {
    let model = Initializer.$placeholderType.withValue(.float32) { CausalLanguageModel(options) }
    try checkTensorErrors()
    let known = Dictionary(
      model.state().map { ($0.name, $0.tensor.shape) }, uniquingKeysWith: { first, _ in first })
    var tensors: [(name: String, tensor: Tensor)] = []
    for entry in file.entries {
      guard let name = name(entry.name) else { continue }
      // What does not fit is named by the report, and what is kept in blocks comes later: nothing is made of it first.
      let fits = known[name] == entry.shape && !(keepsBlocks && canKeepBlocks(of: entry, as: name, in: model))
      let tensor = fits ? try weight(entry, name, options) : Tensor(zeros: []).expanded(to: entry.shape)
      tensors.append((name, tensor))
    }
    try checkTensorErrors()
    do { try model.load(tensors, from: file.path) } catch {
      throw ModelError(
        .weights, file: file.path, expected: "the weights that its metadata describes", found: "others", weights: error)
    }
    if keepsBlocks { try keepBlocks(in: model, options) }
    return model.eval()
  }

  private func weight(_ entry: StoredTensor, _ name: String, _ options: DecoderOptions) throws -> Tensor {
    let tensor = try file.tensor(named: entry.name, as: .float32)
    // The norms of Gemma's files have 1 added already.
    if options.norm == .rmsAroundOne, name.hasSuffix("norm.weight") { return tensor - 1 }
    return ordered(tensor, name, options)
  }

  /// The rows of a weight in the order that they have here: features that turn together stand side by side in files of
  /// Llama's kind, here half a head apart.
  func ordered(_ tensor: Tensor, _ name: String, _ options: DecoderOptions) -> Tensor {
    guard kind == .llama, name.contains(".q_proj.") || name.contains(".k_proj.") else { return tensor }
    let half = options.headDim / 2
    let heads = tensor.shape[0] / options.headDim
    let pairs = tensor.reshaped(to: Shape([heads, half, 2] + tensor.shape.dropFirst()))
    return pairs.transposed(1, 2).reshaped(to: tensor.shape).contiguous()
  }

  private static let names: [(String, String)] = [
    ("attn_norm", "input_layernorm"), ("attn_qkv", "self_attn.qkv_proj"), ("attn_q_norm", "self_attn.q_norm"),
    ("attn_k_norm", "self_attn.k_norm"), ("attn_q", "self_attn.q_proj"), ("attn_k", "self_attn.k_proj"),
    ("attn_v", "self_attn.v_proj"), ("attn_output", "self_attn.o_proj"), ("ffn_gate", "mlp.gate_proj"),
    ("ffn_up", "mlp.up_proj"), ("ffn_down", "mlp.down_proj"), ("post_attention_norm", "post_attention_layernorm"),
    ("post_ffw_norm", "post_feedforward_layernorm"),
  ]

  /// The module's name for a name of a file; nil for what is no weight.
  func name(_ stored: String) -> String? {
    let parts = stored.split(separator: ".").map(String.init)
    let end = parts.last ?? ""
    switch parts.first {
    case "token_embd": return "model.embed_tokens.\(end)"
    case "position_embd": return "model.embed_positions.\(end)"
    case "output_norm": return "model.norm.\(end)"
    case "output": return "lm_head.\(end)"
    case "rope_freqs": return nil
    case "blk" where parts.count == 4:
      if parts[2] == "ffn_norm" {
        let own = kind == .gemma2 || kind == .gemma3 ? "pre_feedforward_layernorm" : "post_attention_layernorm"
        return "model.layers.\(parts[1]).\(own).\(end)"
      }
      let known = Self.names.first { $0.0 == parts[2] }?.1
      return "model.layers.\(parts[1]).\(known ?? parts[2]).\(end)"
    default: return stored
    }
  }
}
