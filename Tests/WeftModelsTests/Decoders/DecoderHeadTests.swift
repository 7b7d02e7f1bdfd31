import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// Heads on decoders, and Gemma 3 reading both ways, against transformers (Goldens/make_decoder_heads.py).
@Suite struct DecoderHeadTests {
  struct Golden: Decodable {
    let tokens, mask: [[Int]]
    let cases: [String: Case]

    struct Case: Decodable {
      let shapes: [String: [Int]]
      let result: [Double]
      let gradients: [String: [Double]]
    }
  }

  static let path = DecoderGolden.path + "/decoder_heads.json"
  static let golden = Result {
    try JSONDecoder().decode(Golden.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  static let tasks: [String: EncoderTask] = [
    "SequenceClassification": .sequenceClassification, "TokenClassification": .tokenClassification,
    "QuestionAnswering": .questionAnswering,
  ]
  static let names =
    ["llama", "mistral", "qwen2", "qwen3", "gpt2"].flatMap { family in tasks.keys.sorted().map { "\(family) \($0)" } }
    + ["gemma", "gemma2"].flatMap { ["\($0) SequenceClassification", "\($0) TokenClassification"] }
    + ["gemma3 SequenceClassification"]

  /// A folder with a case's model.
  static func folder(_ name: String, changing: [String: Any?] = [:]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let root = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
    let cases = try #require(root?["cases"] as? [String: [String: Any]])
    var settings = try #require(cases[name]?["config"] as? [String: Any])
    for (key, value) in changing { settings[key] = value }
    let json = try JSONSerialization.data(withJSONObject: settings)
    try json.write(to: URL(fileURLWithPath: folder("config.json")))
    let shapes = try #require(try golden.get().cases[name]).shapes.sorted { $0.key < $1.key }
    let tensors = shapes.map { ($0.key, DecoderGolden.weights($0.key, Shape($0.value))) }
    try SafeTensors(tensors).write(to: folder("model.safetensors"))
    return folder
  }

  /// The largest of the results' and the gradients' differences from what is expected.
  private func check(_ name: String, _ model: Module, _ prefix: String, _ run: (Tensor, Tensor) -> Tensor) throws {
    let golden = try Self.golden.get()
    let expected = try #require(golden.cases[name])
    let mask = Tensor(golden.mask)
    var result = run(Tensor(golden.tokens), mask)
    if result.rank == 3 { result = result * mask.unsqueezed(2).converted(to: .float32) }
    // Over the largest number where that is above 1: Gemma's states are of the order of 10.
    let largest = expected.result.reduce(1.0) { max($0, abs($1)) }
    #expect(deviation(result, expected.result) < 1e-5 * largest)
    (result * DecoderGolden.weights("factors", result.shape)).sum().backward()
    var compared = 0
    let adapted = try #require(model as? any AdaptableModel)
    for (own, parameter) in model.namedParameters() {
      let stored = adapted.referenceName(ofModule: own)
      let numbers = try #require(
        expected.gradients[stored] ?? expected.gradients[stored.replacing("model.", with: prefix)], "\(stored)")
      let gradient = try #require(parameter.grad, "\(own)")
      let isTurned = adapted.keepsTransposedWeights && own.hasSuffix("_proj.weight")
      let first = (isTurned ? gradient.transposed() : gradient).flattened().sliced(axis: 0, to: 3)
      #expect(abs(gradient.norm().item(as: Double.self) - numbers[0]) < 1e-5 * max(1, numbers[0]), "\(own)")
      #expect(deviation(first, Array(numbers.dropFirst())) < 1e-5 * max(1, numbers[0]), "\(own)")
      compared += 1
    }
    #expect(compared == expected.gradients.count)
  }

  @Test(arguments: names) func logitsAndGradients(_ name: String) throws {
    let folder = try Self.folder(name)
    let task = try #require(Self.tasks[String(name.split(separator: " ")[1])])
    let model = try withExtendedLifetime(folder) { try ModelFolder(folder.path).encoderModel(for: task) }
    try check(name, model, "transformer.") { model($0, attentionMask: $1) }
  }

  @Test func gemmaReadsBothWays() throws {
    let folder = try Self.folder("gemma3 both ways")
    let encoder = try withExtendedLifetime(folder) { try ModelFolder(folder.path).textEncoder() }
    try check("gemma3 both ways", encoder, "") { encoder($0, attentionMask: $1) }
    // What comes after a position matters to it.
    let tokens = try Self.golden.get().tokens[0]
    let states = noGrad { (encoder(Tensor([tokens])), encoder(Tensor([tokens.dropLast() + [9]]))) }
    #expect((states.0[0, 0] - states.1[0, 0]).abs().max().item() > 1e-4)
  }

  /// A model that reads both ways does not write, from a folder or made by hand.
  @Test func whatReadsBothWaysDoesNotWrite() throws {
    let folder = try Self.folder("gemma3 both ways")
    let error = #expect(throws: ModelError.self) { try CausalLanguageModel.open(folder.path) }
    #expect(error?.code == .unsupported && error?.path == "use_bidirectional_attention")
    var options = DecoderOptions(vocabularySize: 8, width: 8, hiddenWidth: 8, layerCount: 1, headCount: 2)
    options.isCausal = false
    let model = CausalLanguageModel(options)
    #expect(throws: TensorError.self) {
      try withTensorErrors { model.logits(continuing: [(SequenceCache(options), [1, 2])]) }
    }
  }

