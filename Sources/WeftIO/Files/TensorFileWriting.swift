import WeftData
import WeftTensor

extension TensorFile {
  /// Writes named tensors, whole or not at all.
  ///
  /// PyTorch's state dictionaries and NumPy's archives have no place for metadata: it is left out there. bfloat16,
  /// which NumPy does not have, is written to its files as float32.
  /// - Parameters:
  ///   - format: With nil, the one that the path's ending names, safetensors where it names none.
  ///   - isCompressed: Whether the members of a NumPy archive are compressed.
  /// - Throws: `FileWriteError`, or `DataFileError` for a format that is not written, names that it cannot have, or
  ///   several tensors for a file of one.
  public static func write(
    _ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:], to path: String,
    format: TensorFileFormat? = nil, isCompressed: Bool = false
  ) throws {
    let format = format ?? TensorFileFormat(pathExtension: path) ?? .safetensors
    let outgoing = tensors.map { entry in
      let dtype = format.replacement(for: .plain(entry.tensor.dtype))
      return OutgoingTensor(entry.name, dtype.map { entry.tensor.converted(to: $0) } ?? entry.tensor)
    }
    try format.write(outgoing, metadata: metadata, to: path, isCompressed: isCompressed)
  }

  /// Writes what the file holds in another format, or another element type, whole or not at all; one tensor is in
  /// memory at a time. Types that the format has keep their bytes; others become float32.
  ///
  /// - Parameters:
  ///   - dtype: What floating-point numbers become; nil keeps their type.
  ///   - format: With nil, the one that the path's ending names, safetensors where it names none.
  ///   - isCompressed: Whether the members of a NumPy archive are compressed.
  /// - Returns: What could not be kept, in words.
  /// - Throws: `DataFileError` or `FileWriteError`.
  @discardableResult
  public func write(
    to path: String, as dtype: DType? = nil, format: TensorFileFormat? = nil, isCompressed: Bool = false
  ) throws -> [String] {
    let format = format ?? TensorFileFormat(pathExtension: path) ?? .safetensors
    var notes: [String] = []
    var changed: [String: Int] = [:]
    let outgoing = try entries.map { entry in
      let wanted = entry.type.isNumber ? dtype : nil
      let target = format.replacement(for: wanted.map(StoredType.plain) ?? entry.type) ?? wanted
      guard target == nil || entry.type.isReadable else {
        throw DataFileError(
          .unsupported, file: self.path, expected: "tensor \(entry.name) of a type that \(format.rawValue) has",
          found: "\(entry.type), which is not read as numbers")
      }
      let tensor = self.outgoing(entry, as: target)
      if let target, target != wanted {
        changed["\(wanted.map { "\($0)" } ?? "\(entry.type)") became \(target)", default: 0] += 1
      }
      return tensor
    }
    notes += changed.sorted { $0.key < $1.key }.map { "\($0.value) tensors: \($0.key)" }
    let texts = format == .safetensors ? metadataTexts : [:]
    if metadata.count > texts.count {
      notes.append("\(metadata.count - texts.count) values beside the tensors were left out")
    }
    if !skipped.isEmpty { notes.append("\(skipped.count) parts that are no tensors were left out") }
    try format.write(outgoing, metadata: texts, to: path, isCompressed: isCompressed)
    return notes
  }

  /// The metadata as texts; lists, such as a tokenizer's, are left out.
  private var metadataTexts: [String: String] {
    var texts: [String: String] = [:]
    for (key, value) in metadata where value.list == nil && value != .none { texts[key] = value.description }
    return texts
  }
}

extension StoredType {
  /// Whether it is of floating-point numbers, in whatever coding.
  var isNumber: Bool {
    switch self {
    case .plain(let dtype): dtype.isFloatingPoint
    case .complex: false
    default: true
    }
  }
}

extension TensorFileFormat {
  /// What is written in place of a type that the format does not have; nil where it has it.
  fileprivate func replacement(for type: StoredType) -> DType? {
    let isKnown =
      switch self {
      case .safetensors: SafeTensorsFormat.name(of: type) != nil
      case .pyTorch: PickleNames.dtypeName(of: type) != nil
      case .numPy, .numPyArchive: NumPyTypes.description(of: type) != nil
      case .gguf, .onnx: true
      }
    if isKnown { return nil }
    return type.dtype == .bfloat16 || type == .complex(.float16) && self != .safetensors ? .float32 : type.dtype
  }

  fileprivate func write(
    _ tensors: [OutgoingTensor], metadata: [String: String], to path: String, isCompressed: Bool
  ) throws {
    var known: Set<String> = self == .safetensors ? [SafeTensorsFormat.metadataKey] : []
    for tensor in tensors where !known.insert(tensor.name).inserted {
      throw DataFileError(.badValue, file: path, expected: "each tensor's name once", found: "another \(tensor.name)")
    }
    if self == .numPyArchive, let long = tensors.first(where: { $0.name.utf8.count > 65_000 }) {
      throw DataFileError(
        .badValue, file: path, expected: "names of at most 65000 bytes in an archive",
        found: "\(long.name.prefix(40))... of \(long.name.utf8.count)")
    }
    switch self {
    case .safetensors: try SafeTensorsWriter.write(tensors, metadata: metadata, to: path)
    case .pyTorch: try PyTorchWriter.write(tensors, to: path)
    case .numPyArchive: try NumPyWriter.write(tensors, to: path, isCompressed: isCompressed)
    case .numPy:
      guard tensors.count == 1 else {
        throw DataFileError(
          .unsupported, file: path, expected: "one tensor for a file of one array", found: "\(tensors.count)",
          hint: "an archive (.npz) holds several")
      }
      try NumPyWriter.write(tensors[0], to: path)
    case .gguf:
      throw DataFileError(
        .unsupported, file: path, expected: "safetensors, PyTorch or NumPy, which are written", found: "GGUF",
        hint: "GGUF files are read only")
    case .onnx:
      throw DataFileError(
        .unsupported, file: path, expected: "safetensors, PyTorch or NumPy, which are written", found: "ONNX",
        hint: "a model is written with its graph, by `exportONNX` of WeftONNX")
    }
  }
}
