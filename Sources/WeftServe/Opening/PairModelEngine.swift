import WeftModels
import WeftText

/// An encoder with a head, as the server asks it: what rerankers and classifiers share.
struct PairModel: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do.
  private let model: EncoderModel
  /// What the model reads of an encoding, as the library has it.
  private let sequence: @Sendable (Encoding) -> TokenSequence
  let texts: TextTokens
  let maximumTokens: Int

  init(
    _ model: EncoderModel, _ tokenizer: Tokenizer, limit: Int,
    sequence: @escaping @Sendable (Encoding) -> TokenSequence
  ) {
    (self.model, self.sequence, maximumTokens) = (model, sequence, limit)
    texts = TextTokens(tokenizer, limit: limit)
  }

  func tokenize(_ text: String, pair: String?, truncates: Bool) throws -> TokenizedPair {
    let read = sequence(try texts.encode(text, pair: pair, cut: truncates ? .end : .none))
    return TokenizedPair(ids: read.ids, types: read.types)
  }

  /// The logits of texts, row by row.
  func logits(_ texts: [TokenizedPair]) throws -> [[Float]] {
    try refusingInputs { try model.logits(of: texts.map { TokenSequence(ids: $0.ids, types: $0.types) }) }
  }
}

/// A `Reranker`, served.
public struct RerankerEngine: RerankingEngine {
  private let reranker: Reranker
  private let model: PairModel
  public var maximumTokens: Int { model.maximumTokens }

  /// Serves a reranker, whose model is not to be changed any more.
  public init(_ reranker: Reranker) {
    self.reranker = reranker
    model = PairModel(
      reranker.model, reranker.tokenizer, limit: reranker.maxLength, sequence: { reranker.sequence(of: $0) })
  }

  public func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    try model.texts.tokens(of: text, addsSpecialTokens: addsSpecialTokens)
  }

  public func tokenize(_ text: String, pair: String?, truncates: Bool) throws -> TokenizedPair {
    guard let pair else { return try model.tokenize(text, pair: nil, truncates: truncates) }
    let written = try refusingInputs { try reranker.written(query: text, document: pair) }
    let encoding = try model.texts.encode(
      written.text, pair: written.pair, addsSpecialTokens: written.addsSpecialTokens, cut: truncates ? .end : .none)
    let read = reranker.sequence(of: encoding)
    let whole = truncates ? reranker.completed(read, cutAt: maximumTokens) : read
    return TokenizedPair(ids: whole.ids, types: whole.types)
  }

  public func scores(of pairs: [TokenizedPair]) throws -> [Float] { try model.logits(pairs).map { $0.first ?? 0 } }
}

/// A `TextClassifier`, served.
public struct ClassifierEngine: ClassificationEngine {
  private let model: PairModel
  public let labels: [String]
  public let isMultiLabel: Bool
  public var maximumTokens: Int { model.maximumTokens }

  /// Serves a classifier, whose model is not to be changed any more.
  /// - Parameter isMultiLabel: Whether several classes may hold at once.
  public init(_ classifier: TextClassifier, isMultiLabel: Bool = false) {
    model = PairModel(
      classifier.model, classifier.tokenizer, limit: classifier.maxLength, sequence: { classifier.sequence(of: $0) })
    (labels, self.isMultiLabel) = (classifier.labels, isMultiLabel || classifier.labels.count == 1)
  }

  public func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    try model.texts.tokens(of: text, addsSpecialTokens: addsSpecialTokens)
  }

  public func tokenize(_ text: String, pair: String?, truncates: Bool) throws -> TokenizedPair {
    try model.tokenize(text, pair: pair, truncates: truncates)
  }

  public func logits(of texts: [TokenizedPair]) throws -> [[Float]] { try model.logits(texts) }
}
