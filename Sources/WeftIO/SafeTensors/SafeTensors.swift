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
    var known: Set<String> = [SafeTensorsFormat.metadataKey]
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
}

// Writing.
extension SafeTensors {
  /// The file's bytes.
  public func encoded() -> [UInt8] {
    let outgoing = tensors.map { OutgoingTensor($0.name, $0.tensor) }
    var bytes = SafeTensorsWriter.header(of: outgoing, metadata: metadata)
    bytes.reserveCapacity(bytes.count + outgoing.reduce(0) { $0 + $1.byteCount })
    for (_, tensor) in tensors { bytes += tensor.rawBytes }
    return bytes
  }
}

// Reading.
extension SafeTensors {
  /// Reads the bytes of a file.
  public init(_ file: FileBytes) throws(DataFileError) {
    let context = FileContext(name: file.name, limits: LoadLimits())
    let header = try SafeTensorsHeader(FileMemory(file), context)
    var tensors: [(name: String, tensor: Tensor)] = []
    for stored in header.tensors { tensors.append((stored.name, try stored.tensor(limits: context.limits))) }
    self.tensors = tensors
    metadata = header.metadata
  }
}
