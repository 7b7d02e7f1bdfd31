import Foundation
import Testing
import Weft

@Suite struct ModelCommandTests {
  /// A tiny encoder of the tests of WeftModels.
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("WeftModelsTests/Goldens/encoders/bert").path

  private static func images(_ name: String) -> String {
    URL(fileURLWithPath: folder).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("images/\(name)").path
  }

  private struct Line: Decodable {
    let text: String
    let embedding: [Float]
  }

  @Test func textsAreEmbedded() throws {
    let room = try TemporaryFolder()
    let printed = try Program.run("embed", Self.folder, "a cat", "the dog \"runs\"")
    #expect(printed.status == 0, "\(printed.complaint)")
    let lines = try printed.output.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
    #expect(lines.map(\.text) == ["a cat", "the dog \"runs\""] && lines.allSatisfy { $0.embedding.count == 16 })
    try Data("a cat\nthe dog \"runs\"\r\n".utf8).write(to: URL(fileURLWithPath: room("texts.txt")))
    let written = try Program.run("embed", Self.folder, "--input", room("texts.txt"), "--output", room("v.npy"))
    #expect(written.output == "\(room("v.npy")): 2 vectors of 16 numbers\n")
    let vectors = try TensorFile(room("v.npy")).tensors()[0].tensor
    #expect(vectors.scalars(as: Float.self) == lines.flatMap(\.embedding))
    // As editors on Windows write a text, with an empty line in it.
    let marked = Data([0xEF, 0xBB, 0xBF]) + Data("a cat\r\n\r\nthe dog \"runs\"\r\n".utf8)
    try marked.write(to: URL(fileURLWithPath: room("lines.txt")))
    let read = try Program.run("embed", Self.folder, "--input", room("lines.txt"))
    let texts = try read.output.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8)).text
    }
    #expect(texts == ["a cat", "", "the dog \"runs\""], "\(read.complaint)")
    let table = try Program.run("embed", Self.folder, "--similarity", "a cat", "a cat")
    #expect(table.output == " 1.000  1.000  a cat\n 1.000  1.000  a cat\n")
  }

  @Test func textsAreClassified() throws {
    let outcome = try Program.run("classify", Self.folder, "The cat eats food.", "--top", "2")
    // As the pipeline of transformers has it (WeftModelsTests/Goldens/encoders/pairs.json).
    #expect(outcome.output == "0.5799  LABEL_2\n0.2262  LABEL_0\n")
    let adapter = URL(fileURLWithPath: Self.folder).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("adapters/bert").path
    let adapted = try Program.run("classify", Self.folder, "The cat eats food.", "--top", "2", "--adapter", adapter)
    // As PEFT has it.
    #expect(adapted.output == "0.6547  LABEL_0\n0.2073  LABEL_2\n", "\(adapted.complaint)")
    let coded = try Program.run(
      "classify", Self.folder, "The cat eats food.", "--top", "1", "--weights", "int8-weights")
    #expect(coded.status == 0 && coded.output.hasPrefix("0.5"), "\(coded.complaint)")
    let none = try Program.run("classify", Self.folder, "The cat eats food.", "--adapter", "/nowhere")
    #expect(none.status == 1 && none.complaint.contains("/nowhere/adapter_config.json"), "\(none.complaint)")
    let spans = try Program.run("classify", Self.folder, "--tokens", "a cat")
    #expect(spans.status == 0 && spans.output.contains("LABEL_"))
  }

  @Test func picturesAreEmbeddedAndClassified() throws {
    let (wide, tall) = (Self.images("pictures/wide.png"), Self.images("pictures/tall.png"))
    let embedded = try Program.run("embed", Self.images("siglip"), wide, tall)
    let lines = try embedded.output.split(separator: "\n").map {
      try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    }
    #expect(lines.map(\.text) == [wide, tall] && lines.allSatisfy { $0.embedding.count == 8 })
    let table = try Program.run("embed", Self.images("clip"), "--similarity", wide, wide)
    #expect(table.output == " 1.000  1.000  \(wide)\n 1.000  1.000  \(wide)\n")
    let classes = try Program.run("classify", Self.images("vit"), wide, tall, "--top", "1")
    let printed = classes.output.split(separator: "\n")
    #expect(printed.count == 4 && printed[0] == wide && printed[1].hasPrefix("  0."))
    let labels = try Program.run("classify", Self.images("clip"), wide, "--label", "cat", "--label", "dog")
    #expect(labels.output.split(separator: "\n").count == 2 && labels.output.contains("cat"))
    for arguments in [
      ["embed", Self.images("vit"), "/nowhere.png"], ["embed", Self.images("vit"), wide, "--prompt", "query"],
      ["classify", Self.images("vit"), wide, "--tokens"], ["classify", Self.images("clip"), wide],
      ["classify", Self.folder, "a", "--label", "b"],
    ] {
      let outcome = try Program(arguments).outcome()
      #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(arguments): \(outcome.complaint)")
    }
    #expect(try Program(["classify", Self.folder, "a", "--label", "b", "--tokens"]).outcome().status == 64)
  }

  @Test func misuseAndWrongFoldersAreOneLine() throws {
    for arguments in [
      ["embed", Self.folder], ["embed", Self.folder, "a", "--input", "b"],
      ["embed", Self.folder, "a", "--output", "b.txt"], ["classify", Self.folder],
      ["classify", Self.folder, "a", "--top", "0"],
    ] { #expect(try Program(arguments).outcome().status == 64, "\(arguments)") }
    for arguments in [
      ["embed", "/nowhere", "a"], ["embed", Self.folder, "a", "--prompt", "none"],
      ["classify", Self.folder + "/2_Dense", "a"],
    ] {
      let outcome = try Program(arguments).outcome()
      #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(arguments): \(outcome.complaint)")
    }
  }
}
