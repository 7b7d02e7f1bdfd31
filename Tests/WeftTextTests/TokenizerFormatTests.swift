import Foundation
import Testing
import WeftText

@Suite struct TokenizerFormatTests {
  /// A text and its tokens.
  struct Line: Decodable {
    let text: String
    let ids: [Int]

    init(from decoder: any Decoder) throws {
      var values = try decoder.unkeyedContainer()
      text = try values.decode(String.self)
      ids = try values.decode([Int].self)
    }
  }

  private func lines(_ name: String) throws -> [Line] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(goldens)/formats.cases.json"))
    return try #require(try JSONDecoder().decode([String: [Line]].self, from: data)[name])
  }

  @Test(arguments: ["unigram", "bpe"]) func sentencePieceModels(_ name: String) throws {
    let tokenizer = try Tokenizer(sentencePiece: "\(goldens)/\(name).model")
    for line in try lines(name) {
      #expect(try tokenizer.encode(line.text).ids == line.ids, "\(line.text.debugDescription)")
    }
    let edges = try Tokenizer(sentencePiece: "\(goldens)/\(name).model", addsBeginning: true, addsEnd: true)
    #expect(try edges.encode("x").ids.first == edges.id(of: "<s>"))
    #expect(try edges.decode(edges.encode("the tensor").ids) == "the tensor")
  }

  /// A model that marks the ends of words would get other tokens: it is refused by that name.
  @Test(arguments: ["unigram", "bpe"]) func sentencePieceWithMarksAtEnds(_ name: String) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(goldens)/\(name).model"))
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("weft-\(UUID()).model")
    defer { try? FileManager.default.removeItem(at: path) }
    // A further part of trainer_spec, whose field 24 is the flag.
    func write(_ flag: UInt8) throws { try (bytes + Data([0x12, 0x03, 0xC0, 0x01, flag])).write(to: path) }
    try write(0)
    _ = try Tokenizer(sentencePiece: path.path)
    try write(1)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(sentencePiece: path.path) }
    #expect(error?.code == .unsupported)
    #expect(error?.description.contains("trainer_spec.treat_whitespace_as_suffix") == true)
  }

  @Test func tiktokenRanks() throws {
    let last = try lines("tiktoken").flatMap(\.ids).max() ?? 0
    let tokenizer = try Tokenizer(
      tiktokenRanks: "\(goldens)/ranks.tiktoken", pattern: .cl100k, specialTokens: ["<|end|>": last])
    for line in try lines("tiktoken") { #expect(try tokenizer.encode(line.text).ids == line.ids) }
  }

  @Test func vocabularyAndMerges() throws {
    let tokenizer = try Tokenizer(
      vocabulary: "\(goldens)/vocab.json", merges: "\(goldens)/merges.txt", specialTokens: ["<|end|>"])
    for golden in try goldenCases("gpt2") where !golden.text.contains("<") {
      #expect(try tokenizer.encode(golden.text).ids == golden.single.ids)
    }
  }

  @Test func vocabularyLines() throws {
    let tokenizer = try Tokenizer(vocabularyLines: "\(goldens)/vocab.txt")
    for golden in try goldenCases("bert") where golden.single.ids.allSatisfy({ $0 < 600 }) {
      let encoding = try tokenizer.encode(golden.text)
      #expect(encoding.ids == golden.single.ids)
      #expect(encoding.offsets.flatMap { [$0.start, $0.end] } == golden.single.offsets)
    }
  }

  @Test func ggufTables() throws {
    let same = try Tokenizer(contentsOf: "\(goldens)/gpt2.json")
    let tokens = (0..<700).compactMap { same.token(of: $0) }
    var source = GGUFVocabulary(model: "gpt2", tokens: tokens)
    source.pre = "gpt-2"
    source.types = tokens.map { $0 == "<|end|>" ? 3 : 1 }
    let lines = try String(contentsOfFile: "\(goldens)/merges.txt", encoding: .utf8).split(separator: "\n")
    source.merges = lines.dropFirst().map(String.init)
    let tokenizer = try Tokenizer(gguf: source)
    for golden in try goldenCases("gpt2") where !golden.text.contains("<mask>") {
      #expect(try tokenizer.encode(golden.text).ids == golden.single.ids)
    }
    source.pre = "nobody-knows"
    #expect(throws: TokenizerError.self) { try Tokenizer(gguf: source) }
    source.types?.removeLast()
    #expect(throws: TokenizerError.self) { try Tokenizer(gguf: source) }
  }
}
