import WeftNN
import WeftTensor

/// The encoder of T5 (Raffel et al., 2020), which reads texts alone; `T5Model` has the decoder too.
final class T5Encoder: TextEncoder {
  let stack: T5Stack

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let options = try T5Options(configuration)
    stack = T5Stack(options, isDecoder: false)
    super.init(
      width: options.width, maxPositions: T5Options.mostPositions, vocabularySize: options.vocabularySize,
      typeCount: 0, paddingToken: options.paddingToken, hasPooler: false)
  }

  override var properties: [(name: String, value: Any)] { [("shared", words), ("encoder", stack)] }

  override func states(_ input: EncoderInput) -> Tensor { stack.read(words(input.tokens), isToken: input.isToken) }
}

extension EncoderFamily {
  static let t5 = EncoderFamily(
    modelTypes: ["t5", "mt5"], prefix: "",
    make: { configuration, _ in try T5Encoder(configuration) },
    head: { task, configuration in
      throw configuration.failure(
        "model_type", .unsupported, expected: "a family with heads for \(task.rawValue)", found: "T5's encoder alone")
    },
    synonyms: [(name: "shared.weight", other: "encoder.embed_tokens.weight")], poolsForClasses: false)
}
