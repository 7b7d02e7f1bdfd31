import CZlib

/// The chunks of a PNG file, walked before libpng sees them: so an error can say at which byte the damage is, and no
/// memory is taken for an image that is too large or cut short.
struct PNGChunks {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// A chunk's length, type and checksum: what surrounds its data.
  private static let frame = 12

  /// An image's, in pixels.
  struct Size {
    let width: Int
    let height: Int
  }

  /// What is known of an image before its pixels are.
  struct Header {
    let size: Size
    /// The bytes of a pixel, 8 bits a channel: 1 to 4.
    fileprivate(set) var depth: Int
    /// 1 to 8, as Exif counts them; 1 is upright.
    fileprivate(set) var orientation = 1
    /// Chunks that would change the samples' values: see `PNG.decoded`.
    fileprivate(set) var gammas: [Range<Int>] = []
  }

  private let file: FileBytes

  init(of file: FileBytes) throws(DataFileError) {
    guard file.bytes.starts(with: Self.signature) else {
      let isCut = !file.bytes.isEmpty && Self.signature.starts(with: file.bytes)
      let expected = "a PNG file (89 50 4e 47 0d 0a 1a 0a)"
      throw isCut ? .truncated(file, expected: expected) : .wrongFormat(file, expected: expected)
    }
    self.file = file
  }

  /// What the chunks say, once every one up to the last is whole and has the checksum it announces.
  func verifiedHeader() throws(DataFileError) -> Header {
    let first = try chunk(at: Self.signature.count)
    guard first.type == "IHDR", first.length == 13 else {
      throw corrupt(at: Self.signature.count, expected: "a header chunk (IHDR) of 13 bytes", found: first)
    }
    let size = Size(
      width: Int(bigEndian32(file.bytes, at: 16)), height: Int(bigEndian32(file.bytes, at: 20)))
    // Bit 1 of the kind is color (a palette's is), bit 2 alpha.
    let kind = file.bytes[25]
    var header = Header(size: size, depth: (kind & 2 != 0 ? 3 : 1) + (kind & 4 != 0 ? 1 : 0))
    var chunk = first
    while chunk.type != "IEND" {
      let start = chunk.end
      chunk = try self.chunk(at: start)
      switch chunk.type {
      case "tRNS" where !header.depth.isMultiple(of: 2): header.depth += 1
      case "gAMA": header.gammas.append(start..<chunk.end)
      case "eXIf":
        header.orientation = ExifOrientation.read(file.bytes[start + 8..<chunk.end - 4]) ?? header.orientation
      default: break
      }
    }
    return header
  }

  /// The file without these chunks.
  func bytes(without chunks: [Range<Int>]) -> [UInt8] {
    if chunks.isEmpty { return file.bytes }
    var (result, start): ([UInt8], Int) = ([], 0)
    for chunk in chunks {
      result += file.bytes[start..<chunk.lowerBound]
      start = chunk.upperBound
    }
    return result + file.bytes[start...]
  }
}

extension PNGChunks {
  private struct Chunk {
    let type: String
    let length: Int
    let end: Int
  }

  /// The chunk that begins at `offset`, its checksum verified.
  private func chunk(at offset: Int) throws(DataFileError) -> Chunk {
    let rest = file.bytes.count - offset
    guard rest >= Self.frame else { throw .truncated(file, expected: "another chunk of the image") }
    let length = Int(bigEndian32(file.bytes, at: offset))
    let type = String(decoding: file.bytes[offset + 4..<offset + 8], as: UTF8.self)
    let chunk = Chunk(type: type, length: length, end: offset + Self.frame + length)
    guard length <= Int(Int32.max) else { throw corrupt(at: offset, expected: "a chunk below 2 GiB", found: chunk) }
    guard length <= rest - Self.frame else {
      throw .truncated(file, expected: "the \(length) bytes of the chunk \(type) at byte \(offset)")
    }
    guard checksum(from: offset + 4, count: 4 + length) == bigEndian32(file.bytes, at: chunk.end - 4) else {
      throw corrupt(at: offset, expected: "a chunk with the checksum it announces", found: chunk)
    }
    return chunk
  }

  private func checksum(from offset: Int, count: Int) -> UInt32 {
    file.bytes[offset..<offset + count].withUnsafeBufferPointer {
      UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, UInt32($0.count)))
    }
  }

  private func corrupt(at offset: Int, expected: String, found chunk: Chunk) -> DataFileError {
    DataFileError(
      .corrupt, file: file.name, at: offset, expected: expected,
      found: "the chunk \(chunk.type) of \(chunk.length) bytes, which is damaged",
      hint: "the file was changed or damaged: fetch it again")
  }
}
