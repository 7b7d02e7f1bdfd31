import WeftData
import WeftNN
import WeftTensor

// Saving and loading what a module has learned.

extension Module {
  /// Every parameter's and buffer's value by its full name, as they stand in files.
  public func state() -> [(name: String, tensor: Tensor)] {
    namedParameters().map { ($0.name, $0.parameter.value) } + namedBuffers().map { ($0.name, $0.buffer.value) }
  }

  /// Writes all parameters and buffers to a file, whole or not at all.
  ///
  /// - Parameters:
  ///   - metadata: Free text by key, which safetensors files have.
  ///   - tiedNames: Whether a tied weight is written under each of its names, as PyTorch's `state_dict` has it and
  ///     strict loaders want it; else under the first, which saves the bytes and is enough for `load(from:)`.
  ///   - format: With nil, the one that the path's ending names (`.pt` and `.npz` beside `.safetensors`), safetensors
  ///     where it names none.
  /// - Throws: `FileWriteError`, or `DataFileError` for a format that is not written (GGUF) or holds one tensor alone
  ///   (`.npy`).
  public func save(
    to path: String, metadata: [String: String] = [:], tiedNames: Bool = true, format: TensorFileFormat? = nil
  ) throws {
    var tensors = state()
    if tiedNames {
      let known = Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
      for (name, first) in aliases().sorted(by: { $0.key < $1.key }) {
        if let tensor = known[first] { tensors.append((name, tensor)) }
      }
    }
    let format = format ?? TensorFileFormat(pathExtension: path) ?? .safetensors
    if format == .safetensors { return try SafeTensors(tensors, metadata: metadata).write(to: path) }
    try TensorFile.write(tensors, metadata: metadata, to: path, format: format)
  }

  /// Loads parameters and buffers from a file, or a folder with a model in several: safetensors, PyTorch, NumPy, GGUF
  /// (`TensorFile`). Nothing is changed unless all of it fits; counts of batches (`num_batches_tracked`), which old
  /// files lack, may be missing.
  ///
  /// ```swift
  /// // GPT-2 of Hugging Face keeps its linear maps as [in, out].
  /// try model.load(from: path, transposing: { $0.contains(".attn.c_") || $0.contains(".mlp.c_") })
  /// ```
  /// - Parameters:
  ///   - partial: Load what fits by name, shape and kind of number, and leave the rest as it is; none at all is an
  ///     error, and so is a square matrix beside others that are transposed in the file, unless `transposing` says
  ///     which are.
  ///   - renaming: The module's name for a name in the file; nil leaves that tensor out.
  ///   - transposing: Whether the file's matrix for a name of the module is to be transposed.
  ///   - converting: Whether whole numbers may become floating-point numbers, or these whole ones. Floating-point
  ///     numbers become those of the module's type in any case.
  ///   - mapped: Whether the module's values are to lie in the mapped file until they are written, where types agree: a
  ///     model that only answers starts at once, and shares its memory with other processes.
  ///   - limits: How much the file may ask for.
  /// - Returns: The names that were loaded.
  /// - Throws: `DataFileError` for an unreadable file, `CheckpointError` for one that does not fit.
  @discardableResult
  public func load(
    from path: String, partial: Bool = false, renaming: (String) -> String? = { $0 },
    transposing: ((String) -> Bool)? = nil, converting: Bool = false, mapped: Bool = false,
    limits: LoadLimits = LoadLimits()
  ) throws -> [String] {
    let file = try TensorFile(path, limits: limits)
    return try load(
      file, partial: partial, renaming: renaming, transposing: transposing, converting: converting, mapped: mapped)
  }

  /// The same with rules for names.
  ///
  /// - Parameter rules: Applied to each name of the file one after the other.
  @discardableResult
  public func load(
    from path: String, partial: Bool = false, renaming rules: [NameRule],
    transposing: ((String) -> Bool)? = nil, converting: Bool = false, mapped: Bool = false,
    limits: LoadLimits = LoadLimits()
  ) throws -> [String] {
    try load(
      from: path, partial: partial,
      renaming: { name in rules.reduce(String?.some(name)) { name, rule in name.flatMap(rule.applied) } },
      transposing: transposing, converting: converting, mapped: mapped, limits: limits)
  }

  /// The same from a file that is open.
  @discardableResult
  public func load(
    _ file: TensorFile, partial: Bool = false, renaming: (String) -> String? = { $0 },
    transposing: ((String) -> Bool)? = nil, converting: Bool = false, mapped: Bool = false
  ) throws -> [String] {
    let offers = file.entries.compactMap { entry in
      renaming(entry.name).map { name in
        LoadOffer(name, entry.spec) { () throws(DataFileError) in try file.tensor(of: entry) }
      }
    }
    let plan = try LoadPlan(
      of: offers, for: self, source: file.path, partial: partial, transposing: transposing, converting: converting)
    return try plan.carryOut(copying: !mapped)
  }

  /// Loads parameters and buffers from named tensors; the rules are those of files.
  ///
  /// - Parameter source: What errors call the tensors' origin.
  @discardableResult
  public func load(
    _ tensors: [(name: String, tensor: Tensor)], from source: String, partial: Bool = false,
    transposing: ((String) -> Bool)? = nil
  ) throws(CheckpointError) -> [String] {
    let offers = tensors.map { entry in LoadOffer(entry.name, entry.tensor.spec) { entry.tensor } }
    do {
      let plan = try LoadPlan(
        of: offers, for: self, source: source, partial: partial, transposing: transposing, converting: false)
      return try plan.carryOut(copying: false)
    } catch let error as CheckpointError {
      throw error
    } catch {
      return []  // tensors in memory cannot fail to be read
    }
  }
}
