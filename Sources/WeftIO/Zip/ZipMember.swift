import WeftData

/// A member of an archive, not read yet.
struct ZipMember: CompressedBytes {
  let name: String
  let memory: FileMemory
  /// Where its own header begins.
  let headerStart: Int
  /// Its bytes in the archive, compressed or not.
  let range: Range<Int>
  let isDeflated: Bool
  /// Its bytes once decompressed.
  let size: Int
  let checksum: UInt32

  /// Reads the next entry of the directory, and the member's own header.
  init(_ reader: inout ByteReader, _ context: FileContext, directoryStart: Int) throws(DataFileError) {
    let fields = try ZipFields(&reader)
    (name, memory, checksum) = (fields.name, reader.memory, fields.checksum)
    (headerStart, size) = (fields.headerStart, fields.size)
    isDeflated = fields.method == 8
    guard fields.flags & 0x2041 == 0, fields.method == 0 || fields.method == 8 else {
      throw context.wrong(
        .unsupported, at: fields.place, "member \(fields.name) stored or deflated, not encrypted",
        "method \(fields.method), flags \(fields.flags)")
    }
    let start = try Self.dataStart(fields, reader, directoryStart)
    guard fields.packed <= directoryStart - start, isDeflated || fields.packed == fields.size else {
      throw context.wrong(
        at: fields.place, "member \(fields.name), \(fields.packed) bytes for \(fields.size), before the directory",
        "\(directoryStart - start) bytes there")
    }
    // Deflate makes at most 1,032 bytes of one.
    guard fields.size / 1032 <= fields.packed + 1 else {
      throw context.wrong(
        .corrupt, at: fields.place, "at most 1032 bytes of each compressed one in member \(fields.name)",
        "\(fields.size) of \(fields.packed)")
    }
    range = start..<(start + fields.packed)
  }

  /// Where the bytes begin: behind the member's own header, which must name it too.
  private static func dataStart(
    _ fields: ZipFields, _ reader: ByteReader, _ directoryStart: Int
  ) throws(DataFileError) -> Int {
    var local = ByteReader(reader.memory, 0..<directoryStart)
    try local.move(to: fields.headerStart, "the header of member \(fields.name)")
    guard try local.number(UInt32.self, "a member's header") == 0x0403_4B50 else {
      throw local.failure(.wrongFormat, "the header of member \(fields.name)", "something else")
    }
    _ = try local.take(22, "a member's header")
    let nameLength = Int(try local.number(UInt16.self, "a member's header"))
    let extraLength = Int(try local.number(UInt16.self, "a member's header"))
    let name = try local.take(nameLength, "a member's name")
    guard local.bytes(name).elementsEqual(fields.nameBytes) else {
      throw local.failure(.wrongFormat, "the member's name as in the directory, \(fields.name)", "another")
    }
    return try local.take(extraLength, "a member's extra fields").upperBound
  }

  /// What errors call the member's bytes where they are not the file's own.
  var fullName: String { "\(memory.name) (\(name))" }

  /// The bytes where they lie uncompressed in the archive.
  var source: StoredElements.Source {
    isDeflated ? .compressed(self) : .memory(memory, range)
  }

  /// The bytes, decompressed where they are not, their checksum verified.
  func contents(_ limits: LoadLimits) throws(DataFileError) -> ByteReader {
    if isDeflated { return ByteReader(try inflated(limits: limits)) }
    try check(UnsafeRawBufferPointer(rebasing: memory.bytes[range]))
    return ByteReader(memory, range)
  }

  /// Verifies the checksum.
  func check(_ bytes: UnsafeRawBufferPointer) throws(DataFileError) {
    let found = Checksum.of(bytes)
    guard found == checksum else {
      throw DataFileError(
        .corrupt, file: fullName, at: range.lowerBound, expected: "the checksum \(checksum)", found: "\(found)",
        hint: "the file was changed or damaged: fetch it again")
    }
  }
}

/// The fields of a directory's entry.
private struct ZipFields {
  let place: Int
  let flags: UInt16
  let method: UInt16
  let checksum: UInt32
  private(set) var packed: Int
  private(set) var size: Int
  private(set) var headerStart: Int
  let name: String
  let nameBytes: [UInt8]

  init(_ reader: inout ByteReader) throws(DataFileError) {
    place = reader.place
    let what = "an entry of the archive's directory"
    guard try reader.number(UInt32.self, what) == 0x0201_4B50 else {
      throw reader.failure(.wrongFormat, what, "something else")
    }
    _ = try reader.take(4, what)
    flags = try reader.number(UInt16.self, what)
    method = try reader.number(UInt16.self, what)
    _ = try reader.take(4, what)
    checksum = try reader.number(UInt32.self, what)
    packed = Int(try reader.number(UInt32.self, what))
    size = Int(try reader.number(UInt32.self, what))
    let nameLength = Int(try reader.number(UInt16.self, what))
    let extraLength = Int(try reader.number(UInt16.self, what))
    let commentLength = Int(try reader.number(UInt16.self, what))
    _ = try reader.take(8, what)
    headerStart = Int(try reader.number(UInt32.self, what))
    let bytes = try reader.take(nameLength, "a member's name")
    nameBytes = Array(reader.bytes(bytes))
    name = String(decoding: nameBytes, as: UTF8.self)
    let extra = try reader.take(extraLength, "a member's extra fields")
    try widen(ByteReader(reader.memory, extra))
    _ = try reader.take(commentLength, "a member's comment")
  }

  /// Takes the sizes that do not fit 32 bits from the zip64 field.
  private mutating func widen(_ extra: ByteReader) throws(DataFileError) {
    var reader = extra
    while reader.rest >= 4 {
      let tag = try reader.number(UInt16.self, "an extra field")
      let length = Int(try reader.number(UInt16.self, "an extra field"))
      guard tag == 1 else {
        _ = try reader.take(min(length, reader.rest), "an extra field")
        continue
      }
      if size == 0xFFFF_FFFF { size = try reader.count(UInt64.self, "a member's size") }
      if packed == 0xFFFF_FFFF { packed = try reader.count(UInt64.self, "a member's size") }
      if headerStart == 0xFFFF_FFFF { headerStart = try reader.count(UInt64.self, "a member's place") }
      return
    }
  }
}
