import CZlib

/// Gzip files (RFC 1952): reading with a bound on the result, and writing.
public enum Gzip {
  /// Whether the bytes begin as a gzip file does.
  public static func isGzip(_ file: FileBytes) -> Bool { file.bytes.starts(with: [0x1F, 0x8B]) }

  /// The file's contents, decompressed: every member of it, with their checksums verified.
  /// Errors about the result then count its bytes, and say so.
  ///
  /// - Parameters:
  ///   - file: a gzip file of one or several members; zero bytes after the last are ignored (tapes pad with them).
  ///   - limit: the most bytes to produce: a small file can hold a very large one.
  /// - Throws: `DataFileError`, with the offset in the compressed file.
  public static func inflated(
    _ file: FileBytes, limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) -> FileBytes {
    guard isGzip(file) else { throw .wrongFormat(file, expected: "a gzip file (1f 8b)") }
    var output: [UInt8] = []
    var offset = 0
    repeat {
      try inflateMember(of: file, at: &offset, into: &output, limit: limit)
    } while try anotherMember(in: file, at: offset)
    return FileBytes(name: "\(file.name) (decompressed)", bytes: output)
  }

  /// The file's contents: decompressed if the file is gzip, as they are if not.
  public static func inflatedIfNeeded(
    _ file: FileBytes, limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) -> FileBytes {
    isGzip(file) ? try inflated(file, limit: limit) : file
  }

  /// The bytes as a gzip file of one member; the same bytes give the same file.
  ///
  /// - Parameters:
  ///   - bytes: what to compress.
  ///   - level: 0 (stored) to 9 (smallest); values outside are taken as the nearest.
  public static func deflated(_ bytes: [UInt8], level: Int = 6) -> [UInt8] {
    let stream = ZlibStream(deflatingAt: Int32(min(max(level, 0), 9)))
    precondition(stream.isOpen, "Gzip.deflated: zlib found no memory for its state")
    var output: [UInt8] = []
    var offset = 0
    while true {
      let isLast = bytes.count - offset <= ZlibStream.chunk
      let step = stream.step(bytes, from: offset, finishing: isLast)
      offset += step.consumed
      output += step.produced
      if step.status != Z_OK && step.status != Z_BUF_ERROR { return output }
    }
  }
}

extension Gzip {
  private static func inflateMember(
    of file: FileBytes, at offset: inout Int, into output: inout [UInt8], limit: Int
  ) throws(DataFileError) {
    let stream = ZlibStream()
    while true {
      let step = stream.step(file.bytes, from: offset)
      offset += step.consumed
      guard step.produced.count <= limit - output.count else { throw overLimit(file, at: offset, limit: limit) }
      output += step.produced
      if step.status == Z_STREAM_END { return }
      let isStuck = step.consumed == 0 && step.produced.isEmpty
      guard step.status == Z_OK || step.status == Z_BUF_ERROR else { throw corrupt(file, at: offset, stream) }
      guard !isStuck || offset < file.bytes.count else { throw .truncated(file, expected: "more gzip data") }
      guard !isStuck else { throw corrupt(file, at: offset, stream) }
    }
  }

  /// Whether a member begins at `offset`; only zero bytes may stand there otherwise.
  private static func anotherMember(in file: FileBytes, at offset: Int) throws(DataFileError) -> Bool {
    let rest = file.bytes[offset...]
    if rest.starts(with: [0x1F, 0x8B]) { return true }
    guard let stray = rest.firstIndex(where: { $0 != 0 }) else { return false }
    throw DataFileError(
      .trailingBytes, file: file.name, at: stray, expected: "the end of the file or another gzip member",
      found: "the bytes \(hexadecimal(file.bytes[stray...].prefix(8)))")
  }

  private static func overLimit(_ file: FileBytes, at offset: Int, limit: Int) -> DataFileError {
    DataFileError(
      .limitExceeded, file: file.name, at: offset, expected: "at most \(limit) bytes after decompression",
      found: "more than that", hint: "if the file is meant to be so large, raise the reader's `limit`")
  }

  private static func corrupt(_ file: FileBytes, at offset: Int, _ stream: ZlibStream) -> DataFileError {
    DataFileError(
      .corrupt, file: file.name, at: offset, expected: "gzip data with the checksum it announces",
      found: "damaged data (zlib: \(stream.message))", hint: "the file was changed or damaged: fetch it again")
  }
}
