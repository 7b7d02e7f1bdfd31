import WeftIO
import WeftNN
import WeftTensor

extension ImageFamily {
  /// The families that are known.
  static let all: [ImageFamily] = [.vit, .dinov2, .clip, .siglip]

  /// The family that a configuration's `model_type` names.
  ///
  /// - Throws: `ModelError` with the list of those that are known for another.
  init(of configuration: ModelConfiguration) throws(ModelError) {
    let type = try configuration.modelType
    guard let family = Self.all.first(where: { $0.modelTypes.contains(type) }) else {
      let known = Self.all.flatMap(\.modelTypes).joined(separator: ", ")
      throw configuration.failure(
        "model_type", .unsupported, expected: "a model that reads pictures: one of \(known)", found: "\"\(type)\"")
    }
    self = family
  }
}

extension ModelFolder {
  /// Whether the folder's model is of a family that reads pictures.
  ///
  /// - Throws: `ModelError` where the folder does not say what its model is.
  public var readsImages: Bool {
    get throws(ModelError) {
      let type = try configuration.modelType
      return ImageFamily.all.contains { $0.modelTypes.contains(type) }
    }
  }

  /// The folder's image encoder, in evaluation.
  ///
  /// - Parameters:
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - hasPooler: Whether with the part that makes one vector of the states; its weights must be there then.
  ///   - mapped: Whether weights stay in the mapped file until they are written, where types agree.
  /// - Throws: `ModelError` for a family that is not known, a configuration that is wrong or weights that do not fit it;
  ///   `DataFileError` for files of weights that cannot be read.
  public func imageEncoder(
    as dtype: DType? = .float32, hasPooler: Bool = false, mapped: Bool = true
  ) throws -> ImageEncoder {
    let family = try ImageFamily(of: configuration)
    return try module(as: dtype, mapped: mapped, names: family.names) {
      ImageEncoder(try family.plan(configuration, hasPooler))
    }
  }

  /// The folder's classifier of pictures, in evaluation.
  ///
  /// - Parameters:
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - mapped: Whether weights stay in the mapped file until they are written, where types agree.
  /// - Throws: As `imageEncoder`; `ModelError` for a folder whose files have no classifier's weights.
  public func imageModel(as dtype: DType? = .float32, mapped: Bool = true) throws -> ImageModel {
    let family = try ImageFamily(of: configuration)
    guard try weights()["classifier.weight"] != nil else {
      throw ModelError(
        .unsupported, file: path, expected: "a model with a classifier: classifier.weight", found: "none",
        hint: family.texts == nil
          ? "`imageModel(newLabels:)` gives it one to be learned"
          : "`ZeroShotImageClassifier` compares pictures with texts")
    }
    let labels = try configuration.labels()
    return try module(as: dtype, mapped: mapped, names: family.names) {
      ImageModel(family, ImageEncoder(try family.plan(configuration, false)), labels: labels)
    }
  }

  /// The folder's image encoder with a new classifier, to be learned: normal weights with deviation 0.02, biases zero.
  ///
  /// - Parameter labels: The names of the classes.
  /// - Throws: As `imageEncoder`.
  public func imageModel(newLabels labels: [String], as dtype: DType = .float32) throws -> ImageModel {
    let family = try ImageFamily(of: configuration)
    let model = ImageModel(family, try imageEncoder(as: dtype, mapped: false), labels: labels)
    model.classifier.weight.initialize(.normal(deviation: 0.02))
    model.classifier.bias?.initialize(.zeros)
    return model.convert(to: dtype).train()
  }

  /// The folder's model of pictures and texts, in evaluation.
  ///
  /// - Parameters:
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - mapped: Whether weights stay in the mapped file until they are written, where types agree.
  /// - Throws: As `imageEncoder`; `ModelError` for a model of pictures alone.
  public func imageTextModel(as dtype: DType? = .float32, mapped: Bool = true) throws -> ImageTextModel {
    let family = try ImageFamily(of: configuration)
    let type = try configuration.modelType
    guard let texts = family.texts, texts.modelType == type else {
      let known = ImageFamily.all.compactMap { $0.texts?.modelType }.joined(separator: ", ")
      throw configuration.failure(
        "model_type", .unsupported, expected: "a model of pictures and texts: one of \(known)", found: "\"\(type)\"")
    }
    return try module(as: dtype, mapped: mapped, names: WeightNames(ignored: ["position_ids"])) {
      let image = ImageEncoder(try family.plan(configuration, true))
      let encoder = PairedTextEncoder(try texts.plan(configuration))
      let features = try texts.hasProjections ? configuration.size("projection_dim", default: 512) : image.pooledWidth
      guard texts.hasProjections || encoder.pooledWidth == features else {
        throw ModelError(
          .badValue, file: configuration.file, path: "text_config.projection_size",
          expected: "the \(features) features of a picture's vector", found: "\(encoder.pooledWidth)")
      }
      return ImageTextModel(texts, image, encoder, features: features)
    }
  }

  /// The folder's image encoder with what makes one vector of its states, in evaluation.
  ///
  /// - Parameters:
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - mapped: Whether weights stay in the mapped file until they are written, where types agree.
  /// - Throws: As `imageEncoder`.
  public func imageEmbeddingModel(as dtype: DType? = .float32, mapped: Bool = true) throws -> ImageEmbeddingModel {
    let family = try ImageFamily(of: configuration)
    let file = try weights()
    // A ViT that was trained to classify has no pooler, and CLIP's image encoder may stand without its projection.
    let hasPooler =
      family.texts != nil || file["pooler.dense.weight"] != nil
      || file[family.prefix + "pooler.dense.weight"] != nil
    let isProjected = file["visual_projection.weight"] != nil
    return try module(as: dtype, mapped: mapped, names: family.names) {
      let dimension = try isProjected ? configuration.size("projection_dim", default: 512) : nil
      return ImageEmbeddingModel(
        family, ImageEncoder(try family.plan(configuration, hasPooler)), dimension: dimension)
    }
  }
}
