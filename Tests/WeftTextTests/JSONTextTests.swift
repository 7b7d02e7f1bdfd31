import Testing
import WeftText

@Suite struct JSONTextTests {
  /// What stands in quotes, or what was expected at which byte.
  private static func read(_ text: String) -> String { read(Array(text.utf8)) }

  private static func read(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBufferPointer { bytes in
      var place = 1
      do throws(JSONText.Failure) {
        let text = try JSONText.read(bytes, at: &place)
        return place == bytes.count ? text : "\(text) and more"
      } catch {
        return "\(error.place): \(error.expected)"
      }
    }
  }

  @Test func textsAreRead() {
    #expect(Self.read(#""""#) == "")
    #expect(Self.read(#""plain Grüße 😀""#) == "plain Grüße 😀")
    #expect(Self.read(#""a\"\\\/\b\f\n\r\t\u0041\u00e9z""#) == "a\"\\/\u{8}\u{C}\n\r\tAéz")
    #expect(Self.read(#""\uD83D\uDE00""#) == "😀")
    #expect(Self.read(#""\u0000""#) == "\0")
    #expect(Self.read(#""a" "#) == "a and more")
  }

  @Test(arguments: [
    (#""abc"#, "4: a text's closing quote"),
    (#""a\"#, "3: an escape"),
    (#""a\x""#, "3: an escape"),
    (#""\u12G4""#, "5: four hexadecimal digits"),
    (#""\u12"#, "5: four hexadecimal digits"),
    (#""\uD83D""#, "7: the second half of a surrogate pair"),
    (#""\uDE00\uD83D""#, "7: the second half of a surrogate pair"),
    (#""\uD83D\u0041""#, "13: the second half of a surrogate pair before this"),
    ("\"a\nb\"", "2: no control character in a text"),
    ("\"\\n\u{1}\"", "3: no control character in a text"),
  ]) func whatIsNoneIsRefused(_ text: String, _ failure: String) {
    #expect(Self.read(text) == failure)
  }

  @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0x5C, 0x6E, 0xC3, 0x22]] as [[UInt8]])
  func otherBytesThanUTF8AreRefused(_ bytes: [UInt8]) {
    #expect(Self.read(bytes).hasSuffix("a text in UTF-8"))
  }
}
