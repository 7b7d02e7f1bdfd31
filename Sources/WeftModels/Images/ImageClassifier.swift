import WeftData
import WeftNN
import WeftTensor

/// Says of which class a picture is, by a model of a Hugging Face folder.
///
/// ```swift
/// let classifier = try ImageClassifier(from: "models/vit-base-patch16-224")
/// print(try classifier.classify(Image(contentsOf: "cat.jpg"), top: 2))    // [Egyptian cat 0.9374, tabby 0.0384]
/// ```
/// A value that any number of tasks may ask at once, as long as nobody changes its `model` meanwhile.
public struct ImageClassifier: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do (see `Module`).

  /// The encoder with its classifier; a module that may be trained.
  public let model: ImageModel
  /// What prepares pictures for the model.
  public let preprocessor: ImagePreprocessor
  private let function: ScoreFunction

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - path: The folder, with `config.json`, weights and `preprocessor_config.json`.
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - interpolatesPositions: Whether the model reads pictures of other sizes than it was trained on, where that is not
  ///     usual for its family.
  /// - Throws: `ModelError` for a folder that is incomplete, of a kind that is not known, or whose parts do not fit;
  ///   `DataFileError` for files that are damaged.
  public init(from path: String, as dtype: DType? = .float32, interpolatesPositions: Bool = false) throws {
    try self.init(from: ModelFolder(path), as: dtype, interpolatesPositions: interpolatesPositions)
  }

  /// The same of a folder that is open.
  public init(from folder: ModelFolder, as dtype: DType? = .float32, interpolatesPositions: Bool = false) throws {
    model = try folder.imageModel(as: dtype)
    if interpolatesPositions { model.encoder.interpolatesPositions = true }
    preprocessor = try folder.imagePreprocessor()
    function = try ScoreFunction(folder.configuration, labels: model.labels.count)
    try model.encoder.check(preprocessor, folder)
  }

  /// The names of the classes, in the order of their numbers.
  public var labels: [String] { model.labels }

  /// The classes of pictures, the likeliest first.
  ///
  /// - Parameter top: How many classes of each picture are told; nil for all.
  /// - Throws: `ModelError` for a picture that cannot be prepared.
  public func classify(_ images: [Image], top: Int? = nil) throws -> [[LabelScore]] {
    LabelScore.ranked(function(try logits(images)), labels, top: top)
  }

  /// The classes of a picture, the likeliest first.
  ///
  /// - Throws: As `classify(_:top:)` of several.
  public func classify(_ image: Image, top: Int? = nil) throws -> [LabelScore] {
    try classify([image], top: top).first ?? []
  }

  /// The model's logits.
  ///
  /// Shape: [images, labels], of float32.
  /// - Throws: `ModelError` for a picture that cannot be prepared.
  public func logits(_ images: [Image]) throws -> Tensor {
    try ImageBatches(images: images, preprocessor: preprocessor).rows(width: labels.count) { model($0) }
  }
}
