import WeftData
import WeftIO
import WeftTensor

// A state as a file: safetensors, which any tool reads, with the rest in its metadata and a sum over all of it.

extension TrainingState {
  private static let format = "weft.training.1"
  private static let notePrefix = "note."
  private static let longestNote = 1 << 20

  private static func bytes(_ text: String) -> Tensor {
    let bytes = Array(text.utf8)
    return Tensor(bytes: bytes, shape: [bytes.count], dtype: .uint8)
  }

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: `FileWriteError`, or `DataFileError` for more than can be read again, as too many tensors; what was at the
  ///   path is then unchanged.
  public func write(to path: String) throws {
    // A header is read whole, and within limits: long texts stand among the tensors.
    let long = notes.filter { $0.value.utf8.count > Self.longestNote }
    let tensors = tensors + long.sorted { $0.key < $1.key }.map { (name: Self.notePrefix + $0, tensor: Self.bytes($1)) }
    var metadata: [String: String] = [:]
    for (key, text) in notes where long[key] == nil { metadata[Self.notePrefix + key] = text }
    metadata["format"] = Self.format
    metadata["cursor"] = try StateText.encode(cursor)
    metadata["generator"] = try StateText.encode(generator)
    metadata["checksum"] = Self.checksum(tensors, metadata)
    try TensorFile.write(tensors, metadata: metadata, to: path, format: .safetensors)
  }

  /// Reads a file that `write(to:)` wrote.
  ///
  /// - Throws: `DataFileError` for a file of another kind, or one that was damaged.
  public init(contentsOf path: String) throws(DataFileError) {
    let file = try TensorFile(path)
    var metadata: [String: String] = [:]
    for (key, value) in file.metadata { metadata[key] = value.text }
    guard metadata["format"] == Self.format, let sum = metadata.removeValue(forKey: "checksum") else {
      throw DataFileError(
        .wrongFormat, file: path, expected: "the state of a training, \(Self.format)",
        found: metadata["format"].map { "the format \($0)" } ?? "a file of tensors alone")
    }
    let tensors = try file.tensors()
    let found = Self.checksum(tensors, metadata)
    guard found == sum else {
      throw DataFileError(
        .corrupt, file: path, expected: "content with the checksum \(sum)", found: "\(found)",
        hint: "the file was changed or damaged after it was written")
    }
    let (cursor, generator) = (metadata["cursor"] ?? "", metadata["generator"] ?? "")
    do {
      self.init(
        tensors: tensors.filter { !Self.isNote($0) }, cursor: try StateText.decode(LoaderCursor.self, from: cursor),
        generator: try StateText.decode(RandomGenerator.self, from: generator), notes: Self.notes(tensors, metadata))
    } catch {
      throw DataFileError(
        .wrongFormat, file: path, expected: "a cursor and a generator as JSON", found: "\(cursor) and \(generator)")
    }
  }

  private static func notes(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]
  ) -> [String: String] {
    var notes: [String: String] = [:]
    for (key, text) in metadata where key.hasPrefix(notePrefix) {
      notes[String(key.dropFirst(notePrefix.count))] = text
    }
    for entry in tensors where isNote(entry) {
      let text = entry.tensor.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
      notes[String(entry.name.dropFirst(notePrefix.count))] = text
    }
    return notes
  }

  private static func isNote(_ entry: (name: String, tensor: Tensor)) -> Bool {
    entry.name.hasPrefix(notePrefix) && entry.tensor.dtype == .uint8
  }

  private static func checksum(
    _ tensors: [(name: String, tensor: Tensor)], _ metadata: [String: String]
  ) -> String {
    var sum = ContentSum()
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      sum.add(key)
      sum.add(value)
    }
    for (name, tensor) in tensors.sorted(by: { $0.name < $1.name }) {
      sum.add(name)
      sum.add(tensor)
    }
    return sum.text
  }
}
