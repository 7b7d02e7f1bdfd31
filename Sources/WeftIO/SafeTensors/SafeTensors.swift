import WeftData
import WeftTensor

/// Named tensors in a file of the safetensors format: a length, a JSON header, then the elements' bytes.
///
/// Read as the format's own reader does: the tensors' bytes fill the rest of the file, without gaps or overlaps.
public struct SafeTensors: Sendable {
  /// The tensors by name, in the order of the file.
  public let tensors: [(name: String, tensor: Tensor)]
  /// Free text by key.
  public let metadata: [String: String]

  /// Misuse: a name given twice, or `__metadata__`, which the format keeps for itself.
  public init(_ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:]) {
    var known: Set<String> = [Self.metadataKey]
    if let wrong = tensors.first(where: { !known.insert($0.name).inserted }) {
      report(
        TensorError(.value, operation: "SafeTensors", expected: "each tensor's name once", got: "another \(wrong.name)")
      )
    }
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The tensor of this name, if there is one.
  public subscript(name: String) -> Tensor? { tensors.first { $0.name == name }?.tensor }

  /// Reads a file whole.
  ///
  /// - Parameter limit: The most bytes to read.
  /// - Throws: `DataFileError` that names the file, the byte and what is wrong there.
  public init(contentsOf path: String, limit: Int = 1 << 34) throws(DataFileError) {
    try self.init(FileBytes(contentsOf: path, limit: limit))
  }

  /// Writes the file whole or not at all.
  public func write(to path: String) throws(FileWriteError) {
    try AtomicFile.write(encoded(), to: path)
  }

  /// The header's key that names no tensor.
  static let metadataKey = "__metadata__"
}

// Writing.
extension SafeTensors {
  /// The file's bytes.
  public func encoded() -> [UInt8] {
    var header = Array(headerText.utf8)
    while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }  // aligns the elements
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    bytes.reserveCapacity(8 + header.count + tensors.reduce(0) { $0 + $1.tensor.spec.byteCount })
    bytes += header
    for (_, tensor) in tensors { bytes += tensor.rawBytes }
    return bytes
  }

  private var headerText: String {
    var entries: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }.map { StrictJSON.quoted($0) + ":" + StrictJSON.quoted($1) }
      entries.append("\"\(Self.metadataKey)\":{\(texts.joined(separator: ","))}")
    }
    var end = 0
    for (name, tensor) in tensors {
      let start = end
      end += tensor.spec.byteCount
      let sizes = tensor.shape.sizes.map(String.init).joined(separator: ",")
      entries.append(
        "\(StrictJSON.quoted(name)):{\"dtype\":\"\(tensor.dtype.fileName)\",\"shape\":[\(sizes)],"
          + "\"data_offsets\":[\(start),\(end)]}")
    }
    return "{" + entries.joined(separator: ",") + "}"
  }
}

// Reading.
extension SafeTensors {
  /// The largest header that is read.
  static let headerLimit = 100_000_000

  /// Reads the bytes of a file.
  public init(_ file: FileBytes) throws(DataFileError) {
    let header = try SafeTensorsHeader(file)
    var tensors: [(name: String, tensor: Tensor)] = []
    for entry in header.entries { tensors.append((entry.name, try entry.tensor(in: file, from: header.end))) }
    self.tensors = tensors
    metadata = header.metadata
  }
}

extension DType {
  /// The type's name in safetensors files.
  var fileName: String {
    switch self {
    case .float32: "F32"
    case .float64: "F64"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int8: "I8"
    case .uint8: "U8"
    case .int32: "I32"
    case .int64: "I64"
    case .int16: "I16"
    case .uint16: "U16"
    case .uint32: "U32"
    case .uint64: "U64"
    case .bool: "BOOL"
    }
  }

  init?(fileName: String) {
    guard let match = DType.allCases.first(where: { $0.fileName == fileName }) else { return nil }
    self = match
  }
}
