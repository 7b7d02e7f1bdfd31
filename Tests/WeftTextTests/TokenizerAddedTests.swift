import Testing
import WeftText

/// Added tokens where numbers become texts, as `tokenizers` 0.23.3 has them.
@Suite struct TokenizerAddedTests {
  private func tokenizer(_ normalizer: String) throws -> Tokenizer {
    func token(_ id: Int, _ text: String, normalized: Bool, special: Bool = false) -> String {
      "{\"id\": \(id), \"content\": \"\(text)\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, "
        + "\"normalized\": \(normalized), \"special\": \(special)}"
    }
    let added = [
      token(3, "The CAT", normalized: true), token(4, "DOG", normalized: false), token(1, "É", normalized: true),
      token(5, "<S>", normalized: true, special: true), token(6, "<E>", normalized: false, special: true),
    ]
    return try Tokenizer(
      json: Array(
        """
        {"normalizer": \(normalizer), "added_tokens": [\(added.joined(separator: ", "))],
        "model": {"type": "WordLevel", "vocab": {"a": 0, "É": 1, "[UNK]": 2}, "unk_token": "[UNK]"}}
        """.utf8))
  }

  /// Those that are looked for in the normalized text are called as they are found there, also where special ones are
  /// left out: by that name it is not one.
  @Test func normalizedTokensAreCalledAsTheyAreFound() throws {
    let lower = try tokenizer(#"{"type": "Lowercase"}"#)
    let ids = Array(0..<8)
    #expect(try lower.decode(ids, skipsSpecialTokens: false) == "a é [UNK] the cat DOG <s> <E>")
    #expect(try lower.decode(ids) == "a é [UNK] the cat DOG <s>")
    #expect(ids.map { lower.token(of: $0) } == ["a", "é", "[UNK]", "the cat", "DOG", "<s>", "<E>", nil])
    let encoding = try lower.encode("the cat É <s> DOG")
    #expect(encoding.ids.filter { $0 != 2 } == [3, 1, 5, 4])
    #expect(lower.isSpecial(5) && lower.isSpecial(6) && !lower.isSpecial(3))
    let behind = try tokenizer(#"{"type": "Prepend", "prepend": "x"}"#)
    #expect(try behind.decode(ids, skipsSpecialTokens: false) == "a xÉ [UNK] xThe CAT DOG x<S> <E>")
    #expect(try tokenizer("null").decode(ids, skipsSpecialTokens: false) == "a É [UNK] The CAT DOG <S> <E>")
  }

  /// Tokens that come one by one are the same, and tokens that are added later too.
  @Test func oneByOneAndAddedLater() throws {
    var lower = try tokenizer(#"{"type": "Lowercase"}"#)
    try lower.add([AddedToken("Foo", isNormalized: true), AddedToken("Bar", isNormalized: false)])
    let ids = [3, 7, 8, 5, 0]
    #expect(try lower.decode(ids) == "the cat foo Bar <s> a")
    var streaming = lower.streamingDecoder()
    var text = ""
    for id in ids { text += try streaming.append(id) }
    text += try streaming.finish()
    #expect(text == "the cat foo Bar <s> a")
  }
}
