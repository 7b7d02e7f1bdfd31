import WeftData
import WeftTensor

/// What is in a file of tensors, of whatever format: their names, types, shapes and sizes, what else the file says, and
/// the tensors themselves, read when they are asked for.
///
/// The content decides the format, not the name: safetensors, also in several files with an index; PyTorch's `.pt`,
/// `.pth` and `.bin` of any age, TorchScript's archives and exported programs (`.pt2`), pickled arrays; NumPy's `.npy` and
/// `.npz`; GGUF. The file is mapped: opening one of many gigabytes takes no longer than its header. Nothing in a file is
/// ever executed, and what it asks for is checked against `LoadLimits` before anything is allocated.
///
/// ```swift
/// let file = try TensorFile("model.safetensors")
/// for entry in file.entries { print(entry.name, entry.type, entry.shape) }
/// let weight = try file.tensor(named: "encoder.weight", as: .float32)
/// ```
/// Tensors that lie in the file as they do in memory are views of the mapping: they cost nothing until they are used,
/// and writing to them changes no file. A file that is shortened while it is in use ends the process, as with every
/// program that maps files; replacing it, as Weft's own writers do, is harmless.
public struct TensorFile: Sendable {
  /// The path, or the name that the bytes were given.
  public let path: String
  /// The format that the content has.
  public let format: TensorFileFormat
  /// The tensors, in the order of the file.
  public let entries: [StoredTensor]
  /// What the file says beside them, by key and in its order: metadata, and numbers and texts that stand among the
  /// tensors.
  public let metadata: [(key: String, value: FileValue)]
  /// What is no tensor, number or text, or would have to be run to be known.
  public let skipped: [SkippedPart]

  private let limits: LoadLimits
  private let places: [String: Int]

  /// Opens a file, or a folder with a model in one or several files.
  ///
  /// - Parameters:
  ///   - limits: How much the file may ask for.
  ///   - skipsRefused: Whether names in a pickle that are not known to be harmless are passed over, and listed in
  ///     `skipped`, rather than an error. They are not run either way.
  /// - Throws: `DataFileError` that names the file, the byte and what is wrong there.
  public init(
    _ path: String, limits: LoadLimits = LoadLimits(), skipsRefused: Bool = false
  ) throws(DataFileError) {
    if let shards = try ShardedModel.at(path, limits: limits) {
      var contents = FileContents()
      var format = TensorFileFormat.safetensors
      for shard in shards.files {
        // A file itself, not another index or folder.
        let memory = try FileMemory(mapping: shard.path, limits: limits, isNamedInFile: true)
        let file = try TensorFile(memory, limits, skipsRefused: skipsRefused)
        let found = FileContents(tensors: file.entries, metadata: file.metadata, skipped: file.skipped)
        (format, contents) = (file.format, try shards.adding(found, of: shard, to: contents))
      }
      try self.init(path, format, try shards.checked(contents), limits)
      return
    }
    let memory = try FileMemory(mapping: path, limits: limits)
    try self.init(memory, limits, skipsRefused: skipsRefused)
  }

  /// Reads a file that is in memory already.
  public init(
    _ file: FileBytes, limits: LoadLimits = LoadLimits(), skipsRefused: Bool = false
  ) throws(DataFileError) {
    try self.init(FileMemory(file), limits, skipsRefused: skipsRefused)
  }

  private init(_ memory: FileMemory, _ limits: LoadLimits, skipsRefused: Bool) throws(DataFileError) {
    let context = FileContext(name: memory.name, limits: limits)
    let (format, contents) = try TensorFileFormat.contents(of: memory, context, skipsRefused: skipsRefused)
    try self.init(memory.name, format, contents, limits)
  }

  /// What a reader outside this module found.
  package init(
    _ path: String, _ format: TensorFileFormat, _ tensors: [(name: String, tensor: Tensor)],
    metadata: [(key: String, value: FileValue)], skipped: [SkippedPart], limits: LoadLimits
  ) throws(DataFileError) {
    let context = FileContext(name: path, limits: limits)
    var contents = FileContents(metadata: metadata, skipped: skipped)
    for (name, tensor) in tensors {
      let (memory, range) = FileMemory.elements(of: tensor, named: path)
      let elements = StoredElements(source: .memory(memory, range))
      contents.tensors.append(
        try StoredTensor(name, .plain(tensor.dtype), tensor.shape.sizes, elements, context))
    }
    try self.init(path, format, contents, limits)
  }

