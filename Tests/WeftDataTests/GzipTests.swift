import Testing
import Weft

@Suite("Gzip files")
struct GzipTests {
  private static let text = Array("The weft passes forward and back through the loom. ".utf8)
  private static let plain = Array(repeatElement(text, count: 40).joined())

  private static func inflate(_ file: FileBytes) throws(DataFileError) -> [UInt8] { try Gzip.inflated(file).bytes }

  private static func named(_ bytes: [UInt8]) -> FileBytes { FileBytes(name: "train.gz", bytes: bytes) }

  @Test("What is deflated inflates to itself", arguments: [0, 1, 6, 9, 40, -3])
  func roundTrip(level: Int) throws {
    for bytes in [[], [7], Self.plain, (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }] {
      #expect(try Self.inflate(Self.named(Gzip.deflated(bytes, level: level))) == bytes)
    }
  }

  @Test("A file made by gzip is read")
  func foreignFile() throws {
    // printf 'weft\n' | gzip -n
    let bytes: [UInt8] = [
      0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x2B, 0x4F, 0x4D, 0x2B, 0xE1, 2, 0, 0x8D, 0x2E, 0xF4, 0x66, 5, 0, 0, 0,
    ]
    #expect(try Self.inflate(Self.named(bytes)) == Array("weft\n".utf8))
  }

  @Test("Members follow each other, zero bytes pad the end, anything else there is refused")
  func members() throws {
    let one = Gzip.deflated(Self.plain)
    #expect(try Self.inflate(Self.named(one + Gzip.deflated([1, 2]) + one)) == Self.plain + [1, 2] + Self.plain)
    #expect(try Self.inflate(Self.named(one + [0, 0, 0])) == Self.plain)
    let error = HostileFiles.failure { () throws(DataFileError) in try Self.inflate(Self.named(one + [0, 9])) }
    #expect(error?.code == .trailingBytes)
    #expect(error?.offset == one.count + 1)
  }

  @Test("The result is bounded, and the message says how to raise the bound")
  func limit() throws {
    let bomb = Self.named(Gzip.deflated([UInt8](repeating: 0, count: 8_000_000)))
    #expect(bomb.bytes.count < 10_000)
    let error = HostileFiles.failure { () throws(DataFileError) in try Gzip.inflated(bomb, limit: 7_999_999) }
    #expect(error?.code == .limitExceeded)
    #expect(error?.description.contains("at most 7999999 bytes") == true)
    #expect(error?.hint?.contains("`limit`") == true)
    #expect(try Gzip.inflated(bomb, limit: 8_000_000).bytes.count == 8_000_000)
  }

  @Test("A file cut off anywhere is refused")
  func truncated() {
    let bytes = Gzip.deflated(Self.plain)
    HostileFiles.expectEveryCutIsRefused(bytes, Self.inflate)
    let error = HostileFiles.failure { () throws(DataFileError) in
      try Self.inflate(Self.named(Array(bytes.dropLast())))
    }
    #expect(error?.code == .truncated)
    #expect(error?.offset == bytes.count - 1)
  }

  @Test("A flipped bit is found, or changes nothing")
  func bitFlips() {
    let bytes = Gzip.deflated(Self.plain)
    HostileFiles.withEveryBitFlipped(bytes) { file, byte in
      // No checksum covers the time and the system's name, and the last byte of the data is filled up with any bits.
      let inflated = try? Self.inflate(file)
      #expect(inflated == nil || inflated == Self.plain, "byte \(byte)")
    }
  }

  @Test("A wrong checksum is reported as damage, with the place")
  func checksum() {
    var bytes = Gzip.deflated(Self.plain)
    bytes[bytes.count - 6] ^= 1
    let error = HostileFiles.failure { () throws(DataFileError) in try Self.inflate(Self.named(bytes)) }
    #expect(error?.code == .corrupt)
    #expect(error?.description.contains("incorrect data check") == true)
  }

  @Test("Another kind of file is called by its name")
  func otherKinds() {
    HostileFiles.expectKindIsNamed(Self.inflate)
    let error = HostileFiles.failure { () throws(DataFileError) in
      try Self.inflate(FileBytes(name: "train.gz", bytes: HostileFiles.page))
    }
    #expect(
      error?.description == """
        train.gz at byte 0: expected a gzip file (1f 8b), found the bytes 0a 3c 21 44 4f 43 54 59; \
        the file looks like an HTML page; a download may have been answered with a sign-in or error page: \
        open it in an editor [data.wrong-format]
        """)
  }
}
