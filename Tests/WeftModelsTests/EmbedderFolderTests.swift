import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// A folder as EmbeddingGemma's, with all of its steps and prompts, against sentence-transformers
/// (`Goldens/make_embedders.py`).
@Suite struct EmbedderFolderTests {
  struct Golden: Decodable {
    let texts: [String]
    let config: String
    let shapes, denses: [String: [Int]]
    let files: [String: String]
    let vectors: [String: [Double]]
    let short: [Double]
  }

  static func golden() throws -> Golden {
    try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: URL(fileURLWithPath: DecoderGolden.path + "/embedders.json")))
  }

  static func folder(_ golden: Golden) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (path, text) in golden.files.merging(["config.json": golden.config], uniquingKeysWith: { $1 }) {
      let file = URL(fileURLWithPath: folder(path))
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let shapes = golden.shapes.sorted { $0.key < $1.key }
    let tensors = shapes.map { ($0.key, DecoderGolden.weights($0.key, Shape($0.value))) }
    try SafeTensors(tensors).write(to: folder("model.safetensors"))
    for (path, shape) in golden.denses {
      let weight = DecoderGolden.weights(path + ".linear.weight", Shape(shape))
      try SafeTensors([("linear.weight", weight)]).write(to: folder(path + "/model.safetensors"))
    }
    for name in ["tokenizer.json", "tokenizer_config.json"] {
      try FileManager.default.copyItem(atPath: ModelFiles.path("bert/" + name), toPath: folder(name))
    }
    return folder
  }

  @Test func vectorsAreThoseOfSentenceTransformers() throws {
    let golden = try Self.golden()
    let folder = try Self.folder(golden)
    let embedder = try TextEmbedder(from: folder.path)
    #expect(embedder.dimension == 32 && embedder.maxLength == 20)
    let prompts: [(String, EmbeddingPrompt)] = [
      ("", .standard), ("", .none), ("query", .query), ("document", .document), ("query", .named("query")),
      ("Retrieval-query", .named("Retrieval-query")), ("query", .text("the man is good | query: ")),
    ]
    for (name, prompt) in prompts {
      let wanted = try #require(golden.vectors[name])
      let found = deviation(try embedder.embed(golden.texts, prompt: prompt), wanted)
      #expect(found < 1e-5, "\(name) by \(prompt): vectors differ by \(found)")
    }
    #expect(deviation(try embedder.embed(golden.texts, prompt: .query, dimensions: 8), golden.short) < 1e-5)
    #expect(golden.vectors["query"] != golden.vectors["document"])
    #expect(throws: ModelError.self) { try embedder.embed("a", prompt: .named("Clustering")) }
  }

  /// Written and opened again it is the same.
  @Test func itIsWrittenAsItWas() throws {
    let golden = try Self.golden()
    let folder = try Self.folder(golden)
    let embedder = try TextEmbedder(from: folder.path)
    try embedder.save(to: folder("again"))
    let again = try TextEmbedder(from: folder("again"))
    #expect(try again.embed(golden.texts, prompt: .query).elementsEqual(embedder.embed(golden.texts, prompt: .query)))
  }

  /// Steps that do not fit each other, or lie elsewhere, are named.
  @Test func stepsThatDoNotFit() throws {
    let golden = try Self.golden()
    func error(_ file: String, _ old: String, _ new: String) throws -> ModelError? {
      let folder = try Self.folder(golden)
      let text = try #require(golden.files[file]).replacing(old, with: new)
      #expect(text != golden.files[file])
      try Data(text.utf8).write(to: URL(fileURLWithPath: folder(file)))
      return #expect(throws: ModelError.self) { try TextEmbedder(from: folder.path) }
    }
    #expect(try error("2_Dense/config.json", #""in_features": 32"#, #""in_features": 33"#)?.code == .weights)
    #expect(try error("2_Dense/config.json", "Identity", "Cosine")?.path == "activation_function")
    #expect(try error("2_Dense/config.json", #""out_features": 40"#, #""out_features": -1"#)?.path == "out_features")
    #expect(try error("modules.json", "2_Dense", "../2_Dense")?.expected == "a path inside the folder")
    #expect(try error("modules.json", #""path": "2_Dense""#, #""path": "3_Dense""#)?.file == "modules.json")
    #expect(try error("modules.json", "models.Dense", "models.CNN")?.code == .unsupported)
  }
}
