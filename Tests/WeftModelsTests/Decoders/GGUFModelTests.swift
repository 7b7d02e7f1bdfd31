import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// GGUF files of each kind give the same model as the folder with the same weights.
@Suite struct GGUFModelTests {
  private static let names: [(String, String)] = [
    ("self_attn.q_proj", "attn_q"), ("self_attn.k_proj", "attn_k"), ("self_attn.v_proj", "attn_v"),
    ("self_attn.o_proj", "attn_output"), ("self_attn.qkv_proj", "attn_qkv"), ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"), ("mlp.gate_proj", "ffn_gate"), ("mlp.up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"), ("input_layernorm", "attn_norm"),
  ]

  /// llama.cpp's name for one of ours.
  private static func name(_ name: String, _ kind: String) -> String {
    let norms =
      kind == "gemma2" || kind == "gemma3"
      ? [
        ("post_attention_layernorm", "post_attention_norm"), ("pre_feedforward_layernorm", "ffn_norm"),
        ("post_feedforward_layernorm", "post_ffw_norm"),
      ] : [("post_attention_layernorm", "ffn_norm")]
    let whole = [
      ("model.layers.", "blk."), ("model.embed_tokens", "token_embd"), ("model.embed_positions", "position_embd"),
      ("model.norm", "output_norm"), ("lm_head", "output"),
    ]
    return (whole + names + norms).reduce(name) { $0.replacingOccurrences(of: $1.0, with: $1.1) }
  }

  /// The features that turn together side by side, as files of Llama's kind have them.
  private static func together(_ weight: Tensor, headDim: Int) -> Tensor {
    let sizes = Shape([weight.shape[0] / headDim, 2, headDim / 2] + weight.shape.dropFirst())
    return weight.reshaped(to: sizes).transposed(1, 2).reshaped(to: weight.shape)
  }

  /// A file with a model's weights and sizes.
  static func file(
    _ model: CausalLanguageModel, _ kind: String, _ more: [(key: String, value: FileValue)] = []
  ) -> GGUFWriter {
    let options = model.options
    var file = GGUFWriter()
    func add(_ key: String, _ value: FileValue) { file.metadata.append(("\(kind).\(key)", value)) }
    file.metadata = [("general.architecture", .text(kind))]
    add("block_count", .integer(options.layerCount))
    add("context_length", .integer(options.maxPositions))
    add("embedding_length", .integer(options.width))
    add("feed_forward_length", .integer(options.hiddenWidth))
    add("attention.head_count", .integer(options.headCount))
    add("attention.head_count_kv", .integer(options.keyValueHeadCount))
    add("attention.key_length", .integer(options.headDim))
    let epsilon = kind == "gpt2" ? "attention.layer_norm_epsilon" : "attention.layer_norm_rms_epsilon"
    add(epsilon, .number(options.epsilon))
    if let rotary = options.rotary { add("rope.freq_base", .number(rotary.base)) }
    if let window = options.window { add("attention.sliding_window", .integer(window)) }
    for (key, value) in more { add(key, value) }
    for (name, tensor) in model.state() {
      var tensor = tensor
      if kind == "llama", name.contains("q_proj") || name.contains("k_proj") {
        tensor = together(tensor, headDim: options.headDim)
      }
      if kind.hasPrefix("gemma"), name.hasSuffix("norm.weight") { tensor = tensor + 1 }
      file.tensors.append((Self.name(name, kind), tensor))
    }
    return file
  }

