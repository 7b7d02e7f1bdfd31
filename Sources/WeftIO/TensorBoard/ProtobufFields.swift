/// A protobuf message's fields one after the other. A message that breaks the encoding ends early, with `isBroken` set.
struct ProtobufFields: Sequence, IteratorProtocol {
  enum Value {
    case integer(UInt64)
    case eight(UInt64)
    case four(UInt32)
    case data(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>
  private(set) var isBroken = false

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> (field: Int, value: Value)? {
    guard !rest.isEmpty, !isBroken else { return nil }
    guard let key = varint(), key >> 3 > 0, key >> 3 < 1 << 29, let value = value(of: key & 7) else {
      isBroken = true
      return nil
    }
    return (Int(key >> 3), value)
  }

  private mutating func varint() -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      number |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return number }
    }
    return nil
  }

  private mutating func value(of wire: UInt64) -> Value? {
    switch wire {
    case 0: return varint().map { .integer($0) }
    case 1: return fixed(8).map { .eight($0) }
    case 2:
      guard let size = varint(), size <= UInt64(rest.count) else { return nil }
      let data = rest.prefix(Int(size))
      rest = rest.dropFirst(Int(size))
      return .data(data)
    case 5: return fixed(4).map { .four(UInt32($0)) }
    default: return nil
    }
  }

  private mutating func fixed(_ count: Int) -> UInt64? {
    guard rest.count >= count else { return nil }
    let number = rest.prefix(count).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    rest = rest.dropFirst(count)
    return number
  }
}
