import Foundation
import Testing
import WeftText

/// The folder of `make_goldens.py`.
let goldens = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens").path

/// What `tokenizers` makes of a text.
struct GoldenEncoding: Decodable, Equatable {
  var ids: [Int]
  var types: [Int]
  var tokens: [String]
  var offsets: [Int]
  var words: [Int?]
  var special: [Int]
  var attention: [Int]
  var overflow: [[Int]]

  init(_ encoding: Encoding) {
    ids = encoding.ids
    types = encoding.typeIDs
    tokens = encoding.tokens
    offsets = encoding.offsets.flatMap { [$0.start, $0.end] }
    words = encoding.wordIDs
    special = encoding.specialTokensMask
    attention = encoding.attentionMask
    overflow = encoding.overflowing.map(\.ids)
  }
}

struct GoldenCase: Decodable {
  let text: String
  let pair: String
  let decoded: [String]
  let single: GoldenEncoding
  let double: GoldenEncoding
  let cut: GoldenEncoding
}

func goldenCases(_ name: String) throws -> [GoldenCase] {
  let data = try Data(contentsOf: URL(fileURLWithPath: "\(goldens)/\(name).cases.json"))
  return try JSONDecoder().decode([GoldenCase].self, from: data)
}

@Suite struct TokenizerGoldenTests {
  static let names = ["gpt2", "cl100k", "o200k", "bert", "roberta", "llama", "unigram", "words"]

  @Test(arguments: names) func encodesAsTokenizersDoes(_ name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: "\(goldens)/\(name).json")
    for golden in try goldenCases(name) {
      #expect(GoldenEncoding(try tokenizer.encode(golden.text)) == golden.single, "\(golden.text.debugDescription)")
      #expect(GoldenEncoding(try tokenizer.encode(golden.text, pair: golden.pair)) == golden.double)
    }
  }

  @Test(arguments: names) func truncatesAndPadsAsTokenizersDoes(_ name: String) throws {
    var tokenizer = try Tokenizer(contentsOf: "\(goldens)/\(name).json")
    for (index, golden) in try goldenCases(name).enumerated() {
      tokenizer.truncation = TokenTruncation(
        maxLength: 12, stride: 2, direction: index.isMultiple(of: 2) ? .right : .left)
      tokenizer.padding = TokenPadding(
        .fixed(14), direction: index.isMultiple(of: 3) ? .left : .right, id: 1, token: "P")
      #expect(GoldenEncoding(try tokenizer.encode(golden.text, pair: golden.pair)) == golden.cut)
    }
  }

  @Test(arguments: names) func decodesAsTokenizersDoes(_ name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: "\(goldens)/\(name).json")
    for golden in try goldenCases(name) {
      let ids = golden.single.ids
      #expect(try tokenizer.decode(ids).utf8.elementsEqual(golden.decoded[0].utf8))
      let backwards = try tokenizer.decode(ids.reversed(), skipsSpecialTokens: false)
      #expect(backwards.utf8.elementsEqual(golden.decoded[1].utf8))
    }
  }

  @Test(arguments: names) func streamsWhatItDecodes(_ name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: "\(goldens)/\(name).json")
    for golden in try goldenCases(name) {
      var stream = tokenizer.streamingDecoder()
      var text = ""
      for id in golden.single.ids {
        let part = try stream.append(id)
        #expect(!part.unicodeScalars.contains("\u{FFFD}") || golden.text.unicodeScalars.contains("\u{FFFD}"))
        text += part
      }
      text += try stream.finish()
      #expect(text.utf8.elementsEqual(golden.decoded[0].utf8))
    }
  }

  @Test(arguments: names) func batchesOnThreadsAreTheSame(_ name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: "\(goldens)/\(name).json")
    let texts = try goldenCases(name).map(\.text)
    let many = (0..<20).flatMap { _ in texts }
    let encodings = try tokenizer.encode(batch: many, threads: 4)
    let single = try texts.map { try tokenizer.encode($0) }
    #expect(encodings == (0..<20).flatMap { _ in single })
  }

  @Test func offsetsMayBeBytes() throws {
    let tokenizer = try Tokenizer(contentsOf: "\(goldens)/bert.json")
    let text = "Ünïcödé 中 tensor"
    let encoding = try tokenizer.encode(text, addsSpecialTokens: false, offsets: .bytes)
    let scalars = try tokenizer.encode(text, addsSpecialTokens: false)
    for (bytes, places) in zip(encoding.offsets, scalars.offsets) {
      let all = Array(text.unicodeScalars)
      let part = String(decoding: Array(text.utf8)[bytes.start..<bytes.end], as: UTF8.self)
      #expect(Array(part.unicodeScalars) == Array(all[places.start..<places.end]))
    }
  }

  @Test func wordsKeepTheirNumbers() throws {
    let tokenizer = try Tokenizer(contentsOf: "\(goldens)/bert.json")
    let encoding = try tokenizer.encode(words: ["the", "tensor's", "", "gradient"], addsSpecialTokens: false)
    #expect(encoding.wordIDs.compactMap { $0 }.reduce(into: []) { if $0.last != $1 { $0.append($1) } } == [0, 1, 3])
    #expect(encoding.tokens(ofWord: 0) == 0..<1)
    #expect(encoding.offsets.first == TextOffsets(0, 3))
  }

  @Test func specialTokensMayBeEncodedAsText() throws {
    var tokenizer = try Tokenizer(contentsOf: "\(goldens)/gpt2.json")
    let id = try #require(tokenizer.id(of: "<|end|>"))
    #expect(try tokenizer.encode("a<|end|>").ids.contains(id))
    tokenizer.ignoresSpecialTokensInText = true
    #expect(try !tokenizer.encode("a<|end|>").ids.contains(id))
    #expect(try tokenizer.decode(tokenizer.encode("a<|end|>").ids) == "a<|end|>")
  }
}
