import CZlib
import WeftData

extension ZipMember {
  /// The first of the bytes, decompressed; their checksum is not known.
  func beginning(_ count: Int) throws(DataFileError) -> FileMemory {
    var isWhole = false
    let result = FileMemory(name: fullName, byteCount: min(count, size)) { target in
      isWhole = Deflate.inflate(
        UnsafeRawBufferPointer(rebasing: memory.bytes[range]), into: target, isBeginning: count < size)
    }
    guard isWhole else { throw damaged }
    return result
  }

  private var damaged: DataFileError {
    DataFileError(
      .corrupt, file: fullName, at: range.lowerBound, expected: "deflated data for \(size) bytes",
      found: "damaged data", hint: "the file was changed or damaged: fetch it again")
  }

  /// The bytes, decompressed: exactly as many as the directory says, with its checksum.
  func inflated(limits: LoadLimits) throws(DataFileError) -> FileMemory {
    guard size <= limits.inflatedBytes else {
      throw .limit(
        "inflatedBytes", fullName, at: headerStart, expected: "at most \(limits.inflatedBytes) bytes decompressed",
        "\(size)")
    }
    try StoredTensor.checkRoom(for: size, memory.name, name)
    var isWhole = false
    let result = FileMemory(name: fullName, byteCount: size) { target in
      isWhole = Deflate.inflate(UnsafeRawBufferPointer(rebasing: memory.bytes[range]), into: target)
    }
    guard isWhole else { throw damaged }
    try check(result.bytes)
    return result
  }
}

/// Deflated data without a container (RFC 1951).
enum Deflate {
  private static let chunk = 1 << 30

  /// Fills `target`; false where the data are damaged, or are those of more or fewer bytes.
  ///
  /// - Parameter isBeginning: Whether more than the target holds may follow.
  static func inflate(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, isBeginning: Bool = false
  ) -> Bool {
    var stream = z_stream()
    return withUnsafeMutablePointer(to: &stream) { stream in
      guard weft_raw_inflate_start(stream) == Z_OK else { return false }
      defer { inflateEnd(stream) }
      var (read, written) = (0, 0)
      var spare: UInt8 = 0  // where an empty target is given room, so that the end is seen
      while true {
        feed(stream, source, read)
        let room = min(target.count - written, chunk)
        let status = withUnsafeMutablePointer(to: &spare) { spare in
          stream.pointee.next_out = room > 0 ? place(in: target, written) : spare
          stream.pointee.avail_out = UInt32(max(room, 1))
          return CZlib.inflate(stream, Z_NO_FLUSH)
        }
        let (consumed, produced) = (consumed(stream, source, read), max(room, 1) - Int(stream.pointee.avail_out))
        (read, written) = (read + consumed, written + produced)
        if isBeginning, written == target.count { return true }
        if status == Z_STREAM_END { return written == target.count && read == source.count }
        guard status == Z_OK, written <= target.count, consumed + produced > 0 else { return false }
      }
    }
  }

  /// The bytes, compressed.
  static func deflated(_ source: UnsafeRawBufferPointer, level: Int32 = 6) -> [UInt8] {
    var stream = z_stream()
    return withUnsafeMutablePointer(to: &stream) { stream in
      guard weft_raw_deflate_start(stream, level) == Z_OK else { return [] }
      defer { deflateEnd(stream) }
      var (output, read, status) = ([UInt8](), 0, Z_OK)
      while status != Z_STREAM_END {
        feed(stream, source, read)
        let isLast = source.count - read <= chunk
        output += [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, count in
          stream.pointee.next_out = buffer.baseAddress
          stream.pointee.avail_out = 1 << 16
          status = deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
          count = (1 << 16) - Int(stream.pointee.avail_out)
        }
        read += consumed(stream, source, read)
        if status != Z_OK && status != Z_BUF_ERROR { break }
      }
      return output
    }
  }

  private static func feed(_ stream: UnsafeMutablePointer<z_stream>, _ source: UnsafeRawBufferPointer, _ read: Int) {
    // zlib reads through a pointer that it declares mutable, and never writes there.
    let next = source.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + read) }
    stream.pointee.next_in = next?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_in = UInt32(min(source.count - read, chunk))
  }

  private static func consumed(
    _ stream: UnsafeMutablePointer<z_stream>, _ source: UnsafeRawBufferPointer, _ read: Int
  ) -> Int {
    min(source.count - read, chunk) - Int(stream.pointee.avail_in)
  }

  private static func place(in target: UnsafeMutableRawBufferPointer, _ offset: Int) -> UnsafeMutablePointer<UInt8>? {
    target.baseAddress.map { ($0 + offset).assumingMemoryBound(to: UInt8.self) }
  }
}
