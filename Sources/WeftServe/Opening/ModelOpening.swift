import Foundation
import WeftModels

extension ServedModel {
  /// Opens a model of a Hugging Face folder, or a GGUF file, for what it was made for: its files say whether it embeds,
  /// reranks, classifies or generates.
  ///
  /// - Parameters:
  ///   - path: A folder with `config.json`, weights and a tokenizer, or a file that ends in `.gguf`.
  ///   - name: What clients call it; the path's last part where none is given.
  /// - Throws: `ModelError`, `DataFileError`, `TokenizerError` or `TemplateError` for what cannot be opened.
  public static func open(_ path: String, name: String? = nil) throws -> ServedModel {
    let name = name ?? usualName(path)
    if path.hasSuffix(".gguf") { return ServedModel(name, generation: GeneratorEngine(try TextGenerator(from: path))) }
    let folder = try ModelFolder(path)
    switch try use(of: folder) {
    case .embedding: return ServedModel(name, embedding: EmbedderEngine(try TextEmbedder(from: folder)))
    case .reranking: return ServedModel(name, reranking: RerankerEngine(try Reranker(from: folder)))
    case .classification:
      let isMultiLabel = try folder.configuration.text(optional: "problem_type") == "multi_label_classification"
      let engine = ClassifierEngine(try TextClassifier(from: folder), isMultiLabel: isMultiLabel)
      return ServedModel(name, classification: engine)
    case .generation: return ServedModel(name, generation: GeneratorEngine(try TextGenerator(from: path)))
    }
  }

  /// The last part of a path, without the ending of a file.
  public static func usualName(_ path: String) -> String {
    let last = URL(fileURLWithPath: path).lastPathComponent
    return last.hasSuffix(".gguf") || last.hasSuffix(".onnx") ? String(last.dropLast(5)) : last
  }

  /// What has a head that none of the routes asks.
  private static let unserved = ["ForTokenClassification", "ForQuestionAnswering", "ForMultipleChoice"]

  private enum Use { case embedding, reranking, classification, generation }

  /// What a folder's model is for. The files of sentence-transformers come first: embedders may be made of any model.
  private static func use(of folder: ModelFolder) throws -> Use {
    if folder.has("modules.json") { return .embedding }
    let architectures = try folder.configuration.texts("architectures") ?? []
    if architectures.contains(where: { $0.hasSuffix("ForCausalLM") || $0.hasSuffix("LMHeadModel") }) {
      return .generation
    }
    if let other = architectures.first(where: { name in unserved.contains { name.hasSuffix($0) } }) {
      throw folder.configuration.failure(
        "architectures", .unsupported, expected: "a model that embeds, reranks, classifies texts or generates",
        found: other)
    }
    guard architectures.contains(where: { $0.hasSuffix("ForSequenceClassification") }) else { return .embedding }
    let count = try folder.configuration.part(optional: "id2label")?.keys.count
    return try count ?? folder.configuration.integer("num_labels", default: 2) == 1 ? .reranking : .classification
  }
}
