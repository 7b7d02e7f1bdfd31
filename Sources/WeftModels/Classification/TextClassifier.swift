import WeftNN
import WeftTensor
import WeftText

/// A class that a text or a token may be of, with how sure a model is.
public struct LabelScore: Hashable, Sendable {
  /// The class's name.
  public let label: String
  /// The class's number.
  public let index: Int
  /// A probability, or the number itself that a regression gives.
  public let score: Float
}

/// What becomes of a classifier's logits.
enum ScoreFunction: Sendable {
  /// Probabilities that add up to 1.
  case softmax
  /// A probability of each class by itself.
  case sigmoid
  /// The logits themselves.
  case identity

  /// - Parameter labels: How many classes there are.
  init(_ configuration: ModelConfiguration, labels: Int) throws(ModelError) {
    let functions: [(String, ScoreFunction)] = [("softmax", .softmax), ("sigmoid", .sigmoid), ("none", .identity)]
    if configuration.has("function_to_apply") {
      self = try configuration.choice("function_to_apply", of: functions)
      return
    }
    let kinds: [(String, ScoreFunction)] = [
      ("regression", .identity), ("single_label_classification", labels == 1 ? .sigmoid : .softmax),
      ("multi_label_classification", .sigmoid), ("", labels == 1 ? .sigmoid : .softmax),
    ]
    self = try configuration.choice("problem_type", of: kinds, default: "")
  }

  /// Of logits, along the last axis.
  func callAsFunction(_ logits: Tensor) -> Tensor {
    switch self {
    case .softmax: logits.softmax(axis: -1)
    case .sigmoid: logits.sigmoid()
    case .identity: logits
    }
  }
}

/// Says of which class a text is, or a pair of texts, by a model of a Hugging Face folder.
///
/// ```swift
/// let classifier = try TextClassifier(from: "models/distilbert-sst2")
/// print(try classifier.classify("What a lovely day!"))     // [POSITIVE 0.9998, NEGATIVE 0.0002]
/// ```
/// A value that any number of tasks may ask at once, as long as nobody changes its `model` meanwhile.
public struct TextClassifier: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do (see `Module`).

  /// The encoder with its head; a module that may be trained.
  public let model: EncoderModel
  private let tokens: ModelTokenizer
  private let function: ScoreFunction

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - path: The folder, with `config.json`, weights and a tokenizer.
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - maxLength: Where texts are cut off, in tokens; nil for what the folder says.
  /// - Throws: `ModelError` for a folder that is incomplete, of a kind that is not known, or whose parts do not fit;
  ///   `DataFileError` and `TokenizerError` for files that are damaged.
  public init(from path: String, as dtype: DType? = .float32, maxLength: Int? = nil) throws {
    try self.init(from: ModelFolder(path), as: dtype, maxLength: maxLength)
  }

  /// The same of a folder that is open.
  public init(from folder: ModelFolder, as dtype: DType? = .float32, maxLength: Int? = nil) throws {
    model = try folder.encoderModel(for: .sequenceClassification, as: dtype)
    tokens = try ModelTokenizer(folder, for: model.encoder, maxLength: maxLength)
    function = try ScoreFunction(folder.configuration, labels: model.labels.count)
  }

  /// The names of the classes, in the order of their numbers.
  public var labels: [String] { model.labels }

  /// Where texts are cut off, in tokens.
  public var maxLength: Int { tokens.maxLength }

  /// The tokenizer, which cuts off at `maxLength`.
  public var tokenizer: Tokenizer { tokens.tokenizer }

  /// What the model reads of an encoding.
  package func sequence(of encoding: Encoding) -> TokenSequence { tokens.sequence(of: encoding) }

  /// The classes of texts, the likeliest first.
  ///
  /// - Parameters:
  ///   - pairs: A second text for each, as a hypothesis for a premise.
  ///   - top: How many classes of each text are told; nil for all.
  /// - Throws: `ModelError` for a text that the tokenizer cannot encode.
  public func classify(_ texts: [String], pairs: [String]? = nil, top: Int? = nil) throws -> [[LabelScore]] {
    LabelScore.ranked(function(try logits(texts, pairs: pairs)), labels, top: top)
  }

  /// The classes of a text, or of a pair of texts, the likeliest first.
  ///
  /// - Throws: As `classify(_:pairs:top:)` of several.
  public func classify(_ text: String, pair: String? = nil, top: Int? = nil) throws -> [LabelScore] {
    try classify([text], pairs: pair.map { [$0] }, top: top).first ?? []
  }

  /// The model's logits.
  ///
  /// Shape: [texts, labels], of float32.
  /// - Throws: `ModelError` for a text that the tokenizer cannot encode.
  public func logits(_ texts: [String], pairs: [String]? = nil) throws -> Tensor {
    let batches = try SequenceBatches(try tokens.sequences(texts, pairs: pairs), for: model.encoder)
    return Tensor(try batches.rows(width: labels.count) { model($0) }, shape: [texts.count, labels.count])
  }
}

extension LabelScore {
  /// The classes of each row of scores [N, labels], the likeliest first.
  ///
  /// - Parameter top: How many are told; nil for all.
  static func ranked(_ scores: Tensor, _ labels: [String], top: Int?) -> [[LabelScore]] {
    let (all, count) = (scores.scalars(as: Float.self), labels.count)
    return (0..<scores.shape[0]).map { row in
      let own = labels.indices.map { LabelScore(label: labels[$0], index: $0, score: all[row * count + $0]) }
      let ordered = own.sorted { ($0.score, $1.index) > ($1.score, $0.index) }
      return Array(ordered.prefix(max(top ?? count, 0)))
    }
  }
}

extension LabelScore: CustomStringConvertible {
  /// The name and the score, as `POSITIVE 0.9998`.
  public var description: String {
    let digits = (score * 10_000).rounded() / 10_000
    return "\(label) \(digits)"
  }
}
