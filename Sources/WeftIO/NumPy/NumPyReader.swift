import WeftData
import WeftTensor

/// NumPy's files: `.npy`, one array, and `.npz`, an archive of such.
enum NumPyReader {
  /// What the array of a `.npy` file is called.
  static let arrayName = "array"

  /// The array of a `.npy` file.
  static func array(_ memory: FileMemory, _ context: FileContext) throws(DataFileError) -> FileContents {
    var contents = FileContents()
    try add(NumPyReader.arrayName, ByteReader(memory), .memory(memory, 0..<memory.count), context, to: &contents)
    return contents
  }

  /// The arrays of a `.npz` file. What is no array of numbers or texts is left out and named.
  static func archive(_ archive: ZipArchive, _ context: FileContext) throws(DataFileError) -> FileContents {
    var contents = FileContents()
    for member in archive.members where !member.name.hasSuffix("/") {
      guard member.name.hasSuffix(".npy") else {
        contents.skipped.append(SkippedPart(name: member.name, reason: "it is no .npy file"))
        continue
      }
      let name = String(member.name.dropLast(4))
      do throws(DataFileError) {
        let context = FileContext(name: member.fullName, limits: context.limits)
        try add(name, start(of: member, context), member.source, context, to: &contents)
      } catch {
        guard error.code == .unsupported else { throw error }
        contents.skipped.append(SkippedPart(name: name, reason: error.found))
      }
    }
    return contents
  }

  /// More than the header of any array of numbers has.
  private static let longestHeader = 1 << 17

  /// The bytes to read the header from: of a compressed member no more than that takes.
  private static func start(of member: ZipMember, _ context: FileContext) throws(DataFileError) -> ByteReader {
    if !member.isDeflated { return ByteReader(member.memory, member.range) }
    return ByteReader(try member.beginning(longestHeader))
  }

  private static func add(
    _ name: String, _ bytes: ByteReader, _ source: StoredElements.Source, _ context: FileContext,
    to contents: inout FileContents
  ) throws(DataFileError) {
    var reader = bytes
    let header = try NumPyHeader(&reader, context)
    var elements = StoredElements(source: source, byteOffset: reader.place - reader.range.lowerBound)
    switch header.element {
    case .number(let type, let isBigEndian):
      elements.isBigEndian = isBigEndian
      if header.isFortranOrder { elements.strides = fortranStrides(header.shape) }
      let tensor = try StoredTensor(name, type, header.shape, elements, context, at: reader.place)
      let rest = elements.room - elements.byteOffset
      guard tensor.byteCount == rest else {
        throw context.wrong(
          .trailingBytes, at: reader.place + tensor.byteCount, "the end after \(tensor.byteCount) bytes of elements",
          "\(rest - tensor.byteCount) more bytes")
      }
      contents.tensors.append(tensor)
    case .text(let length, let isBigEndian):
      let (memory, range) = try elements.open(limits: context.limits)
      var reader = ByteReader(memory, range.dropFirst(elements.byteOffset))
      reader.isBigEndian = isBigEndian
      contents.metadata.append((name, try texts(&reader, length, header.shape, context)))
    }
  }

  /// Distances of neighbours where the first axis runs fastest; nil where they would be no numbers.
  private static func fortranStrides(_ shape: [Int]) -> [Int]? {
    var step = 1
    return shape.map { size in
      defer { step = step.multipliedReportingOverflow(by: max(size, 1)).partialValue }
      return step
    }
  }

  /// An array of texts: each of so many characters of 4 bytes, filled up with zeros.
  private static func texts(
    _ reader: inout ByteReader, _ length: Int, _ shape: [Int], _ context: FileContext
  ) throws(DataFileError) -> FileValue {
    guard let count = Shape(shape).validElementCount, count <= context.limits.values,
      count == 0 || length <= reader.rest / 4 / count
    else { throw reader.failure(.truncated, "texts of \(length) characters, shape \(shape)", "\(reader.rest) bytes") }
    var texts: [FileValue] = []
    for _ in 0..<count {
      var scalars = String.UnicodeScalarView()
      for _ in 0..<length {
        let value = try reader.number(UInt32.self, "a character")
        guard let scalar = Unicode.Scalar(value) else {
          throw reader.failure(.badValue, "a character of Unicode", "\(value)")
        }
        scalars.append(scalar)
      }
      while scalars.last == "\0" { scalars.removeLast() }
      texts.append(.text(String(scalars)))
    }
    return shape.isEmpty ? texts.first ?? .none : .list(texts)
  }
}
