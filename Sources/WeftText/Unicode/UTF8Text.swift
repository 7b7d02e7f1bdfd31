/// A place in UTF-8 that is known to be valid: what stands there and how long it is.
struct ScalarAt {
  let value: UInt32
  let length: Int

  /// The scalar that begins at a byte. The bytes must be valid UTF-8, and the place one where a scalar begins.
  @inline(__always)
  init(_ bytes: UnsafePointer<UInt8>, _ place: Int) {
    let first = UInt32(bytes[place])
    if first < 0x80 {
      value = first
      length = 1
    } else if first < 0xE0 {
      value = (first & 0x1F) << 6 | UInt32(bytes[place + 1] & 0x3F)
      length = 2
    } else if first < 0xF0 {
      value = (first & 0x0F) << 12 | UInt32(bytes[place + 1] & 0x3F) << 6 | UInt32(bytes[place + 2] & 0x3F)
      length = 3
    } else {
      let high = (first & 0x07) << 18 | UInt32(bytes[place + 1] & 0x3F) << 12
      value = high | UInt32(bytes[place + 2] & 0x3F) << 6 | UInt32(bytes[place + 3] & 0x3F)
      length = 4
    }
  }

  /// The scalar that ends before a byte.
  @inline(__always)
  init(before place: Int, _ bytes: UnsafePointer<UInt8>) {
    var start = place - 1
    while bytes[start] & 0xC0 == 0x80 { start -= 1 }
    self.init(bytes, start)
  }
}

/// Appends a scalar in UTF-8 and says how many bytes it took.
@discardableResult @inline(__always)
func appendScalar(_ scalar: UInt32, to bytes: inout [UInt8]) -> Int {
  if scalar < 0x80 {
    bytes.append(UInt8(truncatingIfNeeded: scalar))
    return 1
  }
  if scalar < 0x800 {
    bytes.append(UInt8(truncatingIfNeeded: 0xC0 | scalar >> 6))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    return 2
  }
  if scalar < 0x10000 {
    bytes.append(UInt8(truncatingIfNeeded: 0xE0 | scalar >> 12))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
    bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
    return 3
  }
  bytes.append(UInt8(truncatingIfNeeded: 0xF0 | scalar >> 18))
  bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 12 & 0x3F))
  bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> 6 & 0x3F))
  bytes.append(UInt8(truncatingIfNeeded: 0x80 | scalar & 0x3F))
  return 4
}

/// Whether all bytes are ASCII, looked at eight at a time.
func isASCII(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
  guard let base = UnsafeRawPointer(bytes.baseAddress) else { return true }
  var place = 0
  while place + 8 <= bytes.count {
    guard base.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 else { return false }
    place += 8
  }
  while place < bytes.count {
    guard bytes[place] < 0x80 else { return false }
    place += 1
  }
  return true
}

/// The bytes of a text, in place where it holds them in a row.
@inline(__always)
func withUTF8Bytes<Value, Failure: Error>(
  _ text: String, _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
) throws(Failure) -> Value {
  var text = text
  var result: Result<Value, Failure>?
  text.withUTF8 { buffer in result = Result { () throws(Failure) in try body(buffer) } }
  guard let result else { preconditionFailure("withUTF8 calls its body") }
  return try result.get()
}