  /// Without a token for padding the mask alone says where a text ends.
  @Test(arguments: ["llama", "gpt2"]) func withoutAPaddingTokenTheMaskSaysWhereATextEnds(_ family: String) throws {
    let folder = try Self.folder(family + " SequenceClassification", changing: ["pad_token_id": nil as Int?])
    let model = try withExtendedLifetime(folder) {
      try ModelFolder(folder.path).encoderModel(for: .sequenceClassification)
    }
    let golden = try Self.golden.get()
    let all = noGrad { model(Tensor(golden.tokens), attentionMask: Tensor(golden.mask)) }
    for (row, mask) in golden.mask.enumerated() {
      let own = Array(golden.tokens[row].prefix(mask.reduce(0, +)))
      let alone = noGrad { model(Tensor([own])) }
      #expect((all[row] - alone[0]).abs().max().item() < 1e-5)
    }
  }

  /// A text of nothing but padding has the first state's classes, as in transformers.
  @Test func aTextOfPaddingIsReadAtItsFirstToken() throws {
    let folder = try Self.folder("qwen2 SequenceClassification")
    let model = try withExtendedLifetime(folder) {
      try ModelFolder(folder.path).encoderModel(for: .sequenceClassification)
    }
    let (one, three) = noGrad { (model(Tensor([[3]])), model(Tensor([[3, 3, 3]]))) }
    #expect((one - three).abs().max().item() < 1e-6)
  }

  @Test func noneFillsIn() throws {
    let folder = try Self.folder("qwen3 SequenceClassification")
    let error = #expect(throws: ModelError.self) {
      try ModelFolder(folder.path).encoderModel(for: .maskedLanguageModel)
    }
    #expect(error?.code == .unsupported)
  }

  /// What is written is what transformers reads: its names, and GPT-2's maps the way they lie there.
  @Test(arguments: ["llama", "gpt2"]) func aRerankerIsWrittenAsItsFamilyIs(_ family: String) throws {
    let name = family + " SequenceClassification"
    let folder = try Self.folder(name, changing: ["num_labels": 1])
    let score = DecoderGolden.weights("score.weight", [1, 32])
    let others = try TensorFile(folder.path).tensors().filter { $0.name != "score.weight" }
    try SafeTensors(others + [("score.weight", score)]).write(to: folder("model.safetensors"))
    try FileManager.default.copyItem(atPath: ModelFiles.path("bert/tokenizer.json"), toPath: folder("tokenizer.json"))
    let reranker = try Reranker(from: folder.path)
    try reranker.save(to: folder("written"))
    let (before, after) = (try TensorFile(folder.path), try TensorFile(folder("written")))
    #expect(Set(before.entries.map(\.name)) == Set(after.entries.map(\.name)))
    for (name, tensor) in try before.tensors() {
      #expect(try after.tensor(named: name).elementsEqual(tensor), "\(name)")
    }
    let documents = ["the cat eats food", "a man runs in the house"]
    let scores = try reranker.scores(query: "who eats", documents: documents)
    #expect(try Reranker(from: folder("written")).scores(query: "who eats", documents: documents) == scores)
    #expect(scores[0] != scores[1])
  }
}
