import WeftData

/// The members of a zip archive (PKWARE's APPNOTE 6.3): stored or deflated, zip64 included.
///
/// The central directory says what there is, as in Python's and PyTorch's readers; what the members themselves say must
/// agree. Two members of one name, or over the same bytes, are refused: different programs would read different files.
struct ZipArchive: Sendable {
  let members: [ZipMember]

  /// Whether the bytes begin as an archive does.
  static func begins(_ memory: FileMemory) -> Bool {
    let start = Array(memory.bytes.prefix(4))
    return start == [0x50, 0x4B, 3, 4] || start == [0x50, 0x4B, 5, 6]
  }

  init(_ memory: FileMemory, _ context: FileContext) throws(DataFileError) {
    let directory = try ZipDirectory(memory, context)
    var reader = ByteReader(memory, 0..<directory.end)
    try reader.move(to: directory.start, "the archive's directory")
    var members: [ZipMember] = []
    var known: Set<String> = []
    for _ in 0..<directory.count {
      let place = reader.place
      let member = try ZipMember(&reader, context, directoryStart: directory.start)
      guard known.insert(member.name).inserted else {
        throw context.wrong(at: place, "each member's name once", "\(member.name) again")
      }
      members.append(member)
    }
    self.members = members
    try checkOverlaps(context)
  }

  subscript(name: String) -> ZipMember? { members.first { $0.name == name } }

  private func checkOverlaps(_ context: FileContext) throws(DataFileError) {
    var filled = 0
    for member in members.sorted(by: { $0.headerStart < $1.headerStart }) {
      guard member.headerStart >= filled else {
        throw context.wrong(
          at: member.headerStart, "member \(member.name) after the one before, which ends at \(filled)",
          "both over the same bytes")
      }
      filled = member.range.upperBound
    }
  }
}

/// Where an archive's directory is: what its end record says.
private struct ZipDirectory {
  let start: Int
  let end: Int
  let count: Int

  init(_ memory: FileMemory, _ context: FileContext) throws(DataFileError) {
    guard let place = Self.endRecord(memory) else {
      throw context.wrong(
        .truncated, at: memory.count, "a zip archive's directory at the end of the file", "none",
        hint: "a download may have been cut short")
    }
    var reader = ByteReader(memory)
    try reader.move(to: place + 8, "the end record")
    var count = Int(try reader.number(UInt16.self, "the end record"))
    try reader.move(to: place + 12, "the end record")
    var size = Int(try reader.number(UInt32.self, "the end record"))
    var start = Int(try reader.number(UInt32.self, "the end record"))
    var end = place
    if place >= 20 {
      (count, size, start, end) = try Self.zip64(&reader, before: place) ?? (count, size, start, end)
    }
    // 46 bytes are the least that a member takes there.
    guard start >= 0, size >= 0, start <= end, size == end - start, count <= size / 46 else {
      throw context.wrong(
        at: place, "a directory of \(count) members in \(size) bytes right before the end record",
        "it at byte \(start)",
        hint: "bytes may have been put before or after the archive, or lost")
    }
    guard count <= context.limits.tensors else {
      throw .limit(
        "tensors", context.name, at: place, expected: "at most \(context.limits.tensors) members", "\(count)")
    }
    (self.start, self.end, self.count) = (start, end, count)
  }

  /// The place of the last end record whose comment reaches to the end of the file.
  private static func endRecord(_ memory: FileMemory) -> Int? {
    let bytes = memory.bytes
    guard bytes.count >= 22 else { return nil }
    let earliest = max(0, bytes.count - 22 - 0xFFFF)
    for place in stride(from: bytes.count - 22, through: earliest, by: -1) where bytes[place] == 0x50 {
      let signature = bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self)
      let comment = bytes.loadUnaligned(fromByteOffset: place + 20, as: UInt16.self)
      if UInt32(littleEndian: signature) == 0x0605_4B50, place + 22 + Int(comment) == bytes.count { return place }
    }
    return nil
  }

  /// What the zip64 end record says; nil where there is none.
  private static func zip64(
    _ reader: inout ByteReader, before place: Int
  ) throws(DataFileError) -> (count: Int, size: Int, start: Int, end: Int)? {
    try reader.move(to: place - 20, "the zip64 locator")
    guard try reader.number(UInt32.self, "the zip64 locator") == 0x0706_4B50 else { return nil }
    _ = try reader.number(UInt32.self, "the zip64 locator")
    let end = try reader.count(UInt64.self, "the place of the zip64 end record")
    try reader.move(to: end, "the zip64 end record")
    guard try reader.number(UInt32.self, "the zip64 end record") == 0x0606_4B50 else {
      throw reader.failure(.wrongFormat, "the zip64 end record", "something else")
    }
    _ = try reader.take(28, "the zip64 end record")
    let count = try reader.count(UInt64.self, "the number of members")
    let size = try reader.count(UInt64.self, "the directory's size")
    let start = try reader.count(UInt64.self, "the directory's place")
    return (count, size, start, end)
  }
}
