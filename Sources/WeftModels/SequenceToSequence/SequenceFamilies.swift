import WeftIO
import WeftNN
import WeftTensor

/// The kinds of models with an encoder and a decoder that are known, by the `model_type` of `config.json`.
enum SequenceFamily: String, CaseIterable {
  case t5, mt5, whisper

  /// The kind that a configuration names.
  ///
  /// - Throws: `ModelError` with the list of those that are known.
  init(_ configuration: ModelConfiguration) throws(ModelError) {
    self = try configuration.choice("model_type", of: Self.allCases.map { ($0.rawValue, $0) })
  }

  /// Whether a folder's model, if it is of this kind at all, writes texts that follow texts.
  var readsTexts: Bool { self != .whisper }

  /// How the names of weights in folders become those of the module.
  var names: WeightNames {
    switch self {
    case .t5, .mt5:
      WeightNames(
        // The first T5 files have a bias by distance for the source too, which nobody uses.
        ignored: ["layer.1.EncDecAttention.relative_attention_bias.weight"],
        synonyms: [
          (name: "shared.weight", other: "encoder.embed_tokens.weight"),
          (name: "shared.weight", other: "decoder.embed_tokens.weight"),
        ])
    case .whisper:
      WeightNames(prefix: "model.", synonyms: [(name: "model.decoder.embed_tokens.weight", other: "proj_out.weight")])
    }
  }
}

extension ModelFolder {
  /// The folder's model with an encoder and a decoder, in evaluation: T5 and mT5, Whisper.
  ///
  /// - Parameters:
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - mapped: Whether weights stay in the mapped file until they are written, where types agree.
  /// - Throws: `ModelError` for a family that is not known, a configuration that is wrong or weights that do not fit it;
  ///   `DataFileError` for files of weights that cannot be read.
  public func sequenceToSequenceModel(
    as dtype: DType? = .float32, mapped: Bool = true
  ) throws -> SequenceToSequenceModel {
    let family = try SequenceFamily(configuration)
    let hasOwnHead = try family.readsTexts && weights()["lm_head.weight"] != nil
    return try module(as: dtype, mapped: mapped, names: family.names) { () -> SequenceToSequenceModel in
      family == .whisper
        ? try WhisperModel(configuration) : try T5Model(configuration, hasOwnHead: hasOwnHead)
    }
  }
}
