import Foundation
import Testing
import WeftText

/// The same numbers each time: SplitMix64 (Steele, Lea and Flood, 2014).
private struct SeededRandom: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}

@Suite struct TokenizerHostileTests {
  private func model(_ text: String, _ rest: String = "") -> [UInt8] { Array("{\"model\": \(text)\(rest)}".utf8) }

  private func message(_ json: [UInt8]) -> String? {
    do throws(TokenizerError) {
      _ = try Tokenizer(json: json)
      return nil
    } catch {
      return error.description
    }
  }

  static let words = #"{"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "?"}"#

  @Test func messagesNameThePlace() {
    #expect(
      message(
        model(
          Self.words,
          #", "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Digits", "individual_digits": true}, {"type": "Mystery"}]}"#
        ))
        == "[tokenizer.unsupported] tokenizer.json: pre_tokenizer.pretokenizers[1].type: expected one of BertPreTokenizer, "
        + "ByteLevel, CharDelimiterSplit, Metaspace, Whitespace, Sequence, Split, Punctuation, WhitespaceSplit, Digits, "
        + "UnicodeScripts, FixedLength; found \"Mystery\"")
    #expect(
      message(model(#"{"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}"#))
        == "[tokenizer.bad-value] tokenizer.json: model.merges[0]: expected tokens of the vocabulary; found \"ab\", which is "
        + "not in it")
    #expect(
      message(model(#"{"type": "WordLevel", "vocab": {"a": -1}, "unk_token": "?"}"#))
        == "[tokenizer.bad-value] tokenizer.json: model.vocab[\"a\"]: expected a token's number below 16777216; found the "
        + "number -1")
    #expect(message(Array("{}".utf8)) == "[tokenizer.missing] tokenizer.json: model: expected \"model\"; found nothing")
    #expect(
      message(Array("<html>".utf8)) == "[tokenizer.syntax] tokenizer.json: byte 0: expected a value; found \"<\"")
  }

