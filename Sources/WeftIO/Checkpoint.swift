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
  public func save(to path: String, metadata: [String: String] = [:]) throws(FileWriteError) {
    try SafeTensors(state(), metadata: metadata).write(to: path)
  }

  /// Loads parameters and buffers from a safetensors file. Nothing is changed unless all of it fits.
  ///
  /// - Parameters:
  ///   - partial: Load what fits by name, shape and kind of number, and leave the rest as it is; none at all is an error.
  ///   - renaming: The module's name for a name in the file; nil leaves that tensor out.
  /// - Returns: The names that were loaded.
  /// - Throws: `DataFileError` for an unreadable file, `CheckpointError` for one that does not fit.
  @discardableResult
  public func load(
    from path: String, partial: Bool = false, renaming: (String) -> String? = { $0 }
  ) throws -> [String] {
    let file = try SafeTensors(contentsOf: path)
    let renamed = file.tensors.compactMap { entry in renaming(entry.name).map { (name: $0, tensor: entry.tensor) } }
    return try load(renamed, from: path, partial: partial)
  }

  /// Loads parameters and buffers from named tensors; the rules are those of files.
  ///
  /// - Parameter source: What errors call the tensors' origin.
  @discardableResult
  public func load(
    _ tensors: [(name: String, tensor: Tensor)], from source: String, partial: Bool = false
  ) throws(CheckpointError) -> [String] {
    let tensors = withoutAliases(tensors)
    let problems = CheckpointError(module: state(), file: tensors, source: source)
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
