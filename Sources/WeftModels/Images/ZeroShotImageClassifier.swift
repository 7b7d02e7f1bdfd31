import WeftData
import WeftNN
import WeftTensor
import WeftText

/// Says which of any texts fits a picture, by a model of pictures and texts of a Hugging Face folder: CLIP, SigLIP.
///
/// ```swift
/// let classifier = try ZeroShotImageClassifier(from: "models/clip-vit-base-patch32")
/// print(try classifier.classify(Image(contentsOf: "cat.jpg"), labels: ["cat", "dog"]))    // [cat 0.9951, dog 0.0049]
/// ```
/// CLIP's scores add up to 1; SigLIP judges each label by itself. A value that any number of tasks may ask at once, as
/// long as nobody changes its `model` meanwhile.
public struct ZeroShotImageClassifier: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do (see `Module`).

  /// What stands around a label where the caller says nothing, `{}` for the label itself.
  public static let standardTemplate = "This is a photo of {}."

  /// Both encoders; a module that may be trained.
  public let model: ImageTextModel
  /// What prepares pictures for the model.
  public let preprocessor: ImagePreprocessor
  private let tokens: ModelTokenizer

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - path: The folder, with `config.json`, weights, a tokenizer and `preprocessor_config.json`.
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - interpolatesPositions: Whether the model reads pictures of other sizes than it was trained on.
  /// - Throws: `ModelError` for a folder that is incomplete, of a kind that is not known, or whose parts do not fit;
  ///   `DataFileError` and `TokenizerError` for files that are damaged.
  public init(from path: String, as dtype: DType? = .float32, interpolatesPositions: Bool = false) throws {
    try self.init(from: ModelFolder(path), as: dtype, interpolatesPositions: interpolatesPositions)
  }

  /// The same of a folder that is open.
  public init(from folder: ModelFolder, as dtype: DType? = .float32, interpolatesPositions: Bool = false) throws {
    model = try folder.imageTextModel(as: dtype)
    if interpolatesPositions { model.imageEncoder.interpolatesPositions = true }
    preprocessor = try folder.imagePreprocessor()
    tokens = try ModelTokenizer(folder, forPairs: model.texts)
    try model.imageEncoder.check(preprocessor, folder)
  }

  /// The features of a vector.
  public var dimension: Int { model.dimension }

  /// Which labels fit pictures, the best first.
  ///
  /// - Parameters:
  ///   - labels: What may be seen, as words.
  ///   - template: The text that a label is put into, at `{}`.
  ///   - top: How many labels of each picture are told; nil for all.
  /// - Throws: `ModelError` for a picture that cannot be prepared, or a text that the tokenizer cannot encode.
  public func classify(
    _ images: [Image], labels: [String], template: String = standardTemplate, top: Int? = nil
  ) throws -> [[LabelScore]] {
    try classify(images, among: read(labels, template: template), top: top)
  }

  /// Labels that have been read, for pictures that come one after another.
  public struct Labels: Sendable {
    /// The labels.
    public let names: [String]
    fileprivate let vectors: Tensor
  }

  /// Reads labels once, for `classify(_:among:top:)`.
  ///
  /// - Parameters:
  ///   - labels: What may be seen, as words.
  ///   - template: The text that a label is put into, at `{}`.
  /// - Throws: `ModelError` for a text that the tokenizer cannot encode.
  public func read(_ labels: [String], template: String = standardTemplate) throws -> Labels {
    let texts = labels.map { template.split(separator: "{}", omittingEmptySubsequences: false).joined(separator: $0) }
    return Labels(names: labels, vectors: try embed(texts: texts))
  }

  /// Which labels that were read fit pictures, the best first.
  ///
  /// - Throws: `ModelError` for a picture that cannot be prepared.
  public func classify(_ images: [Image], among labels: Labels, top: Int? = nil) throws -> [[LabelScore]] {
    LabelScore.ranked(try probabilities(images, labels.vectors), labels.names, top: top)
  }

  /// Which labels fit a picture, the best first.
  ///
  /// - Throws: As `classify(_:labels:template:top:)` of several.
  public func classify(
    _ image: Image, labels: [String], template: String = standardTemplate, top: Int? = nil
  ) throws -> [LabelScore] {
    try classify([image], labels: labels, template: template, top: top).first ?? []
  }

  /// How likely each text fits each picture.
  ///
  /// Shape: [images, texts], of float32.
  /// - Throws: `ModelError` for a picture that cannot be prepared, or a text that the tokenizer cannot encode.
  public func probabilities(_ images: [Image], texts: [String]) throws -> Tensor {
    try probabilities(images, embed(texts: texts))
  }

  /// - Parameter read: The texts' vectors.
  private func probabilities(_ images: [Image], _ read: Tensor) throws -> Tensor {
    let seen = try embed(images)
    if images.isEmpty || read.shape[0] == 0 { return Tensor(zeros: [images.count, read.shape[0]]) }
    let type = model.logitScale.value.dtype
    return try withTensorErrors {
      let result = noGrad {
        model.score(model.logits(images: seen.converted(to: type), texts: read.converted(to: type)))
      }
      try checkTensorErrors()
      return result.converted(to: .float32)
    }
  }

  /// The vectors of pictures, as the model gives them: not of unit length.
  ///
  /// Shape: [images, dimension], of float32.
  /// - Throws: `ModelError` for a picture that cannot be prepared.
  public func embed(_ images: [Image]) throws -> Tensor {
    try ImageBatches(images: images, preprocessor: preprocessor).rows(width: dimension) { model.imageFeatures($0) }
  }

  /// The vectors of texts, in the space of those of pictures.
  ///
  /// Shape: [texts, dimension], of float32.
  /// - Throws: `ModelError` for a text that the tokenizer cannot encode.
  public func embed(texts: [String]) throws -> Tensor {
    let batches = try SequenceBatches(try tokens.sequences(texts), for: model.textEncoder)
    return Tensor(
      try batches.rows(width: dimension) { model.textFeatures($0) }, shape: [texts.count, dimension])
  }
}

extension ModelTokenizer {
  /// The tokenizer of a model of pictures and texts, which fills texts up where the model wants them of one length.
  init(_ folder: ModelFolder, forPairs encoder: PairedTextEncoder) throws {
    let settings = try folder.configuration("tokenizer_config.json")
    // SigLIP 2 was trained on small letters, which its tokenizer's class makes and its file does not.
    let lowercases = try settings?.text(optional: "tokenizer_class") == "Siglip2Tokenizer"
    try self.init(folder, for: encoder, maxLength: nil, lowercases: lowercases)
    guard let standard = encoder.plan.padding else { return }
    let directions = [("right", TokenPadding.Direction.right), ("left", .left)]
    let stated = try settings.flatMap { try Self.token("pad_token", $0) }
    tokenizer.padding = TokenPadding(
      .fixed(maxLength), direction: try settings?.choice("padding_side", of: directions, default: "right") ?? .right,
      id: stated.flatMap { tokenizer.id(of: $0) } ?? standard)
  }

  /// A special token that a tokenizer's settings name: a text, or an object with its content.
  private static func token(_ key: String, _ settings: ModelConfiguration) throws(ModelError) -> String? {
    if let text = try? settings.text(optional: key) { return text }
    return try settings.part(optional: key)?.text(optional: "content")
  }
}
