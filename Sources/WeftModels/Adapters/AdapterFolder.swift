import WeftIO
import WeftNN
import WeftTensor

// Adapters in the layout of PEFT: a folder with adapter_config.json and adapter_model.safetensors.

extension Adapters {
  private static let tensors = "adapter_model.safetensors"

  /// A model with the adapter of a folder that PEFT or `save(_:to:)` wrote.
  ///
  /// ```swift
  /// let model = try CausalLanguageModel.open("models/SmolLM2-135M")
  /// let adapters = try Adapters(model, from: "adapters/legal")
  /// ```
  /// - Throws: As `load(from:named:limits:)`, and `TensorError` for a model that has adapters.
  public convenience init(_ model: Module, from path: String, named name: String = "default") throws {
    try self.init(model)
    try load(from: path, named: name)
  }

  /// Adds the adapter of a folder that PEFT or `save(_:to:)` wrote, which is the active one from now on.
  ///
  /// The names in it are those of the model that PEFT saw: of an embedder that is its encoder, `embedder.model.encoder`. What
  /// it has for a pooler is left out where the model goes without, as encoders of embedders do.
  /// - Parameter limits: How much its files may ask for.
  /// - Throws: `ModelError` for settings that are not of LoRA or that no layer of the model fits, `CheckpointError` for
  ///   matrices that do not fit, `DataFileError` for files that cannot be read. Then nothing is changed.
  public func load(from path: String, named name: String = "default", limits: LoadLimits = LoadLimits()) throws {
    let settings = try ModelConfiguration(contentsOf: "\(path)/\(AdapterConfiguration.fileName)")
    let lora = try AdapterConfiguration.lora(settings)
    let file = try Self.file(in: path, limits)
    try AdapterConfiguration.refuseBiases(settings, lora, in: file.entries.map(\.name))
    let (before, wasMerged) = (active, isMerged)
    do {
      // Nothing is drawn or allocated before the file is known to have such shapes.
      try Initializer.$placeholderType.withValue(.float32) { try add(lora, named: name) }
    } catch let error as TensorError {
      throw ModelError(.badValue, file: settings.file, expected: error.expected, found: error.got, hint: error.hint)
    }
    do {
      let hasPooler = model.namedModules().contains { $0.name.split(separator: ".").contains("pooler") }
      // PEFT keeps tables that are adapted beside what is added to them: the model has them.
      // For a while, lengths were the weight of a module.
      try fileModule(of: name)?.load(
        file,
        renaming: { stored in
          if stored.hasSuffix(".base_layer.weight") || !hasPooler && stored.contains(".pooler.") { return nil }
          return stored.hasSuffix(".lora_magnitude_vector.weight") ? String(stored.dropLast(".weight".count)) : stored
        })
    } catch {
      try remove(name)
      try activate(before)
      if wasMerged { try merge() }
      throw error
    }
  }

  /// The file of an adapter's matrices, of today or of before safetensors.
  private static func file(in path: String, _ limits: LoadLimits) throws -> TensorFile {
    let old = "\(path)/adapter_model.bin"
    let isOld = !ModelPath("\(path)/\(tensors)").exists && ModelPath(old).exists
    return try TensorFile(isOld ? old : "\(path)/\(tensors)", limits: limits)
  }

  /// Writes an adapter as PEFT does, whole or not at all: `PeftModel.from_pretrained(model, path)` opens it. An
  /// adapter's folder that is there is replaced, another one with files is not.
  ///
  /// - Parameter base: Where the model is from, for the file's `base_model_name_or_path`.
  /// - Throws: `TensorError` for a name that is not there, `FileWriteError` where the folder cannot be written.
  public func save(_ name: String = "default", to path: String, base: String? = nil) throws {
    guard let lora = settings(of: name), let parameters = fileModule(of: name) else {
      throw TensorError(
        .value, operation: "Adapters.save", expected: "one of \(names.joined(separator: ", "))", got: "\"\(name)\"")
    }
    let isTransposed = (model as? any AdaptableModel)?.keepsTransposedWeights ?? false
    let text = try AdapterConfiguration.text(
      lora, layers: layers(of: name), isTransposed: isTransposed, base: base)
    let folder = try AtomicFolder(replacing: path, thatHolds: [AdapterConfiguration.fileName])
    try AtomicFile.write(text, to: "\(folder.stagingPath)/\(AdapterConfiguration.fileName)")
    try SafeTensors(parameters.tensors, metadata: ["format": "pt"]).write(to: "\(folder.stagingPath)/\(Self.tensors)")
    try folder.commit()
  }
}
