import ArgumentParser
import Weft

/// What a model's weights are kept in.
struct WeightOption: ParsableArguments {
  /// The choices by the names that one types.
  enum Weights: String, ExpressibleByArgument, CaseIterable {
    case int8
    case int8Weights = "int8-weights"
    case int4
    case blocks
  }

  @Option(
    help: """
      What weights are kept in: int8 rounds inputs to 8 bits too, int8-weights and int4 save memory, blocks leaves a GGUF \
      file's as they are.
      """)
  var weights: Weights?

  /// How weights become codes; nil where they stay.
  var quantization: QuantizationScheme? {
    switch weights {
    case .int8: .int8Dynamic
    case .int8Weights: .int8Weights
    case .int4: .int4Weights()
    case .blocks, nil: nil
    }
  }

  /// Whether a file's blocks stay.
  var keepsBlocks: Bool { weights == .blocks }

  /// Has the weights of a model of a folder in codes, where that was asked for.
  /// - Throws: `CommandFailure` for blocks, which no folder has; `TensorError` for a model without linear maps.
  func quantize(_ model: Module, of path: String) throws {
    if keepsBlocks {
      throw CommandFailure(
        "--weights blocks: expected a GGUF file, whose blocks stay as they are; found the folder \(shown(path))")
    }
    if let quantization { try model.quantized(quantization) }
  }
}
