import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// Cross-encoders in the ways that sentence-transformers writes them (`Goldens/make_rerankers.py`).
@Suite struct RerankerFolderTests {
  struct Golden: Decodable {
    let query: String
    let documents: [String]
    let variants: [Variant]

    struct Variant: Decodable {
      let name, config: String
      let shapes: [String: [Int]]
      let files: [String: String]
      let scores: [Double]
    }
  }

  static let names = [
    "pairs", "pairs behind a prompt", "messages", "messages behind a prompt", "messages in parts", "yes or no", "yes",
    "gemma's yes", "gemma 2's yes or no", "gemma's class", "gemma 2's class", "yes or no to pairs",
  ]

  static func golden() throws -> Golden {
    try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: URL(fileURLWithPath: DecoderGolden.path + "/rerankers.json")))
  }

  /// A variant's folder.
  static func folder(_ name: String) throws -> TemporaryFolder {
    let variant = try #require(try golden().variants.first { $0.name == name })
    let folder = try TemporaryFolder()
    let shapes = variant.shapes.sorted { $0.key < $1.key }
    let tensors = shapes.map { ($0.key, DecoderGolden.weights($0.key, Shape($0.value))) }
    try SafeTensors(tensors).write(to: folder("model.safetensors"))
    try FileManager.default.copyItem(atPath: ModelFiles.path("bert/tokenizer.json"), toPath: folder("tokenizer.json"))
    for (path, text) in variant.files.merging(["config.json": variant.config], uniquingKeysWith: { $1 }) {
      let file = URL(fileURLWithPath: folder(path))
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return folder
  }

  @Test func everyVariantIsTested() throws {
    #expect(try Self.golden().variants.map(\.name) == Self.names)
  }

  /// The third document is longer than the model: what a template ends with is there all the same.
  @Test(arguments: names) func scoresAreThoseOfSentenceTransformers(_ name: String) throws {
    let golden = try Self.golden()
    let expected = try #require(golden.variants.first { $0.name == name }).scores
    let folder = try Self.folder(name)
    let reranker = try Reranker(from: folder.path)
    let scores = try reranker.scores(query: golden.query, documents: golden.documents)
    #expect(deviation(Tensor(scores), expected) < 1e-5)
    for (document, score) in zip(golden.documents, expected) {
      let alone = try reranker.scores(query: golden.query, documents: [document])
      #expect(deviation(Tensor(alone), [score]) < 1e-5)
    }
    #expect(throws: ModelError.self) { try reranker.scores(queries: ["a", "b"], documents: ["c"]) }
  }

  /// What is written is opened again as what it was, with the function that was asked for.
  @Test(arguments: names) func itIsWrittenAsItWas(_ name: String) throws {
    let golden = try Self.golden()
    let folder = try Self.folder(name)
    let reranker = try Reranker(from: folder.path)
    let expected = try reranker.scores(query: golden.query, documents: golden.documents)
    try reranker.save(to: folder("again"))
    let again = try Reranker(from: folder("again"))
    #expect(try again.scores(query: golden.query, documents: golden.documents) == expected)
    try reranker.save(to: folder("probabilities"), activation: .sigmoid)
    try reranker.save(to: folder("logits"), activation: .identity)
    let probabilities = try Reranker(from: folder("probabilities"))
    let logits = try Reranker(from: folder("logits")).scores(query: golden.query, documents: golden.documents)
    let wanted = Tensor(logits).sigmoid().scalars(as: Double.self)
    let found = try probabilities.scores(query: golden.query, documents: golden.documents)
    #expect(deviation(Tensor(found), wanted) < 1e-6)
  }

  /// The score learns, the table of tokens and all.
  @Test(arguments: ["messages", "yes or no", "gemma 2's yes or no"]) func itLearns(_ name: String) throws {
    let folder = try Self.folder(name)
    let model = try withExtendedLifetime(folder) { try Reranker(from: folder.path).model }
    let tokens = Tensor([[2, 5, 7, 3]])
    let before = model(tokens).item(as: Double.self)
    model(tokens).sum().backward()
    for (name, parameter) in model.namedParameters() {
      #expect(try #require(parameter.grad, "\(name)").abs().max().item() > 0, "\(name)")
      parameter.value = parameter.value + (try #require(parameter.grad)) * 1e-3
    }
    #expect(model(tokens).item(as: Double.self) > before)
  }

  /// A template of users and assistants alone shows neither text: such pairs are two parts of a text, unless the files say
  /// that they are messages.
  @Test func aTemplateThatDoesNotShowThePair() throws {
    let golden = try Self.golden()
    let folder = try Self.folder("pairs")
    let expected = try Reranker(from: folder.path).scores(query: golden.query, documents: golden.documents)
    let template = "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}"
    try Data(template.utf8).write(to: URL(fileURLWithPath: folder("chat_template.jinja")))
    #expect(try Reranker(from: folder.path).scores(query: golden.query, documents: golden.documents) == expected)
    let told = try Self.folder("messages behind a prompt")
    try Data(template.utf8).write(to: URL(fileURLWithPath: told("chat_template.jinja")))
    let error = #expect(throws: ModelError.self) { try Reranker(from: told.path) }
    #expect(error?.path == "chat_template")
  }

  /// Tokens beyond the vocabulary, steps that nobody knows and functions of others are refused by name.
  @Test func whatCannotBe() throws {
    func error(_ file: String, _ text: String) throws -> ModelError? {
      let folder = try Self.folder("yes or no")
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder(file)))
      return #expect(throws: ModelError.self) { try Reranker(from: folder.path) }
    }
    #expect(try error("1_LogitScore/config.json", #"{"true_token_id": 48}"#)?.path == "vocab_size")
    #expect(try error("1_LogitScore/config.json", #"{"true_token_id": -1}"#)?.path == "true_token_id")
    #expect(try error("1_LogitScore/config.json", "{}")?.code == .missing)
    let function = #"{"model_type": "CrossEncoder", "activation_fn": "torch.nn.modules.activation.Tanh"}"#
    #expect(try error("config_sentence_transformers.json", function)?.path == "activation_fn")
    let steps = #"[{"type": "a.Transformer", "path": ""}, {"type": "b.LogitScore", "path": "1_LogitScore"}, "#
    #expect(try error("modules.json", steps + #"{"type": "c.Odd", "path": "2_Odd"}]"#)?.found.contains("c.Odd") == true)
  }

  /// What was an embedder is a reranker then, and nothing else.
  @Test func aRerankerOfAnEmbedderLeavesItsSteps() throws {
    let copy = try ModelFiles.copy(of: "bert")
    let steps = #"[{"type": "a.Transformer", "path": ""}, {"type": "a.Dense", "path": "2_Dense"}]"#
    try copy.write(steps, to: "modules.json")
    let prompts = #"{"prompts": {"query": "query: "}, "default_prompt_name": "query"}"#
    try copy.write(prompts, to: "config_sentence_transformers.json")
    let folder = try TemporaryFolder()
    try Reranker(newFrom: copy.path).save(to: folder("written"))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder("written"))
    #expect(names.sorted() == ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"])
    #expect(try Reranker(from: folder("written")).scores(query: "a cat", documents: ["runs"]).count == 1)
  }
}
