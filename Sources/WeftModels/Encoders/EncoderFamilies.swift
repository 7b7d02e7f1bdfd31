import WeftNN
import WeftTensor

extension EncoderFamily {
  /// The families that are known.
  static let all: [EncoderFamily] =
    [.bert, .roberta, .distilBERT, .mpnet, .modernBERT, .t5] + DecoderFamily.allCases.map { .causal($0) }

  /// The family that a configuration's `model_type` names.
  ///
  /// - Throws: `ModelError` with the list of those that are known for another.
  init(of configuration: ModelConfiguration) throws(ModelError) {
    let type = try configuration.modelType
    guard let family = Self.all.first(where: { $0.modelTypes.contains(type) }) else {
      let known = Self.all.flatMap(\.modelTypes).joined(separator: ", ")
      throw configuration.failure(
        "model_type", .unsupported, expected: "a text encoder: one of \(known)", found: "\"\(type)\"")
    }
    self = family
  }
}

extension ModelFolder {
  /// The folder's text encoder, in evaluation.
  ///
  /// - Parameters:
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - hasPooler: Whether with the map of the first state that some families have; its weights must be there then.
  ///   - mapped: Whether weights stay in the mapped file until they are written, where types agree.
  /// - Throws: `ModelError` for a family that is not known, a configuration that is wrong or weights that do not fit it;
  ///   `DataFileError` for files of weights that cannot be read.
  public func textEncoder(
    as dtype: DType? = .float32, hasPooler: Bool = false, mapped: Bool = true
  ) throws -> TextEncoder {
    let family = try EncoderFamily(of: configuration)
    return try module(as: dtype, mapped: mapped, names: family.names) { try family.make(configuration, hasPooler) }
  }

  /// The folder's text encoder with its head for a task, in evaluation.
  ///
  /// - Parameters:
  ///   - task: What the model is for; the file must have the weights of such a head.
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - mapped: Whether weights stay in the mapped file until they are written, where types agree.
  /// - Throws: As `textEncoder`.
  public func encoderModel(
    for task: EncoderTask, as dtype: DType? = .float32, mapped: Bool = true
  ) throws -> EncoderModel {
    let family = try EncoderFamily(of: configuration)
    try checkHead(for: task)
    let labels = try labels(for: task)
    return try module(as: dtype, mapped: mapped, names: family.names) {
      let encoder = try family.make(configuration, family.poolsForClasses && task == .sequenceClassification)
      return try assembled(family, encoder, task, labels)
    }
  }

  /// The folder's text encoder with a new head for a task, to be learned: normal weights with deviation 0.02, biases zero.
  ///
  /// - Parameter labels: The names of the classes.
  /// - Throws: As `textEncoder`.
  public func encoderModel(
    for task: EncoderTask, newLabels labels: [String], as dtype: DType = .float32
  ) throws -> EncoderModel {
    let family = try EncoderFamily(of: configuration)
    let hasPooler = family.poolsForClasses && task == .sequenceClassification
    let encoder = try textEncoder(as: dtype, hasPooler: hasPooler, mapped: false)
    let model = try assembled(family, encoder, task, labels)
    model.head.initialize()
    return model.convert(to: dtype).train()
  }

  private func assembled(
    _ family: EncoderFamily, _ encoder: TextEncoder, _ task: EncoderTask, _ labels: [String]
  ) throws -> EncoderModel {
    let isLanguageModel = task == .maskedLanguageModel
    let isTied = try isLanguageModel && configuration.flag("tie_word_embeddings", default: true)
    let head = EncoderHead(
      try family.head(task, configuration), outputs: isLanguageModel ? encoder.vocabularySize : labels.count,
      tied: isTied ? encoder.words : nil)
    return EncoderModel(encoder, head, task: task, labels: labels, prefix: String(family.prefix.dropLast()))
  }

  /// Heads of several tasks have weights of the same names in some families: the file says what its own learned.
  private func checkHead(for task: EncoderTask) throws {
    let endings: [EncoderTask: String] = [
      .sequenceClassification: "ForSequenceClassification", .tokenClassification: "ForTokenClassification",
      .questionAnswering: "ForQuestionAnswering",
    ]
    guard let wanted = endings[task], let named = try configuration.texts("architectures")?.first,
      endings.values.contains(where: { $0 != wanted && named.hasSuffix($0) })
    else { return }
    throw configuration.failure(
      "architectures", .unsupported, expected: "a model whose kind ends in \(wanted)", found: named)
  }

  private func labels(for task: EncoderTask) throws(ModelError) -> [String] {
    switch task {
    case .maskedLanguageModel: []
    case .questionAnswering: ["start", "end"]
    case .sequenceClassification, .tokenClassification: try configuration.labels()
    }
  }
}
