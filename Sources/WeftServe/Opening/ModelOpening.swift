import Foundation
import WeftModels
import WeftNN

extension ServedModel {
  /// Opens a model of a Hugging Face folder, or a GGUF file, for what it was made for: its files say whether it embeds,
  /// reranks, classifies, generates or writes down what is said.
  ///
  /// - Parameters:
  ///   - path: A folder with `config.json`, weights and a tokenizer, or a file that ends in `.gguf`.
  ///   - name: What clients call it; the path's last part where none is given.
  ///   - quantization: How weights become codes of a few bits; nil leaves them as they are.
  ///   - keepsBlocks: Whether a GGUF file's weights stay in its blocks, which are faster and smaller than numbers; nil
  ///     where there is no `quantization`.
  /// - Throws: `ModelError`, `DataFileError`, `TokenizerError` or `TemplateError` for what cannot be opened, `TensorError`
  ///   for a quantization that cannot be.
  public static func open(
    _ path: String, name: String? = nil, quantization: QuantizationScheme? = nil, keepsBlocks: Bool? = nil
  ) throws -> ServedModel {
    try ModelOpening(path, name, quantization, keepsBlocks).opened().model
  }

  /// The same with adapters (LoRA) of the model: it, and itself with each of them, in the memory of one.
  ///
  /// ```swift
  /// let models = try ServedModel.open("models/Qwen3-0.6B", adapters: [("legal", "adapters/legal")])
  /// for model in models { shelf.put(model) }
  /// ```
  /// - Parameter adapters: The names that clients call them by, and their folders, as PEFT writes them.
  /// - Throws: As `open(_:name:quantization:keepsBlocks:)`, and as `Adapters.load(from:named:limits:)`.
  public static func open(
    _ path: String, name: String? = nil, adapters: [(name: String, path: String)],
    quantization: QuantizationScheme? = nil, keepsBlocks: Bool? = nil
  ) throws -> [ServedModel] {
    let (model, weights) = try ModelOpening(path, name, quantization, keepsBlocks).opened()
    return try model.adapted(weights, by: adapters)
  }

  /// The last part of a path, without the ending of a file.
  public static func usualName(_ path: String) -> String {
    let last = URL(fileURLWithPath: path).lastPathComponent
    return last.hasSuffix(".gguf") || last.hasSuffix(".onnx") ? String(last.dropLast(5)) : last
  }
}

/// What a model is opened as.
private struct ModelOpening {
  private let path: String
  private let name: String
  private let quantization: QuantizationScheme?
  private let keepsBlocks: Bool?

  init(_ path: String, _ name: String?, _ quantization: QuantizationScheme?, _ keepsBlocks: Bool?) {
    (self.path, self.name) = (path, name ?? ServedModel.usualName(path))
    (self.quantization, self.keepsBlocks) = (quantization, keepsBlocks)
  }

  /// A model, and what computes in it.
  func opened() throws -> (model: ServedModel, weights: Module) {
    if path.hasSuffix(".gguf") { return try generator(keepsBlocks: keepsBlocks ?? (quantization == nil)) }
    let folder = try ModelFolder(path)
    if keepsBlocks == true {
      throw ModelError(
        .unsupported, file: path, expected: "a GGUF file, whose blocks stay as they are", found: "a folder",
        hint: "`quantization` has a folder's weights in codes")
    }
    switch try Self.use(of: folder) {
    case .embedding:
      let embedder = try TextEmbedder(from: folder)
      try quantize(embedder.model)
      return (ServedModel(name, embedding: EmbedderEngine(embedder)), embedder.model.encoder)
    case .reranking:
      let reranker = try Reranker(from: folder)
      try quantize(reranker.model)
      return (ServedModel(name, reranking: RerankerEngine(reranker)), reranker.model)
    case .classification:
      let isMultiLabel = try folder.configuration.text(optional: "problem_type") == "multi_label_classification"
      let classifier = try TextClassifier(from: folder)
      try quantize(classifier.model)
      let engine = ClassifierEngine(classifier, isMultiLabel: isMultiLabel)
      return (ServedModel(name, classification: engine), classifier.model)
    case .generation: return try generator(keepsBlocks: false)
    case .textToText:
      let generator = try TextToTextGenerator(from: path)
      try quantize(generator.model)
      return (ServedModel(name, generation: TextToTextEngine(generator)), generator.model)
    case .speech:
      let recognizer = try SpeechRecognizer(from: folder)
      try quantize(recognizer.model)
      return (ServedModel(name, transcription: RecognizerEngine(recognizer)), recognizer.model)
    }
  }

  private func quantize(_ model: Module) throws {
    if let quantization { try model.quantized(quantization) }
  }

  private func generator(keepsBlocks: Bool) throws -> (model: ServedModel, weights: Module) {
    let generator = try TextGenerator(from: path, quantization: quantization, keepsBlocks: keepsBlocks)
    return (ServedModel(name, generation: GeneratorEngine(generator)), generator.model)
  }

  /// What has a head that none of the routes asks.
  private static let unserved = [
    "ForTokenClassification", "ForQuestionAnswering", "ForMultipleChoice", "ForAudioClassification",
  ]

  private enum Use { case embedding, reranking, classification, generation, textToText, speech }

  /// What a folder's model is for. The files of sentence-transformers come first: embedders may be made of any model, and
  /// so may what says yes or no to pairs.
  private static func use(of folder: ModelFolder) throws -> Use {
    if try folder.scoresByTokens() { return .reranking }
    if folder.has("modules.json"), try !folder.isCrossEncoder() { return .embedding }
    let architectures = try folder.configuration.texts("architectures") ?? []
    if architectures.contains(where: { $0.hasSuffix("ForCausalLM") || $0.hasSuffix("LMHeadModel") }) {
      return .generation
    }
    if let other = architectures.first(where: { name in unserved.contains { name.hasSuffix($0) } }) {
      throw folder.configuration.failure(
        "architectures", .unsupported,
        expected: "a model that embeds, reranks, classifies texts, generates or writes down what is said", found: other)
    }
    if let use = useOfBothParts(folder, architectures) { return use }
    guard architectures.contains(where: { $0.hasSuffix("ForSequenceClassification") }) else { return .embedding }
    let count = try folder.configuration.part(optional: "id2label")?.keys.count
    return try count ?? folder.configuration.integer("num_labels", default: 2) == 1 ? .reranking : .classification
  }

  /// What a model with an encoder and a decoder is for; nil where it has not both, or embeds by the first.
  private static func useOfBothParts(_ folder: ModelFolder, _ architectures: [String]) -> Use? {
    if SpeechRecognizer.canOpen(folder.path) { return .speech }
    guard architectures.isEmpty || architectures.contains(where: { $0.hasSuffix("ForConditionalGeneration") }),
      TextToTextGenerator.canOpen(folder.path)
    else { return nil }
    return .textToText
  }
}
