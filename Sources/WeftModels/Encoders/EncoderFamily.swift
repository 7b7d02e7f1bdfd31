import WeftNN

/// A family of text encoders: which `model_type` is of it, and how its models are made of a configuration.
struct EncoderFamily: Sendable {
  /// The values of `model_type`.
  let modelTypes: [String]
  /// What stands before the encoder's names where it has a head, with its dot.
  let prefix: String
  /// Makes the encoder; the second argument says whether with its pooler.
  let make: @Sendable (ModelConfiguration, Bool) throws -> TextEncoder
  /// States the head for a task.
  let head: @Sendable (EncoderTask, ModelConfiguration) throws -> HeadPlan
  /// Pairs of names under which files hold the same weight: the first is the module's.
  var synonyms: [(name: String, other: String)] = []
  /// Texts in files' names and what stands for them in the modules'.
  var replacements: [(old: String, new: String)] = []
  /// Whether a file's matrix for a name of the module is to be transposed; nil where none is.
  var transposing: (@Sendable (String) -> Bool)?
  /// Whether classes of texts are read from the encoder's pooler.
  var poolsForClasses = true

  /// The rules for the names of a module without a head, or with one.
  var names: WeightNames {
    WeightNames(
      prefix: prefix,
      // The first names of TensorFlow's checkpoints, from which the oldest files were made.
      replacements: replacements
        + [("LayerNorm.gamma", "LayerNorm.weight"), ("LayerNorm.beta", "LayerNorm.bias")],
      optional: [
        "cls.", "lm_head.", "classifier.", "qa_outputs.", "pooler.", "vocab_transform.", "vocab_layer_norm.",
        "vocab_projector.", "pre_classifier.", "head.", "decoder.", "discriminator_predictions.", "score.",
      ],
      ignored: ["position_ids", "token_type_ids", "inv_freq", ".attn.bias", ".attn.masked_bias"], synonyms: synonyms,
      transposing: transposing)
  }
}

extension ModelConfiguration {
  /// The token for padding, which must be of the vocabulary; nil where the file says null.
  ///
  /// - Parameter standard: What holds where the file says nothing; none where it is beyond the vocabulary.
  func paddingToken(below vocabulary: Int, default standard: Int) throws(ModelError) -> Int? {
    if !has("pad_token_id") { return keys.contains("pad_token_id") || standard >= vocabulary ? nil : standard }
    return try integer("pad_token_id", in: 0...vocabulary - 1)
  }

  /// The names of the labels, in the order of their numbers: `id2label`, or `LABEL_0` and so on.
  ///
  /// - Throws: `ModelError` for numbers that do not go on from 0.
  func labels() throws(ModelError) -> [String] {
    guard let names = try part(optional: "id2label") else {
      return (0..<(try integer("num_labels", in: 1...1 << 20, default: 2))).map { "LABEL_\($0)" }
    }
    var labels = [String?](repeating: nil, count: names.keys.count)
    for key in names.keys {
      guard let number = Int(key), labels.indices ~= number else {
        throw failure("id2label", expected: "names for the numbers 0 to \(labels.count - 1)", found: "one for \(key)")
      }
      labels[number] = try names.text(key)
    }
    let all = labels.compactMap { $0 }
    guard all.count == labels.count, !all.isEmpty else {
      throw failure("id2label", expected: "a name for each number", found: "\(all.count) names")
    }
    return all
  }
}
