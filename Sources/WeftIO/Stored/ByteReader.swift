import WeftData

/// Goes through a part of a file, checking that what is asked for is there.
struct ByteReader {
  let memory: FileMemory
  /// What is read, in positions of the memory.
  let range: Range<Int>
  /// Where the next byte is.
  private(set) var place: Int
  /// Whether numbers have their most significant byte first.
  var isBigEndian = false

  init(_ memory: FileMemory, _ range: Range<Int>? = nil) {
    self.memory = memory
    self.range = range ?? 0..<memory.count
    place = self.range.lowerBound
  }

  /// How many bytes are left.
  var rest: Int { range.upperBound - place }
  var isAtEnd: Bool { place == range.upperBound }

  /// Goes to a position in the memory.
  mutating func move(to position: Int, _ what: String) throws(DataFileError) {
    guard range.contains(position) || position == range.upperBound else {
      throw failure(.truncated, "\(what) within the file", "position \(position)")
    }
    place = position
  }

  /// The range of the next bytes, which are stepped over.
  mutating func take(_ count: Int, _ what: @autoclosure () -> String) throws(DataFileError) -> Range<Int> {
    guard count >= 0, count <= rest else {
      throw failure(.truncated, "\(what()), \(count) bytes", "\(rest) bytes before the end")
    }
    defer { place += count }
    return place..<(place + count)
  }

  mutating func byte(_ what: @autoclosure () -> String) throws(DataFileError) -> UInt8 {
    memory.bytes[try take(1, what()).lowerBound]
  }

  /// The next unsigned number.
  mutating func number<Value: FixedWidthInteger>(
    _ type: Value.Type, _ what: @autoclosure () -> String
  ) throws(DataFileError) -> Value {
    let range = try take(MemoryLayout<Value>.size, what())
    let value = memory.bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: Value.self)
    return isBigEndian ? Value(bigEndian: value) : Value(littleEndian: value)
  }

  /// The next number as a count: one that fits an `Int`.
  mutating func count<Value: FixedWidthInteger>(
    _ type: Value.Type, _ what: @autoclosure () -> String
  ) throws(DataFileError) -> Int {
    let value = try number(type, what())
    guard let count = Int(exactly: value), count >= 0 else {
      throw failure(.badValue, "\(what()) as a count", "\(value)")
    }
    return count
  }

  /// The bytes of a range.
  func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory.bytes[range]) }

  /// The next bytes as text.
  mutating func text(_ count: Int, _ what: @autoclosure () -> String) throws(DataFileError) -> String {
    let range = try take(count, what())
    guard let text = String(validating: bytes(range), as: UTF8.self) else {
      place = range.lowerBound
      throw failure(.badValue, "\(what()) in UTF-8", "bytes that are not")
    }
    return text
  }

  /// An error at the present place.
  func failure(_ code: DataFileError.Code, _ expected: String, _ found: String) -> DataFileError {
    DataFileError(
      code, file: memory.name, at: place, expected: expected, found: found,
      hint: code == .truncated ? "a download may have been cut short" : nil)
  }
}
