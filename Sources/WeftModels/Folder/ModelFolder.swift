#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
import WeftData
import WeftIO
import WeftNN
import WeftTensor
import WeftText

/// A folder with a model as Hugging Face's libraries write it: `config.json`, weights in one or several files, a
/// tokenizer, maybe a chat template and the settings of sentence-transformers.
///
/// ```swift
/// let folder = try ModelFolder("models/all-MiniLM-L6-v2")
/// print(try folder.configuration.modelType)
/// let tokenizer = try folder.tokenizer()
/// ```
/// `TextEmbedder`, `TextClassifier` and their like open one themselves: `try TextEmbedder(from: path)`. What is in the
/// folder is taken for hostile: sizes are checked before anything is allocated, and nothing in it is run.
public struct ModelFolder: Sendable {
  /// The folder's path.
  public let path: String
  /// The settings of `config.json`.
  public let configuration: ModelConfiguration
  /// How much its files may ask for.
  public let limits: LoadLimits

  /// Opens a folder and reads its `config.json`.
  ///
  /// - Throws: `ModelError` where there is no such folder, or no `config.json` in it that can be read.
  public init(_ path: String, limits: LoadLimits = LoadLimits()) throws(ModelError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw ModelError(
        .unreadable, file: path, expected: "a folder with a model", found: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      throw ModelError(
        .unreadable, file: path, expected: "a folder with config.json, weights and a tokenizer", found: "a file",
        hint: "name the folder that it is in")
    }
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    (self.path, self.limits) = (path, limits)
    configuration = try ModelConfiguration(contentsOf: "\(path)/config.json")
  }

  /// The path of a file in the folder.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Whether the folder has a file of this name that can be read.
  public func has(_ name: String) -> Bool { access(file(name), R_OK) == 0 }

  /// The settings of another JSON file of the folder, as `generation_config.json`; nil where there is none.
  ///
  /// - Throws: `ModelError` where it is there and cannot be read.
  public func configuration(_ name: String) throws(ModelError) -> ModelConfiguration? {
    has(name) ? try ModelConfiguration(contentsOf: file(name)) : nil
  }
}

extension ModelFolder {
  /// The files of tokenizers, the first that is there is read.
  private static let tokenizers = ["tokenizer.json", "vocab.txt", "vocab.json with merges.txt", "tokenizer.model"]

  /// The model's tokenizer.
  ///
  /// - Throws: `TokenizerError` where its file is damaged, `ModelError` where there is none.
  public func tokenizer() throws -> Tokenizer {
    if has("tokenizer.json") { return try Tokenizer(contentsOf: file("tokenizer.json")) }
    let settings = try configuration("tokenizer_config.json")
    if has("vocab.txt") {
      let lowercases = try settings?.flag("do_lower_case", default: true) ?? true
      return try Tokenizer(vocabularyLines: file("vocab.txt"), lowercases: lowercases)
    }
    if has("vocab.json"), has("merges.txt") {
      return try Tokenizer(
        vocabulary: file("vocab.json"), merges: file("merges.txt"),
        addsPrefixSpace: try settings?.flag("add_prefix_space", default: false) ?? false)
    }
    if has("tokenizer.model") {
      return try Tokenizer(
        sentencePiece: file("tokenizer.model"),
        addsBeginning: try settings?.flag("add_bos_token", default: true) ?? true,
        addsEnd: try settings?.flag("add_eos_token", default: false) ?? false)
    }
    throw ModelError(
      .unreadable, file: path, expected: "a tokenizer: \(Self.tokenizers.joined(separator: ", "))",
      found: "none of them", hint: "the download may not be complete")
  }

  /// The template that writes conversations; nil where the folder has none.
  ///
  /// - Throws: `TemplateError` for one that cannot be read.
  public func chatTemplate() throws -> ChatTemplate? {
    let settings = try configuration("tokenizer_config.json")
    let hasFile = has("chat_template.jinja")
    guard hasFile || settings?.has("chat_template") ?? false else { return nil }
    let text = try hasFile ? self.text("chat_template.jinja") : nil
    let bytes = settings == nil ? Array("{}".utf8) : try ModelConfiguration.bytes(of: file("tokenizer_config.json"))
    return try ChatTemplate(configuration: bytes, file: text)
  }

  /// A file of text.
  private func text(_ name: String) throws(ModelError) -> String {
    let bytes = try ModelConfiguration.bytes(of: file(name))
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    throw ModelError(.syntax, file: file(name), expected: "a text in UTF-8", found: "other bytes")
  }
}

extension ModelFolder {
  /// The weights: `model.safetensors` or `pytorch_model.bin`, also in several files with an index.
  ///
  /// - Throws: `DataFileError`.
  public func weights() throws(DataFileError) -> TensorFile { try TensorFile(path, limits: limits) }

  /// Makes a module and gives it the folder's weights, in evaluation. Nothing is drawn or allocated for the module before
  /// its names and shapes are known to be those of the file.
  ///
  /// - Parameters:
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - mapped: Whether weights that have this type already are to stay in the mapped file until they are written: the
  ///     model starts at once, and shares its memory with other processes.
  ///   - names: The family's rules for names.
  ///   - make: Makes the module from the configuration.
  /// - Throws: `ModelError` with one report where the weights do not fit, `DataFileError` where they cannot be read.
  public func module<Model: Module>(
    as dtype: DType? = .float32, mapped: Bool = true, names: WeightNames, make: () throws -> Model
  ) throws -> Model {
    let file = try weights()
    let type = dtype ?? file.commonType ?? .float32
    do {
      return try withTensorErrors {
        let model = try Initializer.$placeholderType.withValue(type) { try make() }
        try checkTensorErrors()
        try load(file, into: model, names: names, mapped: mapped)
        return model.eval()
      }
    } catch let error as TensorError {
      throw ModelError(
        .weights, file: configuration.file, expected: "sizes of weights that fit in memory", found: "\(error)")
    }
  }

  /// Gives a module the weights of a file of this folder.
  private func load(_ file: TensorFile, into model: Module, names: WeightNames, mapped: Bool) throws {
    let known = Set(model.state().map(\.name)).union(model.aliases().keys)
    let all = Set(file.entries.map(\.name))
    do {
      try model.load(
        file, renaming: { names.name(of: $0, among: known, in: all) }, transposing: names.transposing, mapped: mapped)
    } catch let error as CheckpointError {
      throw ModelError(
        .weights, file: file.path, expected: "the weights that \(configuration.file) describes",
        found: "others", hint: "the two may be of different models", weights: error)
    }
  }
}

extension TensorFile {
  /// The type that most of the floating-point numbers have; nil where there are none that a parameter can have.
  var commonType: DType? {
    var bytes: [DType: Int] = [:]
    for entry in entries where entry.spec.dtype.isFloatingPoint {
      bytes[entry.spec.dtype, default: 0] += entry.byteCount
    }
    return bytes.max { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }?.key
  }
}
