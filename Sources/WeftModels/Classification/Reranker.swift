import WeftNN
import WeftTensor
import WeftText

/// Says how well documents answer a query, by a model that reads both at once (a cross-encoder) of a Hugging Face folder.
///
/// ```swift
/// let reranker = try Reranker(from: "models/ms-marco-MiniLM-L6-v2")
/// let scores = try reranker.scores(query: "How many people live in Berlin?", documents: passages)
/// ```
/// A value that any number of tasks may ask at once, as long as nobody changes its `model` meanwhile.
public struct Reranker: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do (see `Module`).

  /// A document's place among those that were given, and its score.
  public struct Rank: Hashable, Sendable {
    /// Its number among the documents.
    public let index: Int
    /// Its score, higher for a better answer.
    public let score: Float
  }

  /// The encoder with its head; a module that may be trained.
  public let model: EncoderModel
  private let tokens: ModelTokenizer
  private let pairs: PairWriter
  private let function: ScoreFunction
  /// Where it is from.
  let folder: ModelFolder

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - path: The folder, with `config.json`, weights and a tokenizer.
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - maxLength: Where pairs are cut off, in tokens; nil for what the folder says.
  /// - Throws: `ModelError` for a folder that is incomplete, of a kind that is not known, whose parts do not fit, or whose
  ///   model has several classes; `DataFileError` and `TokenizerError` for files that are damaged.
  public init(from path: String, as dtype: DType? = .float32, maxLength: Int? = nil) throws {
    try self.init(from: ModelFolder(path), as: dtype, maxLength: maxLength)
  }

  /// The same of a folder that is open.
  public init(from folder: ModelFolder, as dtype: DType? = .float32, maxLength: Int? = nil) throws {
    let settings = try CrossEncoderSettings(folder)
    let model =
      try settings.scored.map { try folder.scoringModel($0, as: dtype) }
      ?? folder.encoderModel(for: .sequenceClassification, as: dtype)
    try self.init(folder, model, settings, maxLength)
  }

  /// A model that is to learn to score pairs: a folder's encoder with a new head.
  ///
  /// - Throws: As `init(from:as:maxLength:)`.
  public init(newFrom path: String, maxLength: Int? = nil) throws {
    let folder = try ModelFolder(path)
    try self.init(folder, folder.encoderModel(for: .sequenceClassification, newLabels: ["LABEL_0"]), nil, maxLength)
  }

  /// - Parameter settings: What sentence-transformers' files say of it; nil for a model that is new.
  private init(
    _ folder: ModelFolder, _ model: EncoderModel, _ settings: CrossEncoderSettings?, _ maxLength: Int?
  ) throws {
    (self.folder, self.model) = (folder, model)
    guard model.labels.count == 1 else {
      throw folder.configuration.failure(
        "id2label", .unsupported, expected: "a model with one score for a pair of texts",
        found: "\(model.labels.count) classes", hint: "`TextClassifier` reads such")
    }
    tokens = try ModelTokenizer(folder, for: model.encoder, maxLength: maxLength ?? settings?.maxLength)
    pairs = try PairWriter(folder, settings, tokens.tokenizer)
    function = try Self.function(folder.configuration, settings?.activation)
  }

  /// What sentence-transformers makes of the logit: a probability, unless one of its files says otherwise.
  ///
  /// - Parameter newest: What its own file says.
  private static func function(
    _ configuration: ModelConfiguration, _ newest: (name: String, place: ModelConfiguration)?
  ) throws(ModelError) -> ScoreFunction {
    let newer = try configuration.part(optional: "sentence_transformers")
    let older = "sbert_ce_default_activation_function"
    var name = newest?.name
    if name == nil { name = try newer?.text(optional: "activation_fn") }
    if name == nil { name = try configuration.text(optional: older) }
    guard let name else { return .sigmoid }
    switch name.split(separator: ".").last {
    case "Identity": return .identity
    case "Sigmoid": return .sigmoid
    default:
      let key = newest != nil ? "activation_fn" : newer == nil ? older : "sentence_transformers"
      throw (newest?.place ?? configuration).failure(
        key, .unsupported, expected: "PyTorch's Identity or Sigmoid", found: "\"\(name)\"")
    }
  }

  /// The names of the modules that stand on the encoder: what is to be saved as a whole beside an adapter.
  public var headNames: [String] { model.head.parts.filter { $0.value is Linear || $0.value is LayerNorm }.map(\.name) }

  /// Where pairs are cut off, in tokens.
  public var maxLength: Int { tokens.maxLength }

  /// The tokenizer, which cuts off at `maxLength`.
  public var tokenizer: Tokenizer { tokens.tokenizer }

  /// What the model reads of an encoding.
  package func sequence(of encoding: Encoding) -> TokenSequence { tokens.sequence(of: encoding) }

  /// How a query and a document become what the tokenizer reads.
  package func written(query: String, document: String) throws -> WrittenPair {
    try pairs.written(query: query, document: document)
  }

  /// The tokens of a pair that was cut off at a length, with what such a text ends with all the same.
  package func completed(_ sequence: TokenSequence, cutAt length: Int) -> TokenSequence {
    pairs.completed(sequence, cutAt: length)
  }

  /// The tokens of pairs, cut off where the model ends.
  private func sequences(_ queries: [String], _ documents: [String]) throws -> [TokenSequence] {
    if let template = pairs.template {
      guard queries.count == documents.count else {
        throw ModelError(.input, expected: "\(queries.count) documents, as queries", found: "\(documents.count)")
      }
      let texts = try zip(queries, documents).map { try template.text(query: $0, document: $1) }
      let found = try tokens.encodings(texts, addsSpecialTokens: false).map(tokens.sequence)
      return found.map { completed($0, cutAt: maxLength) }
    }
    return try tokens.sequences(queries.map { pairs.prompt + $0 }, pairs: documents)
  }

  /// Pairs as one batch that the model reads.
  ///
  /// - Throws: `ModelError` for a text that the tokenizer cannot encode, `TemplateError` for one that the model's template
  ///   refuses.
  package func input(queries: [String], documents: [String]) throws -> EncoderInput {
    let batches = try SequenceBatches(try sequences(queries, documents), for: model.encoder)
    return batches.input(Array(queries.indices))
  }

  /// How well each document answers the query, higher for better.
  ///
  /// - Throws: `ModelError` for a text that the tokenizer cannot encode, `TemplateError` for one that the model's template
  ///   refuses.
  public func scores(query: String, documents: [String]) throws -> [Float] {
    try scores(queries: Array(repeating: query, count: documents.count), documents: documents)
  }

  /// How well each document answers the query beside it.
  ///
  /// - Throws: As `scores(query:documents:)`, and `ModelError` for other numbers of queries than documents.
  public func scores(queries: [String], documents: [String]) throws -> [Float] {
    let batches = try SequenceBatches(try sequences(queries, documents), for: model.encoder)
    return try batches.rows(width: 1) { function(model($0)) }
  }

  /// The documents, the best answer first.
  ///
  /// - Parameter top: How many are told; nil for all.
  /// - Throws: As `scores(query:documents:)`.
  public func ranked(query: String, documents: [String], top: Int? = nil) throws -> [Rank] {
    let ranks = try scores(query: query, documents: documents).enumerated().map { Rank(index: $0, score: $1) }
    return Array(ranks.sorted { ($0.score, $1.index) > ($1.score, $0.index) }.prefix(max(top ?? ranks.count, 0)))
  }
}
