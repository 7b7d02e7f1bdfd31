import Foundation
import TestSupport
import Testing
import Weft
import WeftModels
import WeftTune

/// A step of training against the losses of sentence-transformers (`Goldens/make_tuning.py`), and models that learned.
@Suite struct TuningTests {
  /// As for the encoders' gradients: sums of float32 products in another order.
  static let tolerance = 2e-5
  static let room = TunedFiles.goldens.path

  private static func pairs(_ name: String) throws -> TextPairs {
    let all = try TextPairs(contentsOf: room + "/pairs.jsonl")
    if name == "negatives" { return all }
    return try TextPairs(first: all.first, second: all.second, scores: all.scores)
  }

  private static func check(_ model: Module, _ loss: Double, _ name: String) throws {
    let losses = try JSONDecoder().decode(
      [String: Double].self, from: Data(contentsOf: URL(fileURLWithPath: room + "/losses.json")))
    #expect(abs(loss - (try #require(losses[name]))) < 1e-5, "\(name): the loss is \(loss)")
    let file = try TensorFile(room + "/gradients.safetensors")
    let wanted = file.entries.map(\.name).filter { $0.hasPrefix(name + ".") }
    #expect(wanted.count > 10)
    for entry in wanted {
      let parameter = try #require(model.parameter(named: String(entry.dropFirst(name.count + 1))), "\(entry)")
      let gradient = try file.tensor(named: entry)
      let deviation = (try #require(parameter.grad) - gradient).abs().max().item(as: Double.self)
      #expect(deviation < Self.tolerance * max(1, gradient.abs().max().item()), "\(entry) differs by \(deviation)")
    }
  }

  /// Has the trainer take the one step that all pairs are, with a rate of zero.
  @Test(arguments: ["contrastive", "negatives", "cosine"])
  func stepsOfEmbeddersAreThoseOfSentenceTransformers(_ name: String) throws {
    let copy = try TunedFiles.copy()
    try copy.write(
      #"[{"type": "x.Transformer", "path": ""}, {"type": "x.Pooling", "path": "1_Pooling"}, {"type": "x.Normalize"}]"#,
      to: "modules.json")
    try copy.write(#"{"pooling_mode_mean_tokens": true}"#, to: "1_Pooling/config.json")
    let embedder = try TextEmbedder(from: copy.path)
    let losses: [String: EmbeddingLoss] = [
      "contrastive": .contrastive(), "negatives": .contrastive(scale: 7), "cosine": .cosine,
    ]
    let trainer = Trainer(
      tuning: embedder, SGD(embedder.model.parameters(), learningRate: 0), loss: try #require(losses[name]))
    let loader = DataLoader(embedder.dataset(of: try Self.pairs(name)), batchSize: 4)
    let history = try trainer.fit(loader, epochs: 1)
    try Self.check(embedder.model.encoder, try #require(history.first).train.loss, name)
    #expect(history.first?.train.sampleCount == 4)
    #expect((history.first?["accuracy"] != nil) == (name != "cosine"))
  }

  /// The last batch may be a single pair, which has nobody to be told from.
  @Test func aBatchMayBeOnePair() throws {
    let embedder = try TextEmbedder(from: TunedFiles.encoder)
    let trainer = Trainer(tuning: embedder, SGD(embedder.model.parameters(), learningRate: 0))
    let loader = DataLoader(embedder.dataset(of: try Self.pairs("contrastive")), batchSize: 3)
    let history = try trainer.fit(loader, epochs: 1)
    #expect(history.first?.train.sampleCount == 4)
  }

  /// - Parameter copy: A folder that becomes the reranker's.
  private static func reranker(in copy: FolderCopy) throws -> Reranker {
    try copy.set(["id2label": ["0": "LABEL_0"], "label2id": ["LABEL_0": 0]])
    let tensors = try TensorFile(copy.path).tensors().map { name, tensor in
      (name: name, tensor: name.hasPrefix("classifier.") ? tensor.sliced(axis: 0, to: 1).contiguous() : tensor.cloned())
    }
    try TensorFile.write(tensors, to: copy.path + "/model.safetensors")
    return try Reranker(from: copy.path)
  }

  @Test(arguments: [("binary", RerankerLoss.binary), ("regression", .regression)])
  func stepsOfRerankersAreThoseOfSentenceTransformers(_ name: String, _ loss: RerankerLoss) throws {
    let copy = try TunedFiles.copy()
    defer { withExtendedLifetime(copy) {} }
    let reranker = try Self.reranker(in: copy)
    let trainer = Trainer(tuning: reranker, SGD(reranker.model.parameters(), learningRate: 0), loss: loss)
    let history = try trainer.fit(
      DataLoader(reranker.dataset(of: try Self.pairs(name)), batchSize: 4), epochs: 1)
    try Self.check(reranker.model, try #require(history.first).train.loss, name)
  }

  /// An encoder learns by an adapter, is merged, written and opened again.
  @Test func embeddersLearnAndAreOpenedAgain() throws {
    let room = try TemporaryFolder()
    let embedder = try TextEmbedder(from: TunedFiles.encoder)
    let pairs = try Self.pairs("negatives")
    let before = try embedder.embed(pairs.first)
    let adapters = try Random.withSeed(4) {
      try Adapters(embedder.model.encoder, LoRA(rank: 4, alpha: 8, targets: ["query", "value", "dense"]))
    }
    let trainer = Trainer(tuning: embedder, AdamW(adapters.parameters, learningRate: 0.01))
    let history = try trainer.fit(DataLoader(embedder.dataset(of: pairs), batchSize: 4), epochs: 20)
    #expect(try #require(history.last).train.loss < 0.7 * (try #require(history.first).train.loss))
    #expect(try adapters.disabled { try embedder.embed(pairs.first) }.elementsEqual(before))
    #expect(throws: ModelError.self) { try embedder.save(to: room("tuned")) }
    try adapters.save(to: room("adapter"))
    // Its own folder is replaced, nobody else's.
    try adapters.save(to: room("adapter"))
    #expect(throws: FileWriteError.self) { try adapters.save(to: room("")) }
    embedder.model.eval()
    let learned = try embedder.embed(pairs.first)
    try adapters.mergeAndRemove()
    try embedder.save(to: room("tuned"))
    let again = try TextEmbedder(from: room("tuned"))
    #expect(try again.embed(pairs.first).elementsEqual(embedder.embed(pairs.first)))
    #expect(try (again.embed(pairs.first) - learned).abs().max().item() < 1e-4)
    let other = try TextEmbedder(from: TunedFiles.encoder)
    _ = try Adapters(other.model.encoder, from: room("adapter"))
    #expect(try other.embed(pairs.first).elementsEqual(learned))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: room("tuned")).sorted() == [
        "1_Pooling", "config.json", "model.safetensors", "modules.json", "tokenizer.json", "tokenizer_config.json",
      ])
  }

  /// A folder may list its steps and none that pools: what the caller said of it is not lost.
  @Test func poolingIsWrittenWhereNoStepNamesIt() throws {
    let room = try TemporaryFolder()
    let copy = try TunedFiles.copy()
    try copy.write(#"[{"type": "x.Transformer", "path": ""}, {"type": "x.Normalize"}]"#, to: "modules.json")
    let embedder = try TextEmbedder(from: copy.path, pooling: Pooling([.first]))
    try embedder.save(to: room("saved"))
    let again = try TextEmbedder(from: room("saved"))
    #expect(again.model.pooling.modes == [.first] && again.model.isNormalized)
    #expect(try again.embed(["a cat"]).elementsEqual(embedder.embed(["a cat"])))
  }

  /// Names come from files: what is in them stays what it is, and classes may stand there without their modules.
  @Test func namesOfStepsAreWrittenAsTheyAre() throws {
    let room = try TemporaryFolder()
    let copy = try TunedFiles.copy()
    try copy.write(
      #"[{"type": "Transformer", "path": ""}, {"type": "a\"b\\c.Normalize", "path": "1_Pooling"}]"#, to: "modules.json")
    try copy.write("{}", to: "1_Pooling/config.json")
    let embedder = try TextEmbedder(from: copy.path, pooling: Pooling([.first]))
    try embedder.save(to: room("saved"))
    let again = try TextEmbedder(from: room("saved"))
    #expect(again.model.pooling.modes == [.first] && again.model.isNormalized)
    struct Step: Decodable { let idx: Int, type: String }
    let steps = try JSONDecoder().decode(
      [Step].self, from: Data(contentsOf: URL(fileURLWithPath: room("saved/modules.json"))))
    #expect(steps.map(\.type) == ["Transformer", "sentence_transformers.models.Pooling", "a\"b\\c.Normalize"])
    #expect(steps.map(\.idx) == [0, 1, 2])
    try copy.write(#"{"pooling_mode_mean_tokens": true}"#, to: "1_Pooling/config.json")
    try copy.write(#"[{"type": "Transformer"}, {"type": "Pooling", "path": "1_Pooling"}]"#, to: "modules.json")
    try TextEmbedder(from: copy.path).save(to: room("bare"))
    let listed = try String(contentsOfFile: room("bare/modules.json"), encoding: .utf8)
    #expect(listed == #"[{"type": "Transformer"}, {"type": "Pooling", "path": "1_Pooling"}]"#)
  }

  /// Steps with weights, and another pooling, outlast the way to a folder and back.
  @Test func stepsAreWrittenToo() throws {
    let room = try TemporaryFolder()
    let copy = try TunedFiles.copy()
    let types = [("Transformer", ""), ("Pooling", "1_Pooling"), ("Dense", "2_Dense")]
    let steps = types.map { "{\"type\": \"sentence_transformers.models.\($0)\", \"path\": \"\($1)\"}" }
    try copy.write("[\(steps.joined(separator: ","))]", to: "modules.json")
    try copy.write(#"{"pooling_mode_max_tokens": true}"#, to: "1_Pooling/config.json")
    let embedder = try TextEmbedder(from: copy.path)
    for parameter in embedder.model.parameters() { parameter.value = parameter.value * 1.25 }
    try embedder.save(to: room("tuned"))
    let texts = ["the cat eats", "a good dog"]
    #expect(try TextEmbedder(from: room("tuned")).embed(texts).elementsEqual(embedder.embed(texts)))
    let pooled = try TextEmbedder(
      from: TunedFiles.encoder, pooling: Pooling([.first, .max], includesPrompt: false))
    try pooled.save(to: room("pooled"))
    let again = try TextEmbedder(from: room("pooled"))
    #expect(again.model.pooling == pooled.model.pooling)
    #expect(try again.embed(texts).elementsEqual(pooled.embed(texts)))
  }

  /// Numbers of any range are given back as they were learned, not as probabilities.
  @Test func scoresOfARegressionHaveTheirOwnUnit() throws {
    let room = try TemporaryFolder()
    let copy = try TunedFiles.copy()
    defer { withExtendedLifetime(copy) {} }
    let reranker = try Self.reranker(in: copy)
    try reranker.save(to: room("tuned"), activation: .identity)
    try reranker.save(to: room("probabilities"))
    let (query, documents) = ("the cat", ["a good dog", "eats"])
    let logits = try Reranker(from: room("tuned")).scores(query: query, documents: documents)
    let shares = try Reranker(from: room("probabilities")).scores(query: query, documents: documents)
    for (logit, share) in zip(logits, shares) { #expect(abs(1 / (1 + exp(-logit)) - share) < 1e-5) }
    #expect(logits != shares)
  }

  @Test func rerankersLearnFromAnEncoder() throws {
    let room = try TemporaryFolder()
    let reranker = try Random.withSeed(3) { try Reranker(newFrom: TunedFiles.encoder) }
    let pairs = try Self.pairs("binary")
    let trainer = Trainer(tuning: reranker, AdamW(reranker.model.parameters(), learningRate: 0.01))
    let history = try trainer.fit(DataLoader(reranker.dataset(of: pairs), batchSize: 2), epochs: 15)
    #expect(try #require(history.last).train.loss < 0.9 * (try #require(history.first).train.loss))
    reranker.model.eval()
    try reranker.save(to: room("tuned"))
    let again = try Reranker(from: room("tuned"))
    let scores = try again.scores(queries: pairs.first, documents: pairs.second)
    #expect(try scores == reranker.scores(queries: pairs.first, documents: pairs.second))
    #expect(scores[2] > scores[3])
    let unscored = try TextPairs(first: ["a"], second: ["b"])
    let error = #expect(throws: DataFileError.self) { try reranker.dataset(of: unscored) }
    #expect(error?.code == .missingColumn)
  }
}