  private init(
    _ path: String, _ format: TensorFileFormat, _ contents: FileContents, _ limits: LoadLimits
  ) throws(DataFileError) {
    (self.path, self.format, self.limits) = (path, format, limits)
    (entries, metadata, skipped) = (contents.tensors, contents.metadata, contents.skipped)
    places = Dictionary(zip(entries.map(\.name), entries.indices), uniquingKeysWith: { first, _ in first })
    var total = 0
    for entry in entries {
      total += entry.byteCount
      guard total <= limits.totalBytes else {
        throw .limit(
          "totalBytes", path, expected: "at most \(limits.totalBytes) bytes of tensors", "more, with \(entry.name)")
      }
    }
  }
}

extension TensorFile {
  /// What the file says of the tensor of this name, if there is one.
  public subscript(name: String) -> StoredTensor? { places[name].map { entries[$0] } }

  /// What the metadata says under a key, if anything.
  public func value(_ key: String) -> FileValue? { metadata.first { $0.key == key }?.value }

  /// The bytes of all tensors.
  public var byteCount: Int { entries.reduce(0) { $0 + $1.byteCount } }

  /// The tensor of this name. One of a type that tensors do not have is read as one that holds its values: 8-bit floats
  /// and blocks as float32, complex numbers with a last axis of real and imaginary part.
  ///
  /// - Parameter dtype: The type to convert to; nil for the file's.
  /// - Throws: `DataFileError`.
  public func tensor(named name: String, as dtype: DType? = nil) throws(DataFileError) -> Tensor {
    let tensor = try tensor(of: try entry(name))
    return dtype.map { tensor.converted(to: $0) } ?? tensor
  }

  /// The tensor's elements as the file has them, row-major and little-endian: of a quantized tensor its blocks.
  ///
  /// - Throws: `DataFileError`.
  public func bytes(named name: String) throws(DataFileError) -> [UInt8] {
    let dense = try entry(name).dense(limits: limits)
    return withExtendedLifetime(dense.memory) { Array(dense.bytes) }
  }

  /// The blocks of a quantized matrix as the file has them, [rows, bytes] of uint8: a view of the mapped file, so that
  /// what is never read takes no memory. nil for a tensor that is no matrix in blocks.
  ///
  /// - Throws: `DataFileError`.
  public func blocks(named name: String) throws(DataFileError) -> Tensor? {
    let entry = try entry(name)
    guard case .blocks = entry.type, entry.shape.rank == 2, entry.shape[0] > 0 else { return nil }
    let dense = try entry.dense(limits: limits)
    let spec = TensorSpec([entry.shape[0], entry.byteCount / entry.shape[0]], .uint8)
    return Tensor(sharing: dense.memory.storage, spec, byteOffset: dense.range.lowerBound)
  }

  /// Every tensor by its name.
  ///
  /// - Throws: `DataFileError`.
  public func tensors() throws(DataFileError) -> [(name: String, tensor: Tensor)] {
    var tensors: [(name: String, tensor: Tensor)] = []
    for entry in entries { tensors.append((entry.name, try tensor(of: entry))) }
    return tensors
  }

  func tensor(of entry: StoredTensor) throws(DataFileError) -> Tensor { try entry.tensor(limits: limits) }

  func outgoing(_ entry: StoredTensor, as dtype: DType?) -> OutgoingTensor {
    OutgoingTensor(entry, as: dtype, limits: limits)
  }

  func dense(_ entry: StoredTensor) throws(DataFileError) -> DenseBytes { try entry.dense(limits: limits) }

  private func entry(_ name: String) throws(DataFileError) -> StoredTensor {
    if let entry = self[name] { return entry }
    let near = nearest(to: name, among: entries.prefix(5000).map(\.name))
    throw DataFileError(
      .missingTensor, file: path, expected: "a tensor \"\(name)\"", found: "\(entries.count) of other names",
      hint: near.first.map { "did you mean \"\($0)\"?" })
  }
}
