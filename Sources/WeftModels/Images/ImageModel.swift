import WeftNN
import WeftTensor

/// An image encoder with a linear map to the logits of classes; `ModelFolder.imageModel()` opens one.
///
/// ```swift
/// let model = try ModelFolder(path).imageModel()
/// let logits = model(pixels)     // [N, labels]
/// ```
/// Shape: pixels [N, channels, height, width] to logits [N, labels]. Parameters are called as in the family's files.
public final class ImageModel: Module {
  /// What reads pictures.
  public let encoder: ImageEncoder
  /// The labels' names, in the order of the logits.
  public let labels: [String]
  let classifier: Linear
  private let source: ClassifierSource
  private let prefix: String

  init(_ family: ImageFamily, _ encoder: ImageEncoder, labels: [String]) {
    (self.encoder, self.labels, source) = (encoder, labels, family.classifierSource)
    classifier = Linear(source.width(of: encoder.width), labels.count)
    prefix = String(family.prefix.dropLast())
  }

  public override var properties: [(name: String, value: Any)] { [(prefix, encoder), ("classifier", classifier)] }

  public override func forward(_ pixels: Tensor) -> Tensor {
    let states = encoder(pixels)
    return states.rank == 3 ? classifier(source(states)) : states  // refused
  }
}

/// An image encoder with what makes one vector of its states; `ImageEmbedder` opens one.
///
/// Shape: pixels [N, channels, height, width] to [N, dimension].
public final class ImageEmbeddingModel: Module {
  /// What reads pictures.
  public let encoder: ImageEncoder
  let projection: Linear?
  private let prefix: String

  init(_ family: ImageFamily, _ encoder: ImageEncoder, dimension: Int?) {
    self.encoder = encoder
    projection = dimension.map { Linear(encoder.pooledWidth, $0, bias: false) }
    prefix = String(family.prefix.dropLast())
  }

  public override var properties: [(name: String, value: Any)] {
    [(prefix, encoder)] + (projection.map { [("visual_projection", $0)] } ?? [])
  }

  /// The features of a vector.
  public var dimension: Int { projection?.weight.shape[0] ?? encoder.pooledWidth }

  public override func forward(_ pixels: Tensor) -> Tensor {
    let pooled = encoder.pooled(encoder(pixels))
    return projection.map { $0(pooled) } ?? pooled
  }
}
