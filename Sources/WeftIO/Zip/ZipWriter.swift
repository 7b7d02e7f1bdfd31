import WeftData

/// Writes a zip archive, member by member; zip64 where sizes ask for it. The same members give the same file.
final class ZipWriter {
  private let file: AtomicFile
  private var directory: [UInt8] = []
  private var count = 0
  /// The multiple of bytes at which members' contents begin.
  private let alignment: Int

  init(_ file: AtomicFile, alignment: Int = 1) {
    self.file = file
    self.alignment = alignment
  }

  /// Appends a member.
  func add(_ name: String, _ bytes: UnsafeRawBufferPointer, isCompressed: Bool = false) throws(FileWriteError) {
    let packed = isCompressed ? Deflate.deflated(bytes) : []
    let size = isCompressed ? packed.count : bytes.count
    let start = file.count
    var fields = Bytes()
    fields.append(isCompressed ? 8 : 0, as: UInt16.self)
    fields.append(0, as: UInt16.self)  // the time, midnight, and the first day there is: files of one content are equal
    fields.append(0x21, as: UInt16.self)
    fields.append(Int(Checksum.of(bytes)), as: UInt32.self)
    let isLarge = max(size, bytes.count, start) >= 0xFFFF_FFFF
    fields.append(isLarge ? 0xFFFF_FFFF : size, as: UInt32.self)
    fields.append(isLarge ? 0xFFFF_FFFF : bytes.count, as: UInt32.self)
    fields.append(name.utf8.count, as: UInt16.self)
    try append(localHeader: fields, name, isLarge: isLarge, (bytes.count, size))
    if isCompressed { try file.append(packed) } else { try file.append(bytes) }
    note(fields, name, isLarge: isLarge, (bytes.count, size, start))
  }

  /// Appends a member of few bytes.
  func add(_ name: String, _ bytes: [UInt8]) throws(FileWriteError) {
    let outcome = bytes.withUnsafeBytes { bytes in Result { () throws(FileWriteError) in try add(name, bytes) } }
    try outcome.get()
  }

  private func append(
    localHeader fields: Bytes, _ name: String, isLarge: Bool, _ sizes: (Int, Int)
  ) throws(FileWriteError) {
    var extra = Bytes()
    if isLarge { extra.appendZip64([sizes.0, sizes.1]) }
    let end = file.count + 30 + name.utf8.count + extra.bytes.count
    if alignment > 1 {
      // As PyTorch pads: an extra field "FB" of the letter Z.
      let padding = (alignment - (end + 4) % alignment) % alignment
      extra.append(0x4246, as: UInt16.self)
      extra.append(padding, as: UInt16.self)
      extra.bytes += [UInt8](repeating: UInt8(ascii: "Z"), count: padding)
    }
    var header = Bytes()
    header.append(0x0403_4B50, as: UInt32.self)
    header.append(isLarge ? 45 : 20, as: UInt16.self)
    header.append(0x800, as: UInt16.self)  // names are UTF-8
    header.bytes += fields.bytes
    header.append(extra.bytes.count, as: UInt16.self)
    try file.append(header.bytes + Array(name.utf8) + extra.bytes)
  }

  private func note(_ fields: Bytes, _ name: String, isLarge: Bool, _ place: (size: Int, packed: Int, start: Int)) {
    var extra = Bytes()
    if isLarge { extra.appendZip64([place.size, place.packed, place.start]) }
    var entry = Bytes()
    entry.append(0x0201_4B50, as: UInt32.self)
    entry.append(isLarge ? 45 : 20, as: UInt16.self)
    entry.append(isLarge ? 45 : 20, as: UInt16.self)
    entry.append(0x800, as: UInt16.self)
    entry.bytes += fields.bytes
    entry.append(extra.bytes.count, as: UInt16.self)
    entry.bytes += [UInt8](repeating: 0, count: 10)  // no comment, first disk, no attributes
    entry.append(isLarge ? 0xFFFF_FFFF : place.start, as: UInt32.self)
    directory += entry.bytes + Array(name.utf8) + extra.bytes
    count += 1
  }

  /// Writes the directory and puts the file in place.
  func finish() throws(FileWriteError) {
    let start = file.count
    var end = Bytes()
    if max(start, directory.count) >= 0xFFFF_FFFF || count >= 0xFFFF {
      end.appendZip64End(start, directory.count, count)
    }
    end.append(0x0605_4B50, as: UInt32.self)
    end.append(0, as: UInt32.self)
    for _ in 0..<2 { end.append(min(count, 0xFFFF), as: UInt16.self) }
    end.append(min(directory.count, 0xFFFF_FFFF), as: UInt32.self)
    end.append(min(start, 0xFFFF_FFFF), as: UInt32.self)
    end.append(0, as: UInt16.self)
    try file.append(directory + end.bytes)
    try file.commit()
  }
}

/// Numbers as bytes, the least significant first.
struct Bytes {
  var bytes: [UInt8] = []

  mutating func append<Value: FixedWidthInteger>(_ number: Int, as type: Value.Type) {
    withUnsafeBytes(of: Value(truncatingIfNeeded: number).littleEndian) { bytes += $0 }
  }

  fileprivate mutating func appendZip64(_ numbers: [Int]) {
    append(1, as: UInt16.self)
    append(8 * numbers.count, as: UInt16.self)
    for number in numbers { append(number, as: UInt64.self) }
  }

  /// The end record of 64 bits, and the locator that tells where it is.
  fileprivate mutating func appendZip64End(_ start: Int, _ size: Int, _ count: Int) {
    append(0x0606_4B50, as: UInt32.self)
    append(44, as: UInt64.self)
    for _ in 0..<2 { append(45, as: UInt16.self) }
    append(0, as: UInt64.self)  // two numbers of disks
    for number in [count, count, size, start] { append(number, as: UInt64.self) }
    append(0x0706_4B50, as: UInt32.self)
    append(0, as: UInt32.self)
    append(start + size, as: UInt64.self)
    append(1, as: UInt32.self)
  }
}
