import WeftData

/// The formats of tensor files.
public enum TensorFileFormat: String, Hashable, Sendable, CaseIterable {
  /// Named tensors after a header in JSON.
  case safetensors
  /// A zip archive of a pickle and storages, or pickles alone.
  case pyTorch = "PyTorch"
  /// One array.
  case numPy = "NumPy array"
  /// A zip archive of arrays.
  case numPyArchive = "NumPy archive"
  /// A model for llama.cpp.
  case gguf = "GGUF"
  /// A network's graph, of whose initializers WeftONNX makes a file of tensors.
  case onnx = "ONNX model"

  /// The format that a file to be written has by its name; nil where the name tells none.
  public init?(pathExtension path: String) {
    let ending = path.split(separator: "/").last?.split(separator: ".").last?.lowercased()
    switch ending {
    case "safetensors": self = .safetensors
    case "pt", "pth", "bin", "ckpt", "pkl": self = .pyTorch
    case "npy": self = .numPy
    case "npz": self = .numPyArchive
    case "gguf": self = .gguf
    case "onnx": self = .onnx
    default: return nil
    }
  }
}

extension TensorFileFormat {
  /// What a file holds, by the format that its content has. Where the content tells none, the name may say which
  /// reader's error explains it best.
  static func contents(
    of memory: FileMemory, _ context: FileContext, skipsRefused: Bool
  ) throws(DataFileError) -> (TensorFileFormat, FileContents) {
    let start = Array(memory.bytes.prefix(8))
    if ZipArchive.begins(memory) { return try archive(memory, context, skipsRefused) }
    if start.starts(with: "GGUF".utf8) { return (.gguf, try GGUFReader.contents(memory, context)) }
    if start.starts(with: NumPyHeader.magic) { return (.numPy, try NumPyReader.array(memory, context)) }
    // Before pickles: a header of 640 bytes has the length 80 02 00 ..., which is how a pickle of protocol 2 begins. Read as
    // a length, the first eight bytes of a pickle are larger than any file.
    if isHeader(memory) { return (.safetensors, try safetensors(memory, context)) }
    if start.first == 0x80, (2...5).contains(start.dropFirst().first ?? 0) {
      return (.pyTorch, try PyTorchReader.pickles(memory, context, skipsRefused: skipsRefused))
    }
    if memory.kind == .safetensors || TensorFileFormat(pathExtension: memory.name) == .safetensors {
      return (.safetensors, try safetensors(memory, context))
    }
    throw unknown(memory)
  }

  private static func safetensors(
    _ memory: FileMemory, _ context: FileContext
  ) throws(DataFileError) -> FileContents {
    let header = try SafeTensorsHeader(memory, context)
    let metadata = header.metadata.sorted { $0.key < $1.key }.map { (key: $0.key, value: FileValue.text($0.value)) }
    return FileContents(tensors: header.tensors, metadata: metadata)
  }

  /// Whether a length and a brace stand where safetensors has them; white space may come before the first name.
  private static func isHeader(_ memory: FileMemory) -> Bool {
    guard memory.count >= 10, memory.bytes[8] == UInt8(ascii: "{") else { return false }
    let length = UInt64(littleEndian: memory.bytes.loadUnaligned(as: UInt64.self))
    return length >= 2 && length <= UInt64(memory.count - 8)
  }

  private static func archive(
    _ memory: FileMemory, _ context: FileContext, _ skipsRefused: Bool
  ) throws(DataFileError) -> (TensorFileFormat, FileContents) {
    let archive = try ZipArchive(memory, context)
    // Before others: exported programs hold files of PyTorch's as well.
    if let root = ExportedProgramReader.root(of: archive) {
      return (.pyTorch, try ExportedProgramReader.contents(archive, in: root, context))
    }
    if let objects = PyTorchReader.objects(in: archive) {
      return (.pyTorch, try PyTorchReader.archive(archive, objects, context, skipsRefused: skipsRefused))
    }
    guard archive.members.isEmpty || archive.members.contains(where: { $0.name.hasSuffix(".npy") }) else {
      throw DataFileError(
        .wrongFormat, file: memory.name, at: 0, expected: "an archive of PyTorch (data.pkl) or of NumPy (.npy)",
        found: "one of \(archive.members.prefix(3).map(\.name).joined(separator: ", "))", looksLike: .zip)
    }
    return (.numPyArchive, try NumPyReader.archive(archive, context))
  }

  private static func unknown(_ memory: FileMemory) -> DataFileError {
    let expected = "a file of tensors (safetensors, PyTorch, NumPy or GGUF)"
    if memory.count == 0 {
      return DataFileError(
        .truncated, file: memory.name, at: 0, expected: expected, found: "an empty file",
        hint: "a download may have been cut short")
    }
    let start = memory.bytes.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    let hint: String? =
      switch memory.kind {
      case .tar: "PyTorch before 0.2 wrote such: save it again with a later one"
      case .onnx: "`TensorFile(onnx:)` of WeftONNX reads its initializers, and `ONNXModel` runs it"
      default: nil
      }
    return DataFileError(
      .wrongFormat, file: memory.name, at: 0, expected: expected, found: "the bytes \(start)", looksLike: memory.kind,
      hint: hint)
  }
}
