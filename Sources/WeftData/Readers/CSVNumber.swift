/// Numbers as text files write them.
enum CSVNumber {
  /// The number that the bytes spell, spaces around it aside, correctly rounded; "nan" and "inf" are numbers.
  static func parse(_ bytes: ArraySlice<UInt8>) -> Double? {
    var trimmed = bytes.drop { $0 == 0x20 || $0 == 0x09 }
    while let last = trimmed.last, last == 0x20 || last == 0x09 { trimmed.removeLast() }
    return plainDecimal(trimmed) ?? general(trimmed)
  }

  /// The same with a comma for the point; a point is refused then, as it might group thousands.
  static func parseWithComma(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard !bytes.contains(0x2E) else { return nil }
    return parse(bytes.map { $0 == 0x2C ? 0x2E : $0 }[...])
  }

  /// Digits with at most one point, few enough that number and divisor are exact, so that the quotient is too
  /// (W. Clinger, "How to read floating point numbers accurately", 1990): ten times as fast as the general way.
  private static func plainDecimal(_ bytes: ArraySlice<UInt8>) -> Double? {
    let isNegative = bytes.first == 0x2D
    let digits = isNegative ? bytes.dropFirst() : bytes
    guard !digits.isEmpty, digits.count <= 16 else { return nil }
    var (mantissa, digitCount, fraction): (Int, Int, Int?) = (0, 0, nil)
    for byte in digits {
      if byte == 0x2E, fraction == nil {
        fraction = 0
      } else if (0x30...0x39).contains(byte) {
        mantissa = mantissa * 10 + Int(byte - 0x30)
        digitCount += 1
        fraction = fraction.map { $0 + 1 }
      } else {
        return nil
      }
    }
    guard (1...15).contains(digitCount) else { return nil }
    let value = Double(mantissa) / powersOfTen[fraction ?? 0]
    return isNegative ? -value : value
  }

  /// Any decimal number that Swift reads; not the hexadecimal ones.
  private static func general(_ bytes: ArraySlice<UInt8>) -> Double? {
    guard bytes.count <= 400, !bytes.contains(where: { $0 == 0x78 || $0 == 0x58 }) else { return nil }
    return Double(String(decoding: bytes, as: UTF8.self))
  }

  private static let powersOfTen: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
  ]
}
