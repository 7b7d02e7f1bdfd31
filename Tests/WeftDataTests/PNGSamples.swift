import Weft

/// PNG files put together by hand: encodings that our own encoder does not write, and broken ones.
struct PNGSamples: CustomStringConvertible, Sendable {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  let name: String
  let bytes: [UInt8]
  /// The pixels, drawn over a gray of 100.
  let rgb: [UInt8]

  var description: String { name }

  static let all = [
    PNGSamples(
      name: "palette",
      bytes: header(width: 2, height: 1, kind: 3) + chunk("PLTE", [9, 8, 7, 200, 100, 50]) + data([0, 1, 0])
        + chunk("IEND", []), rgb: [200, 100, 50, 9, 8, 7]),
    PNGSamples(
      name: "16-bit gray",
      bytes: header(width: 2, height: 1, depth: 16, kind: 0) + data([0, 0x80, 0x80, 0xFF, 0xFF]) + chunk("IEND", []),
      rgb: [128, 128, 128, 255, 255, 255]),
    PNGSamples(
      name: "transparent",
      bytes: header(width: 2, height: 1, kind: 6) + data([0, 1, 2, 3, 255, 50, 60, 70, 0]) + chunk("IEND", []),
      rgb: [1, 2, 3, 100, 100, 100]),
    PNGSamples(
      name: "1-bit",
      bytes: header(width: 3, height: 1, depth: 1, kind: 0) + data([0, 0b1010_0000]) + chunk("IEND", []),
      rgb: [255, 255, 255, 0, 0, 0, 255, 255, 255]),
  ]

  /// The signature and a header chunk; kind 0 is gray, 2 RGB, 3 a palette, 6 RGB and alpha.
  static func header(width: UInt32, height: UInt32, depth: UInt8 = 8, kind: UInt8 = 2) -> [UInt8] {
    signature + chunk("IHDR", bigEndian(width) + bigEndian(height) + [depth, kind, 0, 0, 0])
  }

  /// A chunk of pixel data: zlib's container around one stored block.
  static func data(_ rows: [UInt8]) -> [UInt8] {
    let count = UInt8(rows.count)
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in rows {
      low = (low + UInt32(byte)) % 65521
      high = (high + low) % 65521
    }
    return chunk("IDAT", [0x78, 1, 1, count, 0, ~count, 0xFF] + rows + bigEndian(high << 16 | low))
  }

  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(UInt32(data.count)) + body + bigEndian(checksum(body))
  }

  private static func bigEndian(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }

  /// CRC-32, bit by bit.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
  }
}
