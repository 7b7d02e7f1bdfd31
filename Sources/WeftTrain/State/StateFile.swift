import WeftData
import WeftIO
import WeftTensor

// A state as a file: safetensors, which any tool reads, with the rest in its metadata and a sum over all of it.

extension TrainingState {
  private static let format = "weft.training.1"

  /// Writes the file, whole or not at all.
  ///
  /// - Throws: `FileWriteError`; what was at the path is then unchanged.
  public func write(to path: String) throws {
    var metadata = notes.reduce(into: [String: String]()) { $0["note." + $1.key] = $1.value }
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
        tensors: tensors, cursor: try StateText.decode(LoaderCursor.self, from: cursor),
        generator: try StateText.decode(RandomGenerator.self, from: generator),
        notes: metadata.reduce(into: [:]) { notes, entry in
          if entry.key.hasPrefix("note.") { notes[String(entry.key.dropFirst(5))] = entry.value }
        })
    } catch {
      throw DataFileError(
        .wrongFormat, file: path, expected: "a cursor and a generator as JSON", found: "\(cursor) and \(generator)")
    }
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