  @Test(arguments: [
    ("llama", "llama"), ("llama biases", "llama"), ("mistral", "llama"), ("qwen2", "qwen2"), ("qwen3", "qwen3"),
    ("gemma", "gemma"), ("gpt2", "gpt2"),
  ]) func sameAsTheFolder(_ name: String, _ kind: String) throws {
    let model = try DecoderGolden.model(name)
    let folder = try TemporaryFolder()
    try Self.file(model, kind).write(to: folder("model.gguf"))
    let opened = try CausalLanguageModel.open(folder("model.gguf"))
    let tokens = Tensor([try #require(DecoderGolden.shared).tokens])
    #expect(noGrad { (opened(tokens) - model(tokens)).abs().max().item() } < 1e-6)
    #expect(opened.options.tiesEmbeddings == model.options.tiesEmbeddings)
  }

  /// Windows in every second layer, bounds of scores and logits.
  @Test func gemma2() throws {
    var settings = try DecoderGolden.configuration("gemma2")
    settings["query_pre_attn_scalar"] = 12
    let json = try JSONSerialization.data(withJSONObject: settings)
    let model = CausalLanguageModel(try DecoderOptions(ModelConfiguration(json: Array(json)))).eval()
    let folder = try TemporaryFolder()
    let caps: [(key: String, value: FileValue)] = [
      ("attn_logit_softcapping", .number(0.5)), ("final_logit_softcapping", .number(5)),
    ]
    try Self.file(model, "gemma2", caps).write(to: folder("model.gguf"))
    let opened = try CausalLanguageModel.open(folder("model.gguf"))
    let tokens = Tensor([try #require(DecoderGolden.shared).tokens])
    #expect(noGrad { (opened(tokens) - model(tokens)).abs().max().item() } < 1e-5)
    #expect(opened.options == model.options)
    try Self.file(model, "gemma2").write(to: folder("plain.gguf"))
    let plain = try CausalLanguageModel.open(folder("plain.gguf")).options
    #expect(plain.scoreCap == 50 && plain.logitCap == 30)
    try Self.file(model, "gemma2", [("attn_logit_softcapping", .number(0))]).write(to: folder("odd.gguf"))
    #expect(throws: ModelError.self) { try CausalLanguageModel.open(folder("odd.gguf")) }
  }

  @Test func gemma() throws {
    let changes: [String: Any] = ["query_pre_attn_scalar": 12, "sliding_window_pattern": 6, "num_hidden_layers": 3]
    var settings = try DecoderGolden.configuration("gemma3")
    for (key, value) in changes { settings[key] = value }
    settings["final_logit_softcapping"] = nil
    settings["layer_types"] = nil
    let json = try JSONSerialization.data(withJSONObject: settings)
    let model = CausalLanguageModel(try DecoderOptions(ModelConfiguration(json: Array(json)))).eval()
    let folder = try TemporaryFolder()
    try Self.file(model, "gemma3").write(to: folder("model.gguf"))
    let opened = try CausalLanguageModel.open(folder("model.gguf"))
    let tokens = Tensor([try #require(DecoderGolden.shared).tokens])
    #expect(noGrad { (opened(tokens) - model(tokens)).abs().max().item() } < 1e-5)
    #expect(opened.options.isWindowed == [true, true, true] && opened.options.window == 4)
  }

  /// What the metadata says of positions is what a folder says of them.
  @Test func rotaryScaling() throws {
    let folder = try TemporaryFolder()
    let tokens = Tensor([try #require(DecoderGolden.shared).tokens])
    let plain = try DecoderGolden.model("llama")
    func deviation(_ name: String, _ more: [(key: String, value: FileValue)], _ divisors: Tensor? = nil) throws
      -> Double
    {
      let model = try DecoderGolden.model(name)
      var file = Self.file(plain, "llama", more)
      if let divisors { file.tensors.append(("rope_freqs.weight", divisors)) }
      try file.write(to: folder("model.gguf"))
      let opened = try CausalLanguageModel.open(folder("model.gguf"))
      return noGrad { (opened(tokens) - model(tokens)).abs().max().item() }
    }
    let linear: [(key: String, value: FileValue)] = [
      ("rope.scaling.type", .text("linear")), ("rope.scaling.factor", .number(4)),
    ]
    #expect(try deviation("llama linear", linear) < 1e-6)
    let yarn: [(key: String, value: FileValue)] = [
      ("rope.scaling.type", .text("yarn")), ("rope.scaling.factor", .number(4)),
      ("rope.scaling.original_context_length", .integer(16)),
    ]
    #expect(try deviation("llama yarn", yarn) < 1e-6)
    // The divisors that llama.cpp's converter computes for the case: 1 for high frequencies, 8 for low ones.
    let original = 32.0
    let divisors = (0..<4).map { index -> Double in
      let wave = 2 * Double.pi * pow(10_000, Double(index) / 4)
      if wave < original / 4 { return 1 }
      if wave > original / 1 { return 8 }
      let share = (original / wave - 1) / 3
      return 1 / ((1 - share) / 8 + share)
    }
    #expect(try deviation("llama llama3", [], Tensor(divisors, dtype: .float32)) < 1e-6)
  }

  /// What opening says of a file, which gets a tokenizer where it has none.
  private func failure(_ file: GGUFWriter, _ folder: TemporaryFolder) throws -> String {
    var file = file
    let tokenizer: [(key: String, value: FileValue)] = [
      ("tokenizer.ggml.model", .text("gpt2")), ("tokenizer.ggml.tokens", .list(TinyGenerator.tokens.map { .text($0) })),
      ("tokenizer.ggml.merges", .list([])),
    ]
    file.metadata += tokenizer.filter { entry in !file.metadata.contains { $0.key == entry.key } }
    try file.write(to: folder("model.gguf"))
    do { _ = try TextGenerator(from: folder("model.gguf")) } catch { return "\(error)" }
    return "none"
  }

  @Test func whatDoesNotFitIsRefused() throws {
    let folder = try TemporaryFolder()
    let model = try DecoderGolden.model("llama")
    let good = Self.file(model, "llama", [])
    func changed(_ key: String, _ value: FileValue?) throws -> String {
      var file = good
      file.metadata.removeAll { $0.key == key }
      if let value { file.metadata.append((key, value)) }
      return try failure(file, folder)
    }
    let known = "one of llama, qwen2, qwen3, gemma, gemma2, gemma3, gpt2"
    #expect(try changed("general.architecture", .text("mamba")).contains(known))
    #expect(try changed("general.architecture", nil).contains("found nothing"))
    #expect(try changed("llama.block_count", .integer(1 << 40)).contains("llama.block_count"))
    #expect(try changed("llama.block_count", .integer(1000)).contains("missing (8982)"))
    #expect(try changed("llama.block_count", .text("two")).contains("a whole number from 1 to 1024"))
    #expect(try changed("llama.embedding_length", .integer(-4)).contains("llama.embedding_length"))
    #expect(try changed("llama.embedding_length", .integer(1 << 20)).contains("[model.weights]"))
    #expect(try changed("llama.attention.head_count", .integer(3)).contains("[model.bad-value]"))
    #expect(try changed("llama.attention.head_count", nil).contains("[model.missing]"))
    #expect(try changed("llama.attention.head_count_kv", .integer(3)).contains("divides 4 heads"))
    #expect(try changed("llama.attention.key_length", .integer(7)).contains("an even number of features"))
    #expect(try changed("llama.rope.freq_base", .number(-1)).contains("a number above 0"))
    #expect(try changed("llama.rope.freq_base", .number(.nan)).contains("a number above 0"))
    #expect(try changed("llama.rope.dimension_count", .integer(4)).contains("[model.unsupported]"))
    #expect(try changed("llama.rope.scaling.type", .text("spiral")).contains("one of none, linear, yarn"))
    #expect(try changed("tokenizer.ggml.tokens", .integer(3)).contains("a list of texts"))
    #expect(try changed("tokenizer.ggml.merges", .list([.integer(3)])).contains("values of one kind"))
    #expect(try changed("tokenizer.ggml.merges", .integer(3)).contains("a list"))
    #expect(try changed("tokenizer.chat_template", .text("{% if %}")).contains("[template."))
    var file = good
    file.tensors.removeAll { $0.name == "token_embd.weight" }
    #expect(try failure(file, folder).contains("token_embd.weight"))
    file = good
    file.tensors.append(("rope_freqs.weight", Tensor([1.0, 0, 1, 1])))
    #expect(try failure(file, folder).contains("numbers above 0"))
    file = good
    file.tensors.append(("blk.0.extra.weight", Tensor([1.0])))
    #expect(try failure(file, folder).contains("model.layers.0.extra.weight"))
    try Data("hello".utf8).write(to: URL(fileURLWithPath: folder("model.txt")))
    #expect(throws: DataFileError.self) { try TextGenerator(from: folder("model.txt")) }
    #expect(throws: DataFileError.self) { try TextGenerator(from: folder("nowhere")) }
  }

  /// Bytes changed at random give an error or a model that answers, never anything else.
  @Test func changedBytes() throws {
    let folder = try TemporaryFolder()
    var file = Self.file(try DecoderGolden.model("llama"), "llama", [("rope.scaling.type", .text("none"))])
    file.metadata += [
      ("tokenizer.ggml.model", .text("gpt2")), ("tokenizer.ggml.pre", .text("gpt-2")),
      ("tokenizer.ggml.tokens", .list(TinyGenerator.tokens.map { .text($0) })),
      ("tokenizer.ggml.token_type", .list(TinyGenerator.tokens.map { .integer($0 == "<e>" ? 3 : 1) })),
      ("tokenizer.ggml.merges", .list([])), ("tokenizer.ggml.eos_token_id", .integer(0)),
      ("tokenizer.chat_template", .text("{% for message in messages %}{{ message.content }}{% endfor %}")),
    ]
    let (good, head) = (file.bytes, try #require(file.headerCount))
    var generator = RandomGenerator(seed: 5)
    var opened = 0
    for _ in 0..<150 {
      var bytes = good
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        bytes[Int.random(in: 0..<head, using: &generator)] ^= UInt8(1) << UInt8.random(in: 0..<8, using: &generator)
      }
      try Data(bytes).write(to: URL(fileURLWithPath: folder("model.gguf")))
      guard let model = try? TextGenerator(from: folder("model.gguf")) else { continue }
      opened += 1
      _ = try? TinyGenerator.run(model, [1, 2, 3], GenerationSettings(maxTokens: 2))
    }
    #expect(opened > 0)
  }

  /// A file cut anywhere is an error, and never more.
  @Test func aCutFile() throws {
    let folder = try TemporaryFolder()
    let model = try DecoderGolden.model("llama")
    let bytes = Self.file(model, "llama").bytes
    for count in stride(from: 0, to: bytes.count, by: 997) {
      try Data(bytes[..<count]).write(to: URL(fileURLWithPath: folder("model.gguf")))
      #expect(throws: (any Error).self) { try CausalLanguageModel.open(folder("model.gguf")) }
    }
  }
}
