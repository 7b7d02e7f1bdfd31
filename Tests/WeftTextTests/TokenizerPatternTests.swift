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

  private static let sample = "aB3 ½,$é\t\u{1}\u{A0}中_😀~"
  /// Classes, case, ends of lines and groups, from the same.
  static let moreCuts: [(String, String, [String])] = [
    ("[[:alnum:]]+", sample, ["aB3", " ½,$", "é", "\t\u{1}\u{A0}", "中", "_😀~"]),
    ("[[:alpha:]]+", sample, ["aB", "3 ½,$", "é", "\t\u{1}\u{A0}", "中", "_😀~"]),
    ("[[:ascii:]]+", sample, ["aB3 ", "½", ",$", "é", "\t\u{1}", "\u{A0}中", "_", "😀", "~"]),
    ("[[:blank:]]+", sample, ["aB3", " ", "½,$é", "\t", "\u{1}", "\u{A0}", "中_😀~"]),
    ("[[:cntrl:]]+", sample, ["aB3 ½,$é", "\t\u{1}", "\u{A0}中_😀~"]),
    ("[[:digit:]]+", sample, ["aB", "3", " ½,$é\t\u{1}\u{A0}中_😀~"]),
    ("[[:graph:]]+", sample, ["aB3", " ", "½,$é", "\t\u{1}\u{A0}", "中_😀~"]),
    ("[[:lower:]]+", sample, ["a", "B3 ½,$", "é", "\t\u{1}\u{A0}中_😀~"]),
    ("[[:print:]]+", sample, ["aB3 ½,$é", "\t\u{1}", "\u{A0}中_😀~"]),
    ("[[:punct:]]+", sample, ["aB3 ½", ",$", "é\t\u{1}\u{A0}中", "_😀~"]),
    ("[[:space:]]+", sample, ["aB3", " ", "½,$é", "\t", "\u{1}", "\u{A0}", "中_😀~"]),
    ("[[:upper:]]+", sample, ["a", "B", "3 ½,$é\t\u{1}\u{A0}中_😀~"]),
    ("[[:xdigit:]]+", sample, ["aB3", " ½,$é\t\u{1}\u{A0}中_😀~"]), ("[[:^punct:]x]+", "ab$,é", ["ab", "$,", "é"]),
    ("[^[:alnum:]]+", "a$b,é!", ["a", "$", "b", ",", "é", "!"]), ("[[:^alpha:][:digit:]]+", "a1!b", ["a", "1!", "b"]),
    ("\\p{Alnum}+", "a½1", ["a", "½", "1"]), ("\\p{Punct}+", "a$,", ["a$", ","]),
    ("\\P{graph}+", "a b", ["a", " ", "b"]), ("\\p{Upper}+|\\p{Digit}", "aBC12", ["a", "BC", "1", "2"]),
    ("\\p{Word}+", "a½!", ["a½", "!"]), ("\\p{Space}+|\\p{Lower}", "ab  C", ["a", "b", "  ", "C"]),
    ("(?i)[^k]+", "aKbkc\u{212A}d", ["a", "K", "b", "k", "c", "\u{212A}", "d"]),
    ("(?i)[^k\\s]+", "aK bk", ["a", "K ", "b", "k"]), ("(?i)[[^k]]+", "aKb", ["aKb"]),
    ("(?i)[a-c&&[^b]]+", "aBcb", ["a", "B", "c", "b"]), ("(?i)[^a-c&&[^b]]+", "aBcbx", ["a", "B", "c", "bx"]),
    ("(?i:[^A])", "aAb", ["aA", "b"]), ("(?i)[k]+", "K\u{212A}k", ["K\u{212A}k"]), ("(?<word>a+)b", "aab", ["aab"]),
    ("a(?#no\\)te)b", "xaby", ["x", "ab", "y"]),
    ("\\R", "a\r\nb\nc\u{2028}d\u{85}e\rf", ["a", "\r\n", "b", "\n", "c", "\u{2028}", "d", "\u{85}", "e", "\r", "f"]),
    ("\\N+", "a\nb", ["a", "\n", "b"]), ("\\O+", "a\nb", ["a\nb"]), ("\\R+x", "\r\n\r\nx", ["\r\n\r\nx"]),
    ("(?i)[s]", "s\u{17F}S", ["s", "\u{17F}", "S"]), ("(?i)\\u017f", "s", ["s"]),
  ]

  @Test(arguments: (cuts + moreCuts).indices) func cutsAsOniguruma(_ index: Int) throws {
    let (pattern, text, expected) = (Self.cuts + Self.moreCuts)[index]
    #expect(try pieces(pattern, text) == expected, "\(pattern)")
  }

  @Test func whatIsNotKnownIsNamedWithItsPlace() throws {
    let error = #expect(throws: TokenizerError.self) { try tokenizer("ab\\K") }
    #expect(
      error?.description
        == "[tokenizer.unsupported] tokenizer.json: pre_tokenizer.pattern, character 2 of the pattern ab\\K: expected an "
        + "escape of the kinds \\s \\w \\d \\h \\p{...} \\b \\n \\r \\t \\f \\v \\x \\u; found \"\\K\"")
    for pattern in [
      "(a", "a)", "[a", "a{2,1}", "(?<n>a)\\k<n>", "(?<>a)", "(?<n", "(?#a", "[[:alnam:]]", "\\1", "*a", "\\p{Klingon}",
      "(?=a)*", "a{9999}", "\\", "(?i:Straße)", "(?i)fi",
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
