import WeftModels
import WeftNN
import WeftTensor
import WeftText

/// An encoder with a head, as the server asks it: what rerankers and classifiers share.
struct PairModel: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do.
  private let model: EncoderModel
  let texts: TextTokens
  let maximumTokens: Int

  init(_ model: EncoderModel, _ tokenizer: Tokenizer, limit: Int) {
    self.model = model
    maximumTokens = limit
    texts = TextTokens(tokenizer, limit: limit)
  }

  func tokenize(_ text: String, pair: String?, truncates: Bool) throws -> TokenizedPair {
    let encoding = try texts.encode(text, pair: pair, cut: truncates ? .end : .none)
    return TokenizedPair(ids: encoding.ids, types: encoding.typeIDs)
  }

  /// The logits of texts, row by row.
  func logits(_ texts: [TokenizedPair]) throws -> [[Float]] {
    let length = texts.map(\.ids.count).max() ?? 0
    let shape: Shape = [texts.count, length]
    var (ids, types, isToken) = ([Int](), [Int](), [Bool]())
    for text in texts {
      let missing = length - text.ids.count
      ids += text.ids + Array(repeating: model.encoder.paddingToken, count: missing)
      types += text.types + Array(repeating: 0, count: length - text.types.count)
      isToken += Array(repeating: true, count: text.ids.count) + Array(repeating: false, count: missing)
    }
    let isPadded = isToken.contains(false)
    let usesTypes = model.encoder.typeCount > 1 && types.contains { $0 != 0 }
    let numbers = try withTensorErrors {
      let logits = noGrad {
        model(
          Tensor(ids, shape: shape), attentionMask: isPadded ? Tensor(isToken, shape: shape) : nil,
          tokenTypes: usesTypes ? Tensor(types, shape: shape) : nil)
      }
      try checkTensorErrors()
      return logits.scalars(as: Float.self)
    }
    let width = numbers.count / max(1, texts.count)
    return texts.indices.map { Array(numbers[$0 * width..<($0 + 1) * width]) }
  }
}

/// A `Reranker`, served.
public struct RerankerEngine: RerankingEngine {
  private let model: PairModel
  public var maximumTokens: Int { model.maximumTokens }

  /// Serves a reranker, whose model is not to be changed any more.
  public init(_ reranker: Reranker) {
    model = PairModel(reranker.model, reranker.tokenizer, limit: reranker.maxLength)
  }

  public func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    try model.texts.tokens(of: text, addsSpecialTokens: addsSpecialTokens)
  }

  public func tokenize(_ text: String, pair: String?, truncates: Bool) throws -> TokenizedPair {
    try model.tokenize(text, pair: pair, truncates: truncates)
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
    model = PairModel(classifier.model, classifier.tokenizer, limit: classifier.maxLength)
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
