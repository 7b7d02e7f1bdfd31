/// The characters of a text as a reader sees them (Unicode Standard Annex 29).
enum Graphemes {
  static func forEach(in bytes: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    guard let base = bytes.baseAddress else { return }
    var place = 0
    while place < bytes.count {
      // Two characters of ASCII are apart, but for a line's end of two.
      if bytes[place] < 0x80, place + 1 == bytes.count || bytes[place + 1] < 0x80, bytes[place] != 0x0D {
        body(place..<place + 1)
        place += 1
        continue
      }
      place = breakUp(bytes, base, from: place, body)
    }
  }

  /// Goes on by the standard library's rules to the next plain stretch, and says where that begins.
  private static func breakUp(
    _ bytes: UnsafeBufferPointer<UInt8>, _ base: UnsafePointer<UInt8>, from start: Int, _ body: (Range<Int>) -> Void
  ) -> Int {
    var end = start + ScalarAt(base, start).length
    while end < bytes.count, !(bytes[end] < 0x80 && bytes[end] != 0x0D && bytes[end] != 0x0A && bytes[end - 1] < 0x80) {
      end += ScalarAt(base, end).length
    }
    var place = start
    for character in String(decoding: bytes[start..<end], as: UTF8.self) {
      let length = character.utf8.count
      body(place..<place + length)
      place += length
    }
    return place
  }
}
