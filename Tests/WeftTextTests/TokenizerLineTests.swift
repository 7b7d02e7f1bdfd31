import Foundation
import Testing
import WeftText

/// Compares very many lines with `tokenizers`: run `Goldens/compare_lines.py`, which writes the lines and a digest of
/// each and names the variables of the environment that this test reads.
@Suite struct TokenizerLineTests {
  static let environment = ProcessInfo.processInfo.environment

  @Test(.enabled(if: environment["WEFT_TOKENIZER_LINES"] != nil)) func everyLineIsTheSame() throws {
    let lines = try #require(Self.environment["WEFT_TOKENIZER_LINES"])
    let tokenizer = try Tokenizer(contentsOf: try #require(Self.environment["WEFT_TOKENIZER"]))
    let texts = try JSONDecoder().decode([String].self, from: try Data(contentsOf: URL(fileURLWithPath: lines)))
    let digests = try String(contentsOfFile: lines + ".digests", encoding: .utf8).split(separator: "\n")
    #expect(texts.count == digests.count)
    var different = 0
    for (text, digest) in zip(texts, digests) where Self.digest(try tokenizer.encode(text)) != digest {
      different += 1
      if different < 10 { Issue.record("\(text.debugDescription)") }
    }
    #expect(different == 0)
  }

  /// FNV-1a over all that an encoding holds.
  private static func digest(_ encoding: Encoding) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func add(_ text: String) {
      for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
      hash = (hash ^ 0xFF) &* 0x100_0000_01B3
    }
    for index in encoding.ids.indices {
      let place = encoding.offsets[index]
      let numbers = [
        encoding.ids[index], encoding.typeIDs[index], place.start, place.end, encoding.wordIDs[index] ?? -1,
        encoding.specialTokensMask[index],
      ]
      for number in numbers { add(String(number)) }
      add(encoding.tokens[index])
    }
    return String(hash, radix: 16)
  }
}
