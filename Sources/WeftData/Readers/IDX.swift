/// IDX files: the format of MNIST and its relatives.
///
/// Two zero bytes, the element type, the number of axes, then each axis' extent as a big-endian 32-bit number, then the
/// values, also big-endian. Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits".
public enum IDX {
  /// The type of a file's values, with the code the format gives it.
  enum ElementType: UInt8 {
    case uint8 = 0x08
    case int8 = 0x09
    case int16 = 0x0B
    case int32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    var width: Int {
      switch self {
      case .uint8, .int8: 1
      case .int16: 2
      case .int32, .float32: 4
      case .float64: 8
      }
    }
  }

  /// Reads an IDX file, plain or gzipped.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - limit: the most bytes that it may have, compressed or not.
  /// - Throws: `DataFileError`.
  public static func read(_ path: String, limit: Int = FileBytes.defaultLimit) throws(DataFileError) -> RawArray {
    try decoded(FileBytes(contentsOf: path, limit: limit), limit: limit)
  }

  /// The array that an IDX file holds; a gzipped one is decompressed to at most `limit` bytes.
  ///
  /// - Throws: `DataFileError` if the file is of another format, or not exactly as long as its header says.
  public static func decoded(
    _ file: FileBytes, limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) -> RawArray {
    let plain = try Gzip.inflatedIfNeeded(file, limit: limit)
    let header = try Header(of: plain)
    try header.checkLength(of: plain)
    return RawArray(shape: header.shape, values: values(plain.bytes[header.size...], as: header.type))
  }
}

extension IDX {
  /// What stands before the values.
  private struct Header {
    let type: ElementType
    let shape: [Int]

    /// The header's bytes: the values begin there.
    var size: Int { 4 + 4 * shape.count }

    init(of file: FileBytes) throws(DataFileError) {
      let bytes = file.bytes
      let expected = "an IDX header (00 00, a type of 08, 09, 0b, 0c, 0d or 0e, the number of axes)"
      guard bytes.starts(with: [0, 0].prefix(bytes.count)) else { throw .wrongFormat(file, expected: expected) }
      guard bytes.count >= 4 else { throw .truncated(file, expected: expected) }
      guard let type = ElementType(rawValue: bytes[2]) else { throw .wrongFormat(file, expected: expected) }
      let rank = Int(bytes[3])
      guard bytes.count >= 4 + 4 * rank else {
        throw .truncated(file, expected: "a header of \(4 + 4 * rank) bytes, with the extents of \(rank) axes")
      }
      self.type = type
      shape = (0..<rank).map { Int(bigEndian32(bytes, at: 4 + 4 * $0)) }
    }

    func checkLength(of file: FileBytes) throws(DataFileError) {
      let announced = "\(shape) values of \(type.width) bytes"
      guard let needed = product(of: shape + [type.width]) else {
        throw DataFileError(
          .corrupt, file: file.name, at: 4, expected: "extents whose product is a size in memory",
          found: announced, looksLike: file.kind == .idx ? nil : file.kind)
      }
      let present = file.bytes.count - size
      guard present >= needed else {
        let expected = "\(needed) bytes after the header (\(announced)), of which \(present) are there"
        throw .truncated(file, expected: expected)
      }
      guard present == needed else {
        throw DataFileError(
          .trailingBytes, file: file.name, at: size + needed, expected: "the end of the file after \(announced)",
          found: "\(present - needed) more bytes")
      }
    }
  }

  private static func values(_ bytes: ArraySlice<UInt8>, as type: ElementType) -> RawArray.Values {
    switch type {
    case .uint8: .uint8(Array(bytes))
    case .int8: .int8(bytes.map { Int8(bitPattern: $0) })
    case .int16: .int16(bigEndianNumbers(bytes))
    case .int32: .int32(bigEndianNumbers(bytes))
    case .float32: .float32((bigEndianNumbers(bytes) as [UInt32]).map(Float.init(bitPattern:)))
    case .float64: .float64((bigEndianNumbers(bytes) as [UInt64]).map(Double.init(bitPattern:)))
    }
  }

  /// The bytes as big-endian numbers; there are as many as whole numbers need.
  private static func bigEndianNumbers<Number: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> [Number] {
    let width = Number.bitWidth / 8
    return bytes.withUnsafeBytes { raw in
      (0..<raw.count / width).map { Number(bigEndian: raw.loadUnaligned(fromByteOffset: $0 * width, as: Number.self)) }
    }
  }
}

extension IDX {
  /// An array as an IDX file: for tests, and for data made by a program.
  package static func encoded(_ array: RawArray) -> [UInt8] {
    let extents = array.shape.flatMap { bigEndianBytes(UInt32(clamping: $0)) }
    let (type, values): (ElementType, [UInt8]) =
      switch array.values {
      case .uint8(let values): (.uint8, values)
      case .int8(let values): (.int8, values.map(UInt8.init(bitPattern:)))
      case .int16(let values): (.int16, values.flatMap(bigEndianBytes))
      case .int32(let values): (.int32, values.flatMap(bigEndianBytes))
      case .float32(let values): (.float32, values.flatMap { bigEndianBytes($0.bitPattern) })
      case .float64(let values): (.float64, values.flatMap { bigEndianBytes($0.bitPattern) })
      }
    return [0, 0, type.rawValue, UInt8(clamping: array.shape.count)] + extents + values
  }
}
