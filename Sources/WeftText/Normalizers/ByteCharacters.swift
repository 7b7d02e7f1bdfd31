/// The alphabet of byte-level tokenizers: a printable character for each byte.
enum ByteCharacters {
  /// The character of each byte.
  static let scalars: [UInt32] = {
    var result: [UInt32] = []
    var next: UInt32 = 256
    for byte in 0..<256 as Range<UInt32> {
      if 0x21...0x7E ~= byte || 0xA1...0xAC ~= byte || byte >= 0xAE {
        result.append(byte)
      } else {
        result.append(next)
        next += 1
      }
    }
    return result
  }()

  /// The byte of each character below 324, or -1.
  static let bytes: [Int16] = {
    var result = [Int16](repeating: -1, count: 324)
    for (byte, scalar) in scalars.enumerated() { result[Int(scalar)] = Int16(byte) }
    return result
  }()

  /// The bytes that a text of these characters stands for, nil where it has others.
  static func decode(_ text: String) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      guard scalar.value < 324, bytes[Int(scalar.value)] >= 0 else { return nil }
      result.append(UInt8(bytes[Int(scalar.value)]))
    }
    return result
  }
}

extension AlignedText {
  /// Replaces each byte by its printable character.
  mutating func mapToByteCharacters() {
    align()
    var result = Rewriting(capacity: bytes.count * 2)
    for (place, byte) in bytes.enumerated() {
      result.append(ByteCharacters.scalars[Int(byte)], starts[place], ends[place])
    }
    take(result)
  }
}
