/// Reads the wire format of protocol buffers, so far as SentencePiece's models need it.
struct Protobuf {
  /// A field's value.
  enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
    case fixed(UInt32)
  }

  private var bytes: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// The next field and its value; nil at the end.
  ///
  /// - Throws: `Damage` where the bytes are no message.
  mutating func next() throws(Damage) -> (field: Int, value: Value)? {
    guard !bytes.isEmpty else { return nil }
    let key = try number()
    guard key >> 3 <= 0x1FFF_FFFF else { throw Damage(offset: bytes.startIndex) }
    let field = Int(key >> 3)
    switch key & 7 {
    case 0: return (field, .number(try number()))
    case 1:
      _ = try take(8)
      return (field, .number(0))
    case 2:
      let length = try number()
      guard length <= UInt64(bytes.count) else { throw Damage(offset: bytes.startIndex) }
      return (field, .bytes(try take(Int(length))))
    case 5:
      let four = try take(4)
      return (field, .fixed(four.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }))
    default: throw Damage(offset: bytes.startIndex)
    }
  }

  /// Bytes that are no message, and where they are.
  struct Damage: Error {
    let offset: Int
  }

  private mutating func take(_ count: Int) throws(Damage) -> ArraySlice<UInt8> {
    guard count <= bytes.count else { throw Damage(offset: bytes.startIndex) }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }

  private mutating func number() throws(Damage) -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { throw Damage(offset: bytes.startIndex) }
      result |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return result }
    }
    throw Damage(offset: bytes.startIndex)
  }
}
