import WeftNN
import WeftTensor

/// A transformer that reads pictures: their pixels to a vector of features for each patch. `ModelFolder.imageEncoder()`
/// opens one of whatever family the folder's `model_type` names; parameters are called as in the family's files.
///
/// Shape: pixels [N, channels, height, width] to states [N, T, width]: a patch each, row by row, behind that of the class
/// token where the family has one.
///
/// ```swift
/// let folder = try ModelFolder(path)
/// let encoder = try folder.imageEncoder()
/// let states = encoder(try folder.imagePreprocessor()([Image(contentsOf: "cat.jpg")]))
/// ```
/// It is a module as any other: it learns, freezes (`freeze(where:)`), and is a part of models of your own.
public final class ImageEncoder: Module {
  /// The features of a state.
  public let width: Int
  /// The rows of pixels of the pictures that the model was trained on.
  public let imageHeight: Int
  /// The pixels of their rows.
  public let imageWidth: Int
  /// The channels of a picture.
  public let channels: Int
  /// Whether pictures of other sizes are read too: their patches' positions are then found between those that were learned,
  /// by bicubic interpolation. At first so where the family's models are used that way: DINOv2's.
  public var interpolatesPositions: Bool

  let embedding: PatchEmbedding
  let dropout: Dropout
  let firstNorm: LayerNorm?
  let layers: [PreNormLayer]
  let lastNorm: LayerNorm?
  let pooling: ImagePooling
  private let plan: ImageEncoderPlan

  init(_ plan: ImageEncoderPlan) {
    let (sizes, grid) = (plan.sizes, plan.grid)
    (width, channels) = (sizes.width, grid.channels)
    (imageHeight, imageWidth) = (grid.height, grid.width)
    interpolatesPositions = plan.interpolatesPositions
    func norm() -> LayerNorm { LayerNorm(sizes.width, epsilon: sizes.epsilon) }
    embedding = PatchEmbedding(grid, width: sizes.width, names: plan.embedding, hasBias: plan.hasPatchBias)
    dropout = Dropout(plan.embeddingDropout)
    firstNorm = plan.firstNorm.map { _ in norm() }
    layers = (0..<sizes.layers).map { _ in PreNormLayer(sizes, plan.layer, plan.options) }
    lastNorm = plan.lastNorm.map { _ in norm() }
    pooling = plan.makePooling(sizes)
    self.plan = plan
  }

  public override var properties: [(name: String, value: Any)] {
    var parts: [(name: String, value: Any)] = [("embeddings", embedding), ("embeddings.dropout", dropout)]
    if let firstNorm, let name = plan.firstNorm { parts.append((name, firstNorm)) }
    parts.append((plan.layers, layers))
    if let lastNorm, let name = plan.lastNorm { parts.append((name, lastNorm)) }
    return parts + pooling.parts
  }

  public override func forward(_ pixels: Tensor) -> Tensor {
    if let error = misuse(pixels) { return .failed(error) }
    let embedded = dropout(embedding(pixels))
    let last = layers.reduce(firstNorm.map { $0(embedded) } ?? embedded) { $1($0) }
    return lastNorm.map { $0(last) } ?? last
  }

  /// One vector for each picture, as the family makes it: of ViT tanh of a map of the first state (the state itself where
  /// the model has no such map), of DINOv2 the first state, of CLIP the first one normalized, of SigLIP what attention
  /// takes from all of them. Of an encoder that was opened without its pooler, ViT's and CLIP's is the first state as it is,
  /// and SigLIP's the mean of all.
  ///
  /// Shape: states [N, T, width] to [N, features].
  public func pooled(_ states: Tensor) -> Tensor {
    states.rank == 3 ? pooling(states) : states  // refused before
  }

  /// The features of what `pooled` gives.
  public var pooledWidth: Int { pooling.width(of: width) }

  private func misuse(_ pixels: Tensor) -> TensorError? {
    let patch = plan.grid
    let isPicture = pixels.rank == 4 && pixels.shape[1] == channels && pixels.dtype.isFloatingPoint
    if isPicture {
      let (height, width) = (pixels.shape[2], pixels.shape[3])
      if (height, width) == (imageHeight, imageWidth) { return nil }
      if interpolatesPositions, height >= patch.patchHeight, width >= patch.patchWidth { return nil }
    }
    return TensorError(
      .shape, operation: "ImageEncoder", operands: [("pixels", pixels.spec)],
      expected: "pixels [batch, \(channels), "
        + (interpolatesPositions
          ? "height, width] of at least \(patch.patchHeight)x\(patch.patchWidth)" : "\(imageHeight), \(imageWidth)]")
        + " in floating-point numbers",
      got: "\(pixels.shape) of \(pixels.dtype)",
      hint: isPicture && !interpolatesPositions ? "`interpolatesPositions` lets it read other sizes" : "")
  }
}
