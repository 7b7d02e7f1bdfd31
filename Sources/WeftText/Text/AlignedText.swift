/// A text on its way through normalizers and pre-tokenizers, which remembers where in the original each byte is from.
struct AlignedText {
  /// The text as it is now, in UTF-8.
  var bytes: [UInt8]
  /// For each byte, the bytes of the original that it stands for. Empty while every scalar stands where it stood.
  private(set) var starts: [Int32] = []
  private(set) var ends: [Int32] = []
  /// Where in the original the text begins.
  let shift: Int32
  /// Whether every scalar stands where it stood in the original, and is as long as it was.
  private(set) var isInPlace: Bool

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    shift = 0
    isInPlace = true
  }

  init(bytes: [UInt8], starts: [Int32], ends: [Int32], shift: Int32) {
    self.bytes = bytes
    self.starts = starts
    self.ends = ends
    self.shift = shift
    isInPlace = false
  }

  /// Writes the alignment of a text in place, before something moves in it.
  mutating func align() {
    guard isInPlace else { return }
    isInPlace = false
    starts = [Int32](repeating: 0, count: bytes.count)
    ends = starts
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var place = 0
      while place < buffer.count {
        let length = ScalarAt(base, place).length
        for byte in place..<place + length {
          starts[byte] = Int32(truncatingIfNeeded: place)
          ends[byte] = Int32(truncatingIfNeeded: place + length)
        }
        place += length
      }
    }
  }

  /// A part of the text, as a text of its own.
  func part(_ range: Range<Int>, shift: Int32) -> AlignedText {
    var whole = self
    whole.align()
    return AlignedText(
      bytes: Array(bytes[range]), starts: Array(whole.starts[range]), ends: Array(whole.ends[range]), shift: shift)
  }

  /// Whether the text contains a scalar that one of these operations (`UnicodeTables.Change`) may change.
  func mayChange(by changes: UInt8) -> Bool {
    let table = UnicodeTables.shared.changes
    return bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress, !isASCII(buffer) || changes & UnicodeTables.Change.lowercase != 0 else {
        return false
      }
      var place = 0
      while place < buffer.count {
        let scalar = ScalarAt(base, place)
        if table[Int(scalar.value)] & changes != 0 { return true }
        place += scalar.length
      }
      return false
    }
  }

  var scalars: [UInt32] {
    var result: [UInt32] = []
    result.reserveCapacity(bytes.count)
    forEachScalar { scalar, _, _ in result.append(scalar) }
    return result
  }

  @inline(__always)
  func forEachScalar(_ body: (_ scalar: UInt32, _ place: Int, _ length: Int) -> Void) {
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var place = 0
      while place < buffer.count {
        let scalar = ScalarAt(base, place)
        body(scalar.value, place, scalar.length)
        place += scalar.length
      }
    }
  }
}

extension AlignedText {
  /// A text that is being written in the place of another.
  struct Rewriting {
    var bytes: [UInt8] = []
    var starts: [Int32] = []
    var ends: [Int32] = []

    init(capacity: Int) {
      bytes.reserveCapacity(capacity)
      starts.reserveCapacity(capacity)
      ends.reserveCapacity(capacity)
    }

    @inline(__always)
    mutating func append(_ scalar: UInt32, _ start: Int32, _ end: Int32) {
      for _ in 0..<appendScalar(scalar, to: &bytes) {
        starts.append(start)
        ends.append(end)
      }
    }

    mutating func append(_ text: [UInt8], _ start: Int32, _ end: Int32) {
      bytes += text
      for _ in text {
        starts.append(start)
        ends.append(end)
      }
    }
  }

  /// Replaces each scalar by those that `body` emits for it; they stand for what it stood for.
  mutating func mapScalars(_ body: (_ scalar: UInt32, _ emit: (UInt32) -> Void) -> Void) {
    align()
    var result = Rewriting(capacity: bytes.count + bytes.count / 8)
    forEachScalar { scalar, place, _ in
      let start = starts[place]
      let end = ends[place]
      body(scalar) { result.append($0, start, end) }
    }
    take(result)
  }

  mutating func take(_ result: Rewriting) {
    bytes = result.bytes
    starts = result.starts
    ends = result.ends
    isInPlace = false
  }

  /// Replaces the text by changed scalars that go through it in order.
  mutating func replace(by changes: [ScalarChange]) {
    align()
    var result = Rewriting(capacity: bytes.count + bytes.count / 4)
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      var place = 0
      func skip() { if place < buffer.count { place += ScalarAt(base, place).length } }
      for item in changes {
        if item.change > 0 {
          // Something added stands for what the scalar before it stands for.
          result.append(item.scalar, place > 0 ? starts[place - 1] : shift, place > 0 ? ends[place - 1] : shift)
          continue
        }
        let source = min(place, buffer.count - 1)
        result.append(item.scalar, starts[source], ends[source])
        for _ in 0...(-item.change) { skip() }
      }
    }
    take(result)
  }

  /// Puts a text before this one; it stands for what the first scalar stands for.
  mutating func prepend(_ text: [UInt8]) {
    guard !bytes.isEmpty else { return }
    align()
    let start = [Int32](repeating: starts[0], count: text.count)
    let end = [Int32](repeating: ends[0], count: text.count)
    bytes = text + bytes
    starts = start + starts
    ends = end + ends
  }

  /// Replaces ranges, which are in order, by a text; it stands for what the last scalar of a range stands for.
  mutating func replace(_ ranges: [Range<Int>], by text: [UInt8]) {
    guard !ranges.isEmpty else { return }
    align()
    var result = Rewriting(capacity: bytes.count + ranges.count * text.count)
    var last = 0
    for range in ranges {
      result.bytes += bytes[last..<range.lowerBound]
      result.starts += starts[last..<range.lowerBound]
      result.ends += ends[last..<range.lowerBound]
      let source = range.upperBound - 1
      result.append(text, source < 0 ? shift : starts[source], source < 0 ? shift : ends[source])
      last = range.upperBound
    }
    result.bytes += bytes[last...]
    result.starts += starts[last...]
    result.ends += ends[last...]
    take(result)
  }

  /// Replaces a character of ASCII by a text, wherever it stands.
  mutating func replace(_ byte: UInt8, by text: [UInt8]) {
    let count = bytes.reduce(0) { $0 + ($1 == byte ? 1 : 0) }
    guard count > 0 else { return }
    align()
    var result = Rewriting(capacity: bytes.count + count * text.count)
    for place in bytes.indices {
      if bytes[place] == byte {
        result.append(text, starts[place], ends[place])
      } else {
        result.bytes.append(bytes[place])
        result.starts.append(starts[place])
        result.ends.append(ends[place])
      }
    }
    take(result)
  }

  /// Applies a normal form.
  mutating func apply(_ form: NormalForm) {
    guard mayChange(by: form.changes) else { return }
    replace(by: form.scalars(of: scalars))
  }

  /// Lowercase, scalar by scalar.
  mutating func lowercase() {
    if isInPlace, bytes.withUnsafeBufferPointer({ isASCII($0) }) {
      for index in bytes.indices where bytes[index] &- 0x41 < 26 { bytes[index] |= 0x20 }
      return
    }
    guard mayChange(by: UnicodeTables.Change.lowercase) else { return }
    let tables = UnicodeTables.shared
    mapScalars { scalar, emit in
      if tables.changes[Int(scalar)] & UnicodeTables.Change.lowercase == 0 { return emit(scalar) }
      for lower in tables.lowercase[scalar] { emit(lower) }
    }
  }
}
