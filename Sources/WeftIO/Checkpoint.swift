import WeftData
import WeftNN
import WeftTensor

// Saving and loading what a module has learned.

extension Module {
  /// Every parameter's and buffer's value by its full name, as they stand in files.
  public func state() -> [(name: String, tensor: Tensor)] {
    namedParameters().map { ($0.name, $0.parameter.value) } + namedBuffers().map { ($0.name, $0.buffer.value) }
  }

  /// Writes all parameters and buffers to a safetensors file, whole or not at all.
  ///
  /// - Parameter tiedNames: Whether a tied weight is written under each of its names, as PyTorch's `state_dict` has it and
  ///   strict loaders want it; else under the first, which saves the bytes and is enough for `load(from:)`.
  public func save(
    to path: String, metadata: [String: String] = [:], tiedNames: Bool = true
  ) throws(FileWriteError) {
    var tensors = state()
    if tiedNames {
      let known = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
      for (name, first) in aliases().sorted(by: { $0.key < $1.key }) {
        if let tensor = known[first] { tensors.append((name, tensor)) }
      }
    }
    try SafeTensors(tensors, metadata: metadata).write(to: path)
  }

  /// Loads parameters and buffers from a safetensors file. Nothing is changed unless all of it fits; counts of batches
  /// (`num_batches_tracked`), which old files lack, may be missing.
  ///
  /// ```swift
  /// // GPT-2 of Hugging Face keeps its linear maps as [in, out].
  /// try model.load(from: path, transposing: { $0.contains(".attn.c_") || $0.contains(".mlp.c_") })
  /// ```
  /// - Parameters:
  ///   - partial: Load what fits by name, shape and kind of number, and leave the rest as it is; none at all is an error,
  ///     and so is a square matrix beside others that are transposed in the file, unless `transposing` says which are.
  ///   - renaming: The module's name for a name in the file; nil leaves that tensor out.
  ///   - transposing: Whether the file's matrix for a name of the module is to be transposed.
  /// - Returns: The names that were loaded.
  /// - Throws: `DataFileError` for an unreadable file, `CheckpointError` for one that does not fit.
  @discardableResult
  public func load(
    from path: String, partial: Bool = false, renaming: (String) -> String? = { $0 },
    transposing: ((String) -> Bool)? = nil
  ) throws -> [String] {
    let file = try SafeTensors(contentsOf: path)
    let renamed = file.tensors.compactMap { entry in renaming(entry.name).map { (name: $0, tensor: entry.tensor) } }
    return try load(renamed, from: path, partial: partial, transposing: transposing)
  }

  /// Loads parameters and buffers from named tensors; the rules are those of files.
  ///
  /// - Parameter source: What errors call the tensors' origin.
  @discardableResult
  public func load(
    _ tensors: [(name: String, tensor: Tensor)], from source: String, partial: Bool = false,
    transposing: ((String) -> Bool)? = nil
  ) throws(CheckpointError) -> [String] {
    let tensors = withoutAliases(tensors.map { ($0.name, Self.turned($0.tensor, transposing?($0.name) == true)) })
    let problems = CheckpointError(
      module: state(), file: tensors, source: source, mayLack: mayLack, saysLayout: transposing != nil)
    if problems.preventsLoading(partial: partial) { throw problems }
    let found = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    let fitting = Set(problems.fitting)
    for (name, parameter) in namedParameters() where fitting.contains(name) {
      if let tensor = found[name] { parameter.value = tensor }
    }
    for (name, buffer) in namedBuffers() where fitting.contains(name) {
      if let tensor = found[name] { buffer.value = tensor.converted(to: buffer.value.dtype) }
    }
    return problems.fitting
  }

  private static func turned(_ tensor: Tensor, _ isTransposed: Bool) -> Tensor {
    isTransposed && tensor.rank == 2 ? tensor.transposed().contiguous() : tensor
  }

  /// What files of PyTorch before 0.4.1 do not have: it keeps its value.
  private var mayLack: Set<String> {
    var names: Set<String> = []
    for (name, module) in namedModules() where module is BatchNormLayer || module is InstanceNormLayer {
      names.insert((name.isEmpty ? "" : name + ".") + "num_batches_tracked")
    }
    return names
  }

  /// Tied weights under their first names: a file may hold one under another name, or under several with equal values.
  private func withoutAliases(_ tensors: [(name: String, tensor: Tensor)]) -> [(name: String, tensor: Tensor)] {
    let aliases = aliases()
    if aliases.isEmpty { return tensors }
    var found = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
    return tensors.compactMap { entry in
      guard let name = aliases[entry.name] else { return entry }
      if let first = found[name] { return first.elementsEqual(entry.tensor) ? nil : entry }
      found[name] = entry.tensor
      return (name, entry.tensor)
    }
  }
}
