import WeftNN
import WeftTensor

/// A model that maps pictures and texts to vectors of one space: CLIP, SigLIP. `ModelFolder.imageTextModel()` opens one.
///
/// ```swift
/// let model = try ModelFolder(path).imageTextModel()
/// let logits = model.logits(images: model.imageFeatures(pixels), texts: model.textFeatures(tokens))    // [N, M]
/// ```
/// A module as any other, its parameters called as in the family's files. It learns by whatever loss one gives it: CLIP
/// was trained by the cross-entropy of its logits along both axes, SigLIP by that of each pair by itself.
public final class ImageTextModel: Module {
  /// What reads pictures.
  public let imageEncoder: ImageEncoder
  /// What reads texts.
  public let textEncoder: TextEncoder
  /// ln of what likenesses are multiplied by.
  public let logitScale: Parameter
  /// What is added to the logits; nil in CLIP.
  public let logitBias: Parameter?
  let texts: PairedTextEncoder
  let imageProjection, textProjection: Linear?
  let score: ScoreFunction

  init(_ family: PairedTexts, _ image: ImageEncoder, _ texts: PairedTextEncoder, features: Int) {
    (imageEncoder, textEncoder, self.texts) = (image, texts, texts)
    func projection(_ width: Int) -> Linear? {
      family.hasProjections ? Linear(width, features, bias: false) : nil
    }
    imageProjection = projection(image.pooledWidth)
    textProjection = projection(texts.pooledWidth)
    logitScale = Parameter(Initializer.zeros(family.hasBias ? [1] : []))
    logitBias = family.hasBias ? Parameter(Initializer.zeros([1])) : nil
    score = family.score
  }

  public override var properties: [(name: String, value: Any)] {
    var parts: [(name: String, value: Any)] = [
      ("text_model", texts), ("vision_model", imageEncoder), ("logit_scale", logitScale),
    ]
    if let logitBias { parts.append(("logit_bias", logitBias)) }
    if let imageProjection, let textProjection {
      parts += [("visual_projection", imageProjection), ("text_projection", textProjection)]
    }
    return parts
  }

  /// The features of a vector.
  public var dimension: Int { imageProjection?.weight.shape[0] ?? imageEncoder.pooledWidth }

  /// The vectors of pictures; as `imageFeatures`.
  public override func forward(_ pixels: Tensor) -> Tensor {
    let pooled = imageEncoder.pooled(imageEncoder(pixels))
    return imageProjection.map { $0(pooled) } ?? pooled
  }

  /// The vectors of pictures, not of unit length.
  ///
  /// Shape: [N, channels, height, width] to [N, dimension].
  public func imageFeatures(_ pixels: Tensor) -> Tensor { self(pixels) }

  /// The vectors of texts, not of unit length. SigLIP's texts are padded to as many tokens as it has positions, without
  /// a mask.
  ///
  /// Shape: tokens [M, T] of integers to [M, dimension].
  /// - Parameter attentionMask: [M, T], true or not zero where there is a token.
  public func textFeatures(_ tokens: Tensor, attentionMask: Tensor? = nil) -> Tensor {
    textFeatures(EncoderInput(tokens, attentionMask: attentionMask, types: nil))
  }

  func textFeatures(_ input: EncoderInput) -> Tensor {
    inPath {
      let pooled = texts.pooled(texts(input), of: input.tokens)
      return textProjection.map { $0(pooled) } ?? pooled
    }
  }

  /// How well each text fits each picture: the cosine of their vectors times e^`logitScale`, with `logitBias` added.
  ///
  /// Shape: [N, dimension] and [M, dimension] to [N, M].
  public func logits(images: Tensor, texts: Tensor) -> Tensor {
    inPath {
      let likeness = images.normalized(axis: -1).matmul(texts.normalized(axis: -1).transposed())
      let scaled = likeness * logitScale.tensor.exp()
      return logitBias.map { scaled + $0.tensor } ?? scaled
    }
  }
}
