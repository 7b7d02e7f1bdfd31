/// The frames of TFRecord files: a length, its checksum, the data, their checksum.
enum RecordFraming {
  /// What surrounds the data.
  static let overhead = 16

  /// CRC-32C (Castagnoli) of each byte.
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0x82F6_3B78 : 0) }
  }

  /// The checksum, turned and shifted so that data which hold checksums keep theirs apart.
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    let crc = ~bytes.reduce(~UInt32(0)) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 0xFF)] }
    return (crc >> 15 | crc << 17) &+ 0xA282_EAD8
  }

  static func framed(_ data: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(checksum(length)) + data + littleEndian(checksum(data))
  }

  private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian, Array.init)
  }
}
