/// A message in protobuf's encoding, written field by field: what event files hold.
struct ProtobufWriter {
  private(set) var bytes: [UInt8] = []

  /// A message of these fields.
  init(_ body: (inout ProtobufWriter) -> Void = { _ in }) { body(&self) }

  private mutating func varint(_ number: UInt64) {
    var rest = number
    while rest > 0x7F {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func key(_ field: Int, _ wire: UInt64) { varint(UInt64(field) << 3 | wire) }

  mutating func integer(_ field: Int, _ number: Int) {
    key(field, 0)
    varint(UInt64(bitPattern: Int64(number)))
  }

  mutating func double(_ field: Int, _ number: Double) {
    key(field, 1)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func float(_ field: Int, _ number: Float) {
    key(field, 5)
    withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func data(_ field: Int, _ data: some Collection<UInt8>) {
    key(field, 2)
    varint(UInt64(data.count))
    bytes += data
  }

  mutating func text(_ field: Int, _ text: String) { data(field, Array(text.utf8)) }

  mutating func message(_ field: Int, _ body: (inout ProtobufWriter) -> Void) {
    data(field, ProtobufWriter(body).bytes)
  }

  /// Numbers one after the other, without a key for each.
  mutating func doubles(_ field: Int, _ numbers: [Double]) {
    var packed: [UInt8] = []
    packed.reserveCapacity(8 * numbers.count)
    for number in numbers { withUnsafeBytes(of: number.bitPattern.littleEndian) { packed += $0 } }
    data(field, packed)
  }
}