  @Test func whatCannotBeIsRefused() {
    let bad = [
      model(#"{"type": "Unigram", "vocab": [["a", 1e999]], "unk_id": 0}"#),
      model(#"{"type": "Unigram", "vocab": [["a", 0]], "unk_id": 7}"#),
      model(#"{"type": "Unigram", "vocab": [["a"]], "unk_id": 0}"#),
      model(#"{"type": "WordLevel", "vocab": {"a": 4294967295}, "unk_token": "?"}"#),
      model(#"{"type": "Mystery"}"#), model("[]"), model(#"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a"]}"#),
      model(Self.words, #", "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}"#),
      model(Self.words, #", "normalizer": {"type": "Precompiled", "precompiled_charsmap": "/////w=="}"#),
      model(Self.words, #", "added_tokens": [{"id": -4, "content": "x"}]"#),
      model(Self.words, #", "version": "2.0""#),
      Array(String(repeating: "[", count: 100_000).utf8),
    ]
    for json in bad { #expect(message(json) != nil, "\(String(decoding: json.prefix(90), as: UTF8.self))") }
  }

  @Test func aMissingUnknownTokenIsToldWhenItIsNeeded() throws {
    let tokenizer = try Tokenizer(json: model(Self.words))
    #expect(try tokenizer.encode("a").ids == [0])
    let error = #expect(throws: TokenizerError.self) { try tokenizer.encode("b") }
    #expect(
      error?.description
        == "[tokenizer.missing-token] model.vocab: expected the unknown token \"?\", which \"b\" needs; found 1 other tokens"
    )
  }

  private func splitting(by pattern: String) -> [UInt8] {
    model(
      #"{"type": "WordLevel", "vocab": {"?": 0}, "unk_token": "?"}"#,
      #", "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\#(pattern)"}, "behavior": "Isolated", "invert": false}"#
    )
  }

  @Test func aPatternTakesNoMoreMemoryThanItsDifferentCharacters() throws {
    let different = (0..<3000).compactMap { Unicode.Scalar(0x4E00 + $0) }.reduce(into: "") {
      $0.unicodeScalars.append($1)
    }
    #expect(
      message(splitting(by: different))?.hasSuffix(
        "expected at most 2000 different characters and sets; found \"" + "\(different.dropFirst(2000).prefix(12))\"")
        == true)
    let tokenizer = try Tokenizer(json: splitting(by: String(repeating: "ab", count: 5000)))
    #expect(try tokenizer.encode("ab").ids == [0])
  }

  @Test func runsThatAreReadAgainAndAgainEnd() throws {
    let tokenizer = try Tokenizer(json: splitting(by: "a*+b"))
    let error = #expect(throws: TokenizerError.self) {
      try tokenizer.encode(String(repeating: "a", count: 200_000))
    }
    #expect(error?.code == .patternTooSlow)
  }

  @Test func tokensOfATextFileAreNotAsLongAsTheFile() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("weft-\(UUID()).tiktoken")
    defer { try? FileManager.default.removeItem(at: path) }
    let long = Data(repeating: 0x61, count: 1025).base64EncodedString()
    try Data("YQ== 0\nYWE= 1\n\(long) 2\n".utf8).write(to: path)
    let error = #expect(throws: TokenizerError.self) { try Tokenizer(tiktokenRanks: path.path, pattern: .gpt2) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.description.contains("line 3: expected tokens of at most 1024 bytes; found 1025") == true)
  }

  @Test(arguments: ["bert", "llama", "unigram"]) func damagedFilesNeverStopTheProcess(_ name: String) throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(goldens)/\(name).json")))
    for end in stride(from: 0, to: bytes.count, by: 97) {
      #expect(throws: TokenizerError.self) { try Tokenizer(json: Array(bytes[..<end])) }
    }
    var random = SeededRandom(state: 7)
    for place in stride(from: Int(random.next() % 61), to: bytes.count, by: 61) {
      var damaged = bytes
      damaged[place] ^= 1 << UInt8(random.next() % 8)
      guard let tokenizer = try? Tokenizer(json: damaged) else { continue }
      _ = try? tokenizer.encode("Hello, wörld 123 <s> 中文", pair: "b")
      _ = try? tokenizer.decode(Array(-3..<40))
    }
  }

  @Test(arguments: ["unigram", "bpe"]) func damagedModelsNeverStopTheProcess(_ name: String) throws {
    let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: "\(goldens)/\(name).model")))
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("weft-\(UUID()).model")
    defer { try? FileManager.default.removeItem(at: path) }
    for step in 0..<60 {
      var damaged = bytes
      damaged[step * 41 % bytes.count] ^= UInt8(1 << (step % 8))
      if step.isMultiple(of: 3) { damaged = Array(damaged[..<(bytes.count / (step + 2))]) }
      try Data(damaged).write(to: path)
      guard let tokenizer = try? Tokenizer(sentencePiece: path.path) else { continue }
      _ = try? tokenizer.encode("Hello, wörld ＡＢＣ ﬁ")
    }
  }

  @Test(arguments: ["gpt2", "llama", "unigram", "bert"]) func aLongLineTakesTimeInProportion(_ name: String) throws {
    let tokenizer = try Tokenizer(contentsOf: "\(goldens)/\(name).json")
    func seconds(_ count: Int) throws -> Double {
      let text = String(repeating: "tensorgradient", count: count / 14)
      let start = ContinuousClock.now
      _ = try tokenizer.encode(text)
      return (ContinuousClock.now - start) / .seconds(1)
    }
    _ = try seconds(14_000)
    // Four times the text takes four times as long; sixteen times where the time grows with the square.
    let short = try seconds(100_000)
    #expect(try seconds(400_000) < 10 * short + 0.5)
  }

  /// A BPE of single bytes whose characters have a prefix and a suffix that the vocabulary does not know.
  private func decorated(_ prefix: String?, _ suffix: String?, fallsBack: Bool, joins: Bool) throws -> Tokenizer {
    let bytes = (0..<256).map { "\"<0x\($0 < 16 ? "0" : "")\(String($0, radix: 16, uppercase: true))>\": \($0 + 4)" }
    let known = ##""<unk>": 0, "a</w>": 1, "b": 2, "c": 3"##
    func quoted(_ text: String?) -> String { text.map { "\"\($0)\"" } ?? "null" }
    return try Tokenizer(
      json: model(
        "{\"type\": \"BPE\", \"unk_token\": \"<unk>\", \"continuing_subword_prefix\": \(quoted(prefix)), "
          + "\"end_of_word_suffix\": \(quoted(suffix)), \"byte_fallback\": \(fallsBack), \"fuse_unk\": \(joins), "
          + "\"merges\": [], \"vocab\": {\(known), \(bytes.joined(separator: ", "))}}"))
  }

  @Test func bytesOfAPrefixAndASuffixStandForNothingInTheText() throws {
    // As `tokenizers` has the numbers; its offsets go beyond the text.
    let ends = try decorated(nil, "</w>", fallsBack: true, joins: false).encode("bé")
    #expect(ends.ids == [2, 199, 173, 64, 51, 123, 66])
    #expect(ends.offsets.map(\.start) == [0, 1, 1, 2, 2, 2, 2] && ends.offsets.map(\.end) == [1, 2, 2, 2, 2, 2, 2])
    let continues = try decorated("##", "</w>", fallsBack: true, joins: false).encode("béb")
    #expect(continues.ids == [2, 39, 39, 199, 173, 39, 39, 102, 64, 51, 123, 66])
    #expect(continues.offsets.last == TextOffsets(3, 3))
    for (prefix, suffix) in [("##", nil), (nil, "</w>"), ("##", "</w>"), ("", ""), ("é", "中文中文")]
      as [(String?, String?)]
    {
      for flags in 0..<4 {
        let tokenizer = try decorated(prefix, suffix, fallsBack: flags & 1 > 0, joins: flags & 2 > 0)
        for text in ["bé", "é", "", "b", "a bé中 x", String(repeating: "é", count: 50)] {
          let encoding = try tokenizer.encode(text, offsets: .bytes)
          #expect(encoding.offsets.allSatisfy { $0.start <= $0.end && $0.end <= text.utf8.count })
        }
      }
    }
  }

  /// What comes token by token is what all tokens are together, also where a token changes the text of those before it.
  @Test(arguments: [
    ##"{"type": "BPEDecoder", "suffix": "</w>"}"##, ###"{"type": "BPEDecoder", "suffix": "##"}"###,
    ##"{"type": "ByteFallback"}"##, ##"{"type": "WordPiece", "prefix": "%%", "cleanup": true}"##,
  ])
  func whatIsStreamedIsWhatIsDecoded(_ decoder: String) throws {
    let bytes = (0..<256).map { "\"<0x\($0 < 16 ? "0" : "")\(String($0, radix: 16, uppercase: true))>\": \($0)" }
    let words = ["hello", "##lo", "wor</w>", "%%ld", "é</w>", "##ü", " x"].enumerated().map { "\"\($1)\": \(256 + $0)" }
    let tokenizer = try Tokenizer(
      json: model(
        #"{"type": "BPE", "merges": [], "vocab": {\#((bytes + words).joined(separator: ", "))}}"#,
        ", \"decoder\": \(decoder)"))
    let tokens = Array(256..<263) + [0x41, 0x0A, 0xC3, 0xA9, 0xFF, 0x20]
    var random = SeededRandom(state: 7)
    for _ in 0..<500 {
      let ids = (0..<Int.random(in: 1...14, using: &random)).compactMap { _ in tokens.randomElement(using: &random) }
      var stream = tokenizer.streamingDecoder()
      let streamed = try ids.map { try stream.append($0) }.joined() + stream.finish()
      #expect(try streamed.utf8.elementsEqual(tokenizer.decode(ids).utf8), "\(ids)")
    }
    // Many characters of bytes are not held back to their end.
    let long = Array(String(repeating: "中é", count: 20).utf8).map { Int($0) }
    var stream = tokenizer.streamingDecoder()
    let parts = try long.map { try stream.append($0) }
    #expect(parts.prefix(50).contains { !$0.isEmpty })
    #expect(try (parts.joined() + stream.finish()).utf8.elementsEqual(tokenizer.decode(long).utf8))
  }

  @Test func aTextThatGrowsBeyondMemoryIsRefusedBeforeItDoes() throws {
    let long = String(repeating: "x", count: 1 << 20)
    for pattern in [#"{"String": "a"}"#, #"{"Regex": "[ab]"}"#] {
      let tokenizer = try Tokenizer(
        json: model(
          Self.words, ", \"normalizer\": {\"type\": \"Replace\", \"pattern\": \(pattern), \"content\": \"\(long)\"}"))
      let error = #expect(throws: TokenizerError.self) { try tokenizer.encode(String(repeating: "a", count: 1000)) }
      #expect(error?.code == .limitExceeded)
    }
    // SentencePiece's map: a trie of "a" alone, whose value is the place of a long text.
    var units = [UInt32](repeating: 0, count: 98)
    units[0x61] = 96 << 10 | 1 << 8 | 0x61  // its value is unit 0x61 ^ 96
    var map = Data([UInt32(4 * units.count)].flatMap(Self.bytes) + units.flatMap(Self.bytes))
    map += Data(long.utf8) + [0]
    let mapping =
      ", \"normalizer\": {\"type\": \"Precompiled\", \"precompiled_charsmap\": \"\(map.base64EncodedString())\"}"
    let mapped = try Tokenizer(json: model(Self.words, mapping))
    let error = #expect(throws: TokenizerError.self) { try mapped.encode(String(repeating: "a", count: 1000)) }
    #expect(error?.code == .limitExceeded)
    let decoding = ", \"decoder\": {\"type\": \"Replace\", \"pattern\": {\"String\": \"a\"}, \"content\": \"\(long)\"}"
    let decoder = try Tokenizer(json: model(Self.words, decoding))
    #expect(try decoder.decode([0]).utf8.count == 1 << 20)
    let many = #expect(throws: TokenizerError.self) {
      try decoder.decode([Int](repeating: 0, count: 1000))
    }
    #expect(many?.code == .limitExceeded)
  }

  private static func bytes(_ word: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }

  @Test func extremeExponentsAndRepetitionsOfNothing() {
    _ = message(model(#"{"type": "Unigram", "vocab": [["a", 1e-9223372036854775808]], "unk_id": 0}"#))
    let pattern = "(((((){1000}){1000}){1000}){1000}){1000}"
    _ = message(
      model(
        Self.words,
        #", "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\#(pattern)"}, "behavior": "Isolated", "invert": false}"#
      ))
  }

  @Test func truncationThatCannotBeIsRefused() throws {
    var tokenizer = try Tokenizer(contentsOf: "\(goldens)/bert.json")
    tokenizer.truncation = TokenTruncation(maxLength: 1)
    #expect(throws: TokenizerError.self) { try tokenizer.encode("a b") }
    tokenizer.truncation = TokenTruncation(maxLength: 4, stride: 5)
    #expect(throws: TokenizerError.self) { try tokenizer.encode("a b c d e f") }
    tokenizer.truncation = TokenTruncation(maxLength: 4, strategy: .onlySecond)
    #expect(throws: TokenizerError.self) { try tokenizer.encode("a b c d e f") }
    tokenizer.truncation = nil
    tokenizer.padding = TokenPadding(.fixed(1 << 30))
    #expect(throws: TokenizerError.self) { try tokenizer.encode("a") }
  }
}
