import Foundation
import TestSupport
import Testing
import WeftIO
import WeftModels
import WeftNN
import WeftServe
import WeftTensor

/// Models of folders, served: what clients are told is what the library says.
@Suite struct ModelEngineTests {
  private static let bert = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("WeftModelsTests/Goldens/encoders/bert").path

  /// Some tokenizers say that their model is not to be told which part of a pair a token is of.
  @Test(arguments: [true, false]) func pairsAreReadAsTheLibraryReadsThem(givesTypes: Bool) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.bert, toPath: folder("bert"))
    if !givesTypes {
      let path = folder("bert/tokenizer_config.json")
      let settings = try String(contentsOfFile: path, encoding: .utf8)
      let changed = settings.replacingOccurrences(of: "\"token_type_ids\"", with: "\"attention_mask\"")
      #expect(changed != settings)
      try changed.write(toFile: path, atomically: true, encoding: .utf8)
    }
    let classifier = try TextClassifier(from: folder("bert"))
    let engine = ClassifierEngine(classifier)
    let (texts, others) = (["a b", "c"], ["d", "e f a"])
    let pairs = try zip(texts, others).map { try engine.tokenize($0, pair: $1, truncates: false) }
    let served = try engine.logits(of: pairs)
    let expected = try classifier.logits(texts, pairs: others).scalars(as: Float.self)
    #expect(served.count == 2 && served.flatMap { $0 }.count == expected.count)
    for (mine, right) in zip(served.flatMap { $0 }, expected) { #expect(abs(mine - right) < 1e-5) }
  }

  /// Which class wrote the settings says it where they do not: the one of no model gives no types since transformers 5.
  @Test(arguments: [("TokenizersBackend", false), ("PreTrainedTokenizerFast", true), ("BertTokenizer", true)])
  func typesAreGivenAsTheClassGivesThem(_ name: String, _ givesTypes: Bool) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.bert, toPath: folder("bert"))
    let settings = #"{"tokenizer_class": "\#(name)", "model_max_length": 20}"#
    try settings.write(toFile: folder("bert/tokenizer_config.json"), atomically: true, encoding: .utf8)
    let pair = try ClassifierEngine(TextClassifier(from: folder("bert"))).tokenize("a b", pair: "c", truncates: false)
    #expect(pair.types.contains(1) == givesTypes)
  }

  /// A head that no route asks makes no embedder.
  @Test func modelsOfOtherTasksAreNotServed() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.bert, toPath: folder("bert"))
    let path = folder("bert/config.json")
    let settings = try String(contentsOfFile: path, encoding: .utf8)
    let start = try #require(settings.range(of: "{")).upperBound
    for kind in ["BertForTokenClassification", "BertForQuestionAnswering"] {
      let changed = settings[..<start] + "\"architectures\": [\"\(kind)\"]," + settings[start...]
      try String(changed).write(toFile: path, atomically: true, encoding: .utf8)
      #expect(throws: ModelError.self) { try ServedModel.open(folder("bert")) }
      #expect(throws: ModelError.self) { try TextClassifier(from: folder("bert")) }
    }
  }

  /// Cross-encoders have steps of sentence-transformers as embedders do, since its version 5.
  @Test(arguments: [("CrossEncoder", 3, true), ("CrossEncoder", 1, false), ("SentenceTransformer", 3, false)])
  func stepsAreNotEmbeddersAlone(_ kind: String, _ labels: Int, _ isClassifier: Bool) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.bert, toPath: folder("bert"))
    let path = folder("bert/config.json")
    let read = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    var settings = try #require(read as? [String: Any])
    settings["architectures"] = ["BertForSequenceClassification"]
    if labels == 1 {
      (settings["id2label"], settings["label2id"]) = (["0": "LABEL_0"], ["LABEL_0": 0])
      let tensors = try TensorFile(folder("bert")).tensors().map { name, tensor in
        (name, name.hasPrefix("classifier.") ? tensor[0..<1] : tensor)
      }
      try SafeTensors(tensors).write(to: folder("bert/model.safetensors"))
    }
    try JSONSerialization.data(withJSONObject: settings).write(to: URL(fileURLWithPath: path))
    try #"[{"type": "a.Transformer", "path": ""}]"#.write(
      toFile: folder("bert/modules.json"), atomically: true, encoding: .utf8)
    try #"{"model_type": "\#(kind)"}"#.write(
      toFile: folder("bert/config_sentence_transformers.json"), atomically: true, encoding: .utf8)
    let model = try ServedModel.open(folder("bert"))
    #expect((model.classification != nil) == isClassifier)
    #expect((model.reranking != nil) == (labels == 1))
    #expect((model.embedding != nil) == (kind != "CrossEncoder"))
  }

  /// One model with an adapter and without, asked in turns: each answers as it does by itself.
  @Test func adaptersAreModelsOfTheirOwn() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.bert, toPath: folder("bert"))
    let path = folder("bert/config.json")
    let settings = try String(contentsOfFile: path, encoding: .utf8)
    let start = try #require(settings.range(of: "{")).upperBound
    let kind = #""architectures": ["BertForSequenceClassification"],"#
    try (settings[..<start] + kind + settings[start...]).write(toFile: path, atomically: true, encoding: .utf8)
    let adapter = URL(fileURLWithPath: Self.bert).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("adapters/bert").path
    let models = try ServedModel.open(folder("bert"), adapters: [("a.b/legal", adapter), ("other", adapter)])
    #expect(models.map(\.name) == ["bert", "a.b/legal", "other"] && models.map(\.parent) == [nil, "bert", "bert"])
    try await ServerTest.run(models) { (server) async throws in
      func scores(_ model: String) async throws -> String {
        let body = #"{"model": "\#(model)", "inputs": "The cat eats food."}"#
        let answer = try await server.post("/predict", body).json
        guard case .list(let classes) = answer else { throw Unexpected() }
        return classes.map { entry in
          guard case .number(let score)? = entry["score"] else { return "" }
          return String(format: "%.4f", score)
        }.joined(separator: " ")
      }
      // As transformers and PEFT have it, the likeliest first.
      for _ in 0..<2 {
        #expect(try await scores("bert") == "0.5799 0.2262 0.1939")
        #expect(try await scores("a.b/legal") == "0.6547 0.2073 0.1380")
        #expect(try await scores("other") == "0.6547 0.2073 0.1380")
      }
      let listed = try await server.get("/v1/models").json["data"]
      guard case .list(let models)? = listed else { throw Unexpected() }
      #expect(models.map { $0["parent"] } == [nil, "bert", "bert"])
    }
    #expect(throws: (any Error).self) { try ServedModel.open(folder("bert"), adapters: [("x", folder("nothing"))]) }
  }

  /// Texts behind different prompts, in one batch: each is what the library makes of it, also where the prompt's tokens are
  /// left out of the mean.
  @Test func textsAreReadBehindThePromptThatIsNamed() async throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: Self.bert, toPath: folder("bert"))
    func write(_ text: String, _ name: String) throws {
      try text.write(toFile: folder("bert/\(name)"), atomically: true, encoding: .utf8)
    }
    try write(#"[{"type": "Transformer", "path": ""}, {"type": "Pooling", "path": ""}]"#, "modules.json")
    try write(
      #"{"prompts": {"query": "the cat", "doc": "a"}, "default_prompt_name": "doc", "truncate_dim": 6}"#,
      "config_sentence_transformers.json")
    let path = folder("bert/config.json")
    let settings = try String(contentsOfFile: path, encoding: .utf8)
    let start = try #require(settings.range(of: "{")).upperBound
    let pooling = #""word_embedding_dimension": 16, "pooling_mode_mean_tokens": true, "include_prompt": false,"#
    try write(settings[..<start] + pooling + settings[start...], "config.json")
    let embedder = try TextEmbedder(from: folder("bert"))
    let engine = EmbedderEngine(embedder)
    #expect(engine.prompts == ["doc", "query"] && engine.dimension == 6)
    let named: [String?] = ["query", nil, "doc", "query"]
    let texts = try named.map { try engine.text("eats food", cut: .end, prompt: $0) }
    #expect(Set(texts.map(\.promptLength)).count == 2 && !texts.map(\.promptLength).contains(0))
    for (name, vector) in zip(named, try engine.embed(texts)) {
      let right = try embedder.embed("eats food", prompt: name.map { .named($0) } ?? .standard)
      for (mine, wanted) in zip(vector, right.scalars(as: Float.self)) { #expect(abs(mine - wanted) < 1e-6) }
    }
    try await ServerTest.run([ServedModel("a", embedding: engine)]) { (server) async throws in
      func vector(_ prompt: String) async throws -> String {
        try await server.post("/embed", #"{"inputs": "eats food"\#(prompt)}"#).text
      }
      #expect(try await vector("") == vector(#", "prompt_name": "doc""#))
      func tokens(_ fields: String) async throws -> String { try await server.post("/tokenize", "{\(fields)}").text }
      #expect(
        try await tokens(#""inputs": "eats food", "prompt_name": "query""#)
          == tokens(#""inputs": "the cateats food""#))
      #expect(try await vector("") != vector(#", "prompt_name": "query""#))
      #expect(try await vector(#", "prompt_name": "x""#).contains(#"expected one of \"doc\", \"query\", got \"x\""#))
      let other = try await server.post("/v1/embeddings", #"{"input": "eats food", "prompt_name": "query"}"#)
      #expect(other.status == 200)
      for (path, inputs) in [
        ("/embed", "\"inputs\": [1, 2]"), ("/embed", "\"inputs\": [\"a\", [1]]"),
        ("/v1/embeddings", "\"input\": [[1]]"),
      ] {
        let tokens = try await server.post(path, "{\(inputs), \"prompt_name\": \"query\"}")
        #expect(tokens.status == 422 && tokens.text.contains("`prompt_name`: expected nothing: tokens are taken"))
      }
    }
  }

  /// Codes change numbers a little; blocks are a GGUF file's alone.
  @Test func weightsAreServedInCodes() throws {
    func vectors(_ scheme: QuantizationScheme?) throws -> [Float] {
      let engine = try #require(try ServedModel.open(Self.bert, quantization: scheme).embedding)
      return try engine.embed(tokens: [engine.sequence(of: "The cat eats food.", cut: .end)])[0]
    }
    let (plain, coded) = (try vectors(nil), try vectors(.int8Weights))
    let most = zip(plain, coded).map { abs($0 - $1) }.max() ?? 0
    #expect(most > 0 && most < 0.05, "\(most)")
    #expect(throws: ModelError.self) { try ServedModel.open(Self.bert, keepsBlocks: true) }
  }

  @Test func tokensThatTheModelDoesNotHaveAreTheClientsFault() throws {
    let engine = ClassifierEngine(try TextClassifier(from: Self.bert))
    #expect(throws: RequestRefusal.self) { try engine.logits(of: [TokenizedPair(ids: [1, 4000], types: [])]) }
  }
}
