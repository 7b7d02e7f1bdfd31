/// Files whose checksums are made right again: else hardly anything that a fuzzer changes would get past them.
enum Checksums {
  /// The CRC of 32 bits with this polynomial, its bits turned round: zlib's, or Castagnoli's.
  static func crc(_ bytes: some Sequence<UInt8>, polynomial: UInt32 = 0xEDB8_8320) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? polynomial : 0) }
    }
  }

  /// A PNG image: each chunk is a length, a name, content and the checksum of the two.
  static func repaired(png bytes: [UInt8]) -> [UInt8] {
    var (result, place) = (bytes, 8)
    while place + 12 <= bytes.count {
      let length = Int(number(bytes, place, UInt32.self).byteSwapped)
      guard length <= bytes.count - place - 12 else { break }
      put(crc(bytes[place + 4..<place + 8 + length]).byteSwapped, at: place + 8 + length, in: &result)
      place += 12 + length
    }
    return result
  }

  /// An event file: each record is a length, its checksum, data and their checksum.
  static func repaired(events bytes: [UInt8]) -> [UInt8] {
    var (result, place) = (bytes, 0)
    func masked(_ range: Range<Int>) -> UInt32 {
      let sum = crc(bytes[range], polynomial: 0x82F6_3B78)
      return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }
    while place + 16 <= bytes.count {
      put(masked(place..<place + 8), at: place + 8, in: &result)
      guard let length = Int(exactly: number(bytes, place, UInt64.self)), length <= bytes.count - place - 16 else {
        break
      }
      put(masked(place + 12..<place + 12 + length), at: place + 12 + length, in: &result)
      place += 16 + length
    }
    return result
  }

  /// A zip archive without a comment: the directory has the checksums of members that are stored as they are.
  static func repaired(zip bytes: [UInt8]) -> [UInt8] {
    guard bytes.count >= 22 else { return bytes }
    var result = bytes
    var place = Int(number(bytes, bytes.count - 6, UInt32.self))
    while place + 46 <= bytes.count, number(bytes, place, UInt32.self) == 0x0201_4B50 {
      let header = Int(number(bytes, place + 42, UInt32.self))
      if number(bytes, place + 10, UInt16.self) == 0, header + 30 <= bytes.count {
        let start = header + 30 + length(bytes, header + 26) + length(bytes, header + 28)
        let count = Int(number(bytes, place + 20, UInt32.self))
        if start + count <= bytes.count { put(crc(bytes[start..<start + count]), at: place + 16, in: &result) }
      }
      place += 46 + length(bytes, place + 28) + length(bytes, place + 30) + length(bytes, place + 32)
    }
    return result
  }

  private static func length(_ bytes: [UInt8], _ place: Int) -> Int { Int(number(bytes, place, UInt16.self)) }

  /// A number with its least significant byte first.
  private static func number<Value: FixedWidthInteger>(_ bytes: [UInt8], _ place: Int, _: Value.Type) -> Value {
    bytes.withUnsafeBytes { Value(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Value.self)) }
  }

  private static func put(_ value: UInt32, at place: Int, in bytes: inout [UInt8]) {
    for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: value >> (8 * index)) }
  }
}
