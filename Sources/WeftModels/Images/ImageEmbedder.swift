import WeftData
import WeftNN
import WeftTensor

/// Turns pictures into vectors whose distances are those of what is seen, by a model of a Hugging Face folder: CLIP's and
/// SigLIP's image features, DINOv2's and ViT's pooled states.
///
/// ```swift
/// let embedder = try ImageEmbedder(from: "models/dinov2-small")
/// let vectors = try embedder.embed([Image(contentsOf: "cat.jpg"), Image(contentsOf: "dog.jpg")])     // [2, 384]
/// print(embedder.similarity(vectors[0], vectors[1]).item())
/// ```
/// A value that any number of tasks may ask at once, as long as nobody changes its `model` meanwhile.
public struct ImageEmbedder: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do (see `Module`).

  /// The encoder with what pools its states; a module that may be trained.
  public let model: ImageEmbeddingModel
  /// What prepares pictures for the model.
  public let preprocessor: ImagePreprocessor

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
    model = try folder.imageEmbeddingModel(as: dtype)
    if interpolatesPositions { model.encoder.interpolatesPositions = true }
    preprocessor = try folder.imagePreprocessor()
    try model.encoder.check(preprocessor, folder)
  }

  /// The features of a vector.
  public var dimension: Int { model.dimension }

  /// The vectors of pictures, as the model gives them: not of unit length.
  ///
  /// Shape: [images, dimension], of float32.
  /// - Throws: `ModelError` for a picture that cannot be prepared.
  public func embed(_ images: [Image]) throws -> Tensor {
    try ImageBatches(images: images, preprocessor: preprocessor).rows(width: dimension) { model($0) }
  }

  /// The vector of a picture, [dimension].
  ///
  /// - Throws: As `embed(_:)` of several.
  public func embed(_ image: Image) throws -> Tensor { try embed([image]).squeezed(0) }

  /// How alike vectors are, the cosine of their angle: higher is nearer.
  ///
  /// Shape: [N, dimension] and [M, dimension] to [N, M]; of single vectors to one number.
  public func similarity(_ a: Tensor, _ b: Tensor) -> Tensor { EmbeddingSimilarity.cosine(a, b) }
}
