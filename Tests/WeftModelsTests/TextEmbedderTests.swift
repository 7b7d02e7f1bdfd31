import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// Vectors, scores and classes against sentence-transformers and transformers (`Goldens/make_encoders.py`).
@Suite struct TextEmbedderTests {
  struct Golden: Decodable {
    struct Variant: Decodable {
      let name: String
      let files: [String: String]
      let prompt: String?
      let vectors: [[Float]]
    }
    let texts: [String]
    let variants: [Variant]
  }

  struct Pairs: Decodable {
    struct Class: Decodable {
      let label: String
      let score: Float
    }
    struct Span: Decodable {
      let label: String
      let score: Float
      let start: Int
      let end: Int
    }
    let query: String
    let documents: [String]
    let scores: [Float]
    let classes: [[Class]]
    let spans: [Span]
  }

  private static func read<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: ModelFiles.path(name))))
  }

  private static func folder(of variant: Golden.Variant) throws -> FolderCopy {
    let copy = try ModelFiles.copy(of: "bert")
    for (name, text) in variant.files { try copy.write(text, to: name) }
    return copy
  }

  @Test func vectorsAreThoseOfSentenceTransformers() throws {
    let golden = try Self.read(Golden.self, "embeddings.json")
    #expect(golden.variants.count == 12)
    for variant in golden.variants {
      let copy = try Self.folder(of: variant)
      let embedder = try TextEmbedder(from: copy.path)
      let found = try embedder.embed(golden.texts, prompt: variant.prompt.map { .named($0) } ?? .standard)
      let wanted = Tensor(variant.vectors.flatMap { $0 }, shape: [golden.texts.count, embedder.dimension])
      let deviation = (found - wanted).abs().max().item(as: Double.self)
      #expect(deviation < 1e-5, "\(variant.name): vectors differ by \(deviation)")
      #expect(embedder.maxLength == 14)
    }
  }

  private func embedder(_ variant: String) throws -> (TextEmbedder, Golden, FolderCopy) {
    let golden = try Self.read(Golden.self, "embeddings.json")
    let copy = try Self.folder(of: try #require(golden.variants.first { $0.name == variant }))
    return (try TextEmbedder(from: copy.path), golden, copy)
  }

  @Test func whatElseIsAskedDoesNotMatter() throws {
    let (embedder, golden, _) = try embedder("prompt")
    let texts = (0..<150).map { golden.texts[$0 % golden.texts.count] }
    let all = try embedder.embed(texts)
    for (index, text) in golden.texts.enumerated() {
      let alone = try embedder.embed(text)
      for place in stride(from: index, to: texts.count, by: golden.texts.count) {
        #expect((all[place] - alone).abs().max().item(as: Double.self) < 1e-6)
      }
    }
    #expect(try embedder.embed([]).shape == [0, 16])
  }

  @Test func tokensGiveWhatTheirTextsDo() throws {
    let (embedder, golden, _) = try embedder("prompt")
    let tokens = try embedder.tokenize(golden.texts, prompt: .query)
    #expect(tokens.allSatisfy { $0.count <= 14 && $0.first == 2 && $0.last == 3 })
    let found = try embedder.embed(tokens: tokens)
    #expect(try found.elementsEqual(embedder.embed(golden.texts, prompt: .query)))
    #expect(try found.elementsEqual(embedder.embed(golden.texts, prompt: .text("query: "))))
    // No default is named, and no prompt for documents.
    #expect(try embedder.tokenize(["a cat"], prompt: .document) == embedder.tokenize(["a cat"], prompt: .none))
  }

  @Test func shorterVectorsAreOfUnitLengthAgain() throws {
    let (embedder, golden, _) = try embedder("prompt")
    let (whole, short) = (try embedder.embed(golden.texts), try embedder.embed(golden.texts, dimensions: 5))
    #expect(short.shape == [golden.texts.count, 5])
    #expect((short - whole[.all, 0..<5].normalized(axis: -1)).abs().max().item(as: Double.self) < 1e-6)
  }

  /// As sentence-transformers has them: what is left of whole vectors, which need not be of length 1.
  @Test func theFolderMaySayHowManyFeaturesAreKept() throws {
    let (embedder, golden, copy) = try embedder("prompt")
    let whole = try embedder.embed(golden.texts)
    for (stated, kept) in [(5, 5), (99, 16)] {
      try copy.write("{\"truncate_dim\": \(stated)}", to: "config_sentence_transformers.json")
      let short = try TextEmbedder(from: copy.path)
      #expect(short.dimension == kept)
      #expect(try short.embed(golden.texts).elementsEqual(whole[.all, 0..<kept]))
      #expect(try short.embed(golden.texts, dimensions: 16).elementsEqual(whole))
    }
    try copy.write("{\"truncate_dim\": 0}", to: "config_sentence_transformers.json")
    #expect(throws: ModelError.self) { try TextEmbedder(from: copy.path) }
    try copy.write("{}", to: "config_sentence_transformers.json")
    let error = #expect(throws: ModelError.self) {
      try TextEmbedder(from: copy.path).embed("a", prompt: .named("query"))
    }
    #expect(error?.expected == "no name, for the folder has no prompts")
  }

  @Test func likenessIsMeasuredAsTheFolderSays() throws {
    let (embedder, golden, copy) = try embedder("prompt")
    let vectors = try embedder.embed(golden.texts)
    let own = embedder.similarity(vectors, vectors)
    #expect((own - vectors.matmul(vectors.transposed())).abs().max().item(as: Double.self) < 1e-6)
    #expect(abs(embedder.similarity(vectors[0], vectors[0]).item(as: Double.self) - 1) < 1e-6)
    try copy.write("{\"similarity_fn_name\": \"euclidean\"}", to: "config_sentence_transformers.json")
    let other = try TextEmbedder(from: copy.path)
    #expect(
      abs(
        other.similarity(vectors[0], vectors[1]).item(as: Double.self)
          + (vectors[0] - vectors[1]).squared().sum().sqrt().item(as: Double.self)) < 1e-6)
  }

  /// Many vectors are compared some rows at a time.
  @Test func manyVectorsAreComparedAsFewAre() {
    let vectors = Random.withSeed(3) { Tensor(normal: [600, 16], deviation: 1) }
    for measure in [EmbeddingSimilarity.euclidean, .manhattan] {
      let all = measure(vectors, vectors)
      #expect(all.shape == [600, 600])
      for row in [0, 435, 436, 599] {
        let alone = measure(vectors[row].unsqueezed(0), vectors)[0]
        #expect((all[row] - alone).abs().max().item(as: Double.self) < 1e-5)
      }
    }
  }

  @Test func aPoolingOfNothingIsRefused() {
    let error = #expect(throws: ModelError.self) {
      try TextEmbedder(from: ModelFiles.path("bert"), pooling: Pooling([]))
    }
    #expect(error?.description == "[model.input] pooling: expected at least one way of pooling, as .mean; found none")
  }

  @Test func tasksShareAnEmbedder() async throws {
    let (embedder, golden, _) = try embedder("mean")
    let wanted = try embedder.embed(golden.texts).scalars(as: Float.self)
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 {
        group.addTask { try embedder.embed(golden.texts).scalars(as: Float.self) }
      }
      for try await found in group { #expect(found == wanted) }
    }
  }

  @Test func anEmbeddingModelLearns() throws {
    let (_, _, copy) = try embedder("dense")
    let model = try EmbeddingModel(from: ModelFolder(copy.path), mapped: false).train()
    let tokens = Tensor([2, 5, 7, 3, 2, 6, 8, 3], shape: [2, 4])
    let optimizer = Adam(model.parameters(), learningRate: 0.02)
    var losses: [Double] = []
    for _ in 0..<10 {
      let vectors = model(tokens)
      let loss = (vectors[0] * vectors[1]).sum()
      optimizer.zeroGrad()
      loss.backward()
      optimizer.step()
      losses.append(loss.item(as: Double.self))
    }
    #expect((losses.last ?? 1) < (losses.first ?? 0) - 0.1, "\(losses)")
    #expect(model.namedParameters().allSatisfy { $0.parameter.grad != nil })
  }

  @Test func wrongQuestionsAreRefused() throws {
    let (embedder, _, _) = try embedder("prompt")
    let cases: [(String, () throws -> Tensor)] = [
      (
        "[model.input] text 1: expected tokens from 0 to 39; found 40; the tokenizer may be another model's",
        { try embedder.embed(tokens: [[2, 3], [2, 40, 3]]) }
      ),
      ("[model.input] text 0: expected 1 to 24 tokens; found 0", { try embedder.embed(tokens: [[]]) }),
      (
        "[model.input] text 0: expected 1 to 24 tokens; found 25",
        { try embedder.embed(tokens: [Array(repeating: 5, count: 25)]) }
      ),
      ("[model.input] dimensions: expected 1 to 16; found 17", { try embedder.embed(["a"], dimensions: 17) }),
      (
        "[model.input] prompt: expected one of the prompts query; found \"passage\"",
        { try embedder.embed(["a"], prompt: .named("passage")) }
      ),
    ]
    for (message, run) in cases {
      let error = #expect(throws: ModelError.self) { try run() }
      #expect(error?.description == message)
    }
  }

  @Test func rerankersScoreAsCrossEncodersDo() throws {
    let pairs = try Self.read(Pairs.self, "pairs.json")
    let copy = try ModelFiles.copy(of: "bert")
    try copy.set(["id2label": ["0": "LABEL_0"]])
    let tensors = try TensorFile(copy.path).tensors().map { name, tensor in
      (name: name, tensor: name.hasPrefix("classifier.") ? tensor.sliced(axis: 0, to: 1).contiguous() : tensor.cloned())
    }
    try TensorFile.write(tensors, to: copy.path + "/model.safetensors")
    let reranker = try Reranker(from: copy.path)
    let scores = try reranker.scores(query: pairs.query, documents: pairs.documents)
    #expect(scores.count == pairs.scores.count)
    for (found, wanted) in zip(scores, pairs.scores) { #expect(abs(found - wanted) < 1e-5) }
    let ranks = try reranker.ranked(query: pairs.query, documents: pairs.documents, top: 2)
    #expect(ranks.map(\.index) == [2, 3])
    let error = #expect(throws: ModelError.self) { try Reranker(from: ModelFiles.path("bert")) }
    #expect(error?.code == .unsupported)
  }

  @Test func classesAreThoseOfAPipeline() throws {
    let pairs = try Self.read(Pairs.self, "pairs.json")
    let classifier = try TextClassifier(from: ModelFiles.path("bert"))
    let found = try classifier.classify(pairs.documents)
    #expect(found.count == pairs.classes.count)
    for (own, wanted) in zip(found, pairs.classes) {
      #expect(own.map(\.label) == wanted.map(\.label))
      for (a, b) in zip(own, wanted) { #expect(abs(a.score - b.score) < 1e-5) }
    }
    #expect(try classifier.classify(pairs.documents[0], top: 1).count == 1)
  }

  @Test func spansAreThoseOfAPipeline() throws {
    let golden = try Self.read(Golden.self, "embeddings.json")
    let pairs = try Self.read(Pairs.self, "pairs.json")
    let found = try TokenClassifier(from: ModelFiles.path("bert")).spans(in: golden.texts[2])
    #expect(found.map(\.label) == pairs.spans.map(\.label))
    #expect(found.map(\.range) == pairs.spans.map { $0.start..<$0.end })
    for (own, wanted) in zip(found, pairs.spans) { #expect(abs(own.score - wanted.score) < 1e-5) }
  }
}
