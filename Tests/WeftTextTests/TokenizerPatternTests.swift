import Testing
import WeftText

@Suite struct TokenizerPatternTests {
  /// A tokenizer that does nothing but cut where a pattern says.
  private func tokenizer(_ pattern: String) throws -> Tokenizer {
    let quoted = pattern.reduce(into: "") { result, character in
      if character == "\\" || character == "\"" { result += "\\" }
      result.append(character)
    }
    return try Tokenizer(
      json: Array(
        """
        {"model": {"type": "WordLevel", "vocab": {"?": 0}, "unk_token": "?"}, "pre_tokenizer": {"type": "Split",
        "pattern": {"Regex": "\(quoted)"}, "behavior": "Isolated", "invert": false}}
        """.utf8))
  }

  private func pieces(_ pattern: String, _ text: String) throws -> [String] {
    let scalars = Array(text.unicodeScalars)
    return try tokenizer(pattern).encode(text).offsets.map { place in
      String(String.UnicodeScalarView(scalars[place.start..<place.end]))
    }
  }

  /// What Oniguruma 6.9.8 cuts, through `tokenizers.pre_tokenizers.Split`.
  static let cuts: [(String, String, [String])] = [
    ("a+?b", "aabab", ["aab", "ab"]),
    ("(?:ab)*+c|a", "ababac", ["a", "b", "a", "b", "a", "c"]),
    ("x{2,3}", "xxxxxy", ["xxx", "xx", "y"]),
    ("(?i:'s|k)", "'S'\u{17F}K\u{212A}k", ["'S", "'\u{17F}", "K", "\u{212A}", "k"]),
    ("x{2}+y|x", "xxxxxy", ["x", "xxxxy"]), ("$", "a\nb", ["a", "\nb"]), ("\\h+", "xf0g", ["x", "f0", "g"]),
    ("(?m:a.b)|.", "a\nb", ["a\nb"]), ("(a|b)+?c|d*", "abcddx", ["abc", "dd", "x"]),
    ("[\\s\\p{P}&&[^,]]+", "a ,. b", ["a", " ", ",", ". ", "b"]), ("\\Ab|b\\z", "bb b", ["b", "b ", "b"]),
    ("\\s+(?!\\S)", "a   b  ", ["a", "  ", " b", "  "]), ("(?<=a)b", "abb", ["a", "b", "b"]),
    ("(?<!a)b", "abb", ["ab", "b"]), ("^b", "b\nb", ["b", "\n", "b"]), ("[^\\W\\d]+", "ab1_2", ["ab", "1", "_", "2"]),
    ("[a-c&&[^b]]", "abc", ["a", "b", "c"]), ("(?>a+)ab|a", "aab", ["a", "a", "b"]),
    ("\\p{Han}+", "x中文y", ["x", "中文", "y"]),
    ("\\w+", "a½²! ①", ["a½²", "! ①"]), ("[\\w]+", "a½²!", ["a", "½²!"]), ("[^\\w]+", "a½²!", ["a", "½²!"]),
    ("\\W+", "a½²!", ["a½²", "!"]), ("[\\W]+", "a½²!", ["a", "½²!"]), ("[^\\W]+", "a½²!", ["a", "½²!"]),
    ("[[:word:]]+", "a½²!", ["a", "½²!"]), ("[\\w&&[^a]]+", "ab½!", ["a", "b", "½!"]),
    ("\\bb", "b ab", ["b", " ab"]), (".", "a\nb", ["a", "\n", "b"]), ("[\\]\\-x]", "]-xy", ["]", "-", "x", "y"]),
  ]

  @Test(arguments: cuts.indices) func cutsAsOniguruma(_ index: Int) throws {
    let (pattern, text, expected) = Self.cuts[index]
    #expect(try pieces(pattern, text) == expected, "\(pattern)")
  }

  @Test func whatIsNotKnownIsNamedWithItsPlace() throws {
    let error = #expect(throws: TokenizerError.self) { try tokenizer("ab\\K") }
    #expect(
      error?.description
        == "[tokenizer.unsupported] tokenizer.json: pre_tokenizer.pattern, character 2 of the pattern ab\\K: expected an "
        + "escape of the kinds \\s \\w \\d \\h \\p{...} \\b \\n \\r \\t \\f \\v \\x \\u; found \"\\K\"")
    for pattern in [
      "(a", "a)", "[a", "a{2,1}", "(?<n>a)", "\\1", "*a", "\\p{Klingon}", "(?=a)*", "a{9999}", "\\", "(?i:Straße)",
      "(?i)fi",
    ] {
      #expect(throws: TokenizerError.self, "\(pattern)") { try tokenizer(pattern) }
    }
  }

  @Test func aPatternThatNeverEndsIsStopped() throws {
    let slow = try tokenizer("(?:a+)+b")
    let error = #expect(throws: TokenizerError.self) { try slow.encode(String(repeating: "a", count: 40)) }
    #expect(error?.code == .patternTooSlow)
  }
}
