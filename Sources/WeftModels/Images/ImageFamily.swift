import WeftNN
import WeftTensor

/// What the map to a classifier's logits reads.
enum ClassifierSource: Sendable {
  /// The first state.
  case first
  /// The first state, and the mean of the others behind it.
  case firstAndMean
  /// The mean of the states of patches, those behind the first.
  case patches
  /// The mean of all states.
  case all

  /// Shape: states [N, T, E] to [N, E], or [N, 2E] of `firstAndMean`.
  func callAsFunction(_ states: Tensor) -> Tensor {
    func first() -> Tensor { states.sliced(axis: 1, to: 1).squeezed(1) }
    func patches() -> Tensor { states.sliced(axis: 1, from: 1).mean(axis: 1) }
    return switch self {
    case .first: first()
    case .firstAndMean: concatenated([first(), patches()], axis: 1)
    case .patches: patches()
    case .all: states.mean(axis: 1)
    }
  }

  /// How many features it has, of states of this width.
  func width(of width: Int) -> Int { if case .firstAndMean = self { 2 * width } else { width } }
}

/// A family of models that read pictures: which `model_type` is of it, and how its models are made of a configuration.
struct ImageFamily: Sendable {
  /// The values of `model_type`.
  let modelTypes: [String]
  /// What stands before the image encoder's names where it is part of a model, with its dot.
  let prefix: String
  /// Makes the plan of the image encoder; the second argument says whether it has the part that pools.
  let plan: @Sendable (ModelConfiguration, Bool) throws(ModelError) -> ImageEncoderPlan
  let classifierSource: ClassifierSource
  /// What prepares pictures where `preprocessor_config.json` does not say its kind.
  let preprocessing: ImagePreprocessing
  /// The part that reads texts; nil where the family has none.
  var texts: PairedTexts?

  init(
    modelTypes: [String], prefix: String, classifierSource: ClassifierSource, preprocessing: ImagePreprocessing,
    texts: PairedTexts? = nil,
    plan: @escaping @Sendable (ModelConfiguration, Bool) throws(ModelError) -> ImageEncoderPlan
  ) {
    (self.modelTypes, self.prefix, self.plan) = (modelTypes, prefix, plan)
    (self.classifierSource, self.preprocessing, self.texts) = (classifierSource, preprocessing, texts)
  }

  /// The rules for the names of an image encoder, by itself or in a model.
  var names: WeightNames {
    WeightNames(
      prefix: prefix,
      optional: [
        "classifier.", "pooler.", "decoder.", "embeddings.mask_token", "head.", "post_layernorm.", "text_model.",
        "text_projection.", "visual_projection.", "logit_scale", "logit_bias",
      ],
      ignored: ["position_ids"])
  }
}

extension ModelConfiguration {
  /// The settings of one side of a model of pictures and texts, whose defaults are not written.
  ///
  /// - Throws: `ModelError` for what is no object.
  func side(_ key: String) throws(ModelError) -> ModelConfiguration {
    // Older files have the settings under a second key too, which holds then.
    if let part = try part(optional: "\(key)_dict") { return part }
    return try part(optional: key) ?? ModelConfiguration([], file: file, path: key)
  }
}
