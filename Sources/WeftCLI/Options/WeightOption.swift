import ArgumentParser
import Foundation
import Weft

/// What a model's weights are kept in.
struct WeightOption: ParsableArguments {
  /// The choices by the names that one types.
  enum Weights: String, ExpressibleByArgument, CaseIterable {
    case float32
    case int8
    case int8Weights = "int8-weights"
    case int4
    case blocks
  }

  @Option(
    help: """
      What weights are kept in: int8 rounds inputs to 8 bits too, int8-weights and int4 save memory, blocks leaves a GGUF \
      file's as they are. Left out, blocks for a GGUF file and float32 for a folder.
      """)
  var weights: Weights?

  /// How weights become codes; nil where they stay.
  var quantization: QuantizationScheme? {
    switch weights {
    case .int8: .int8Dynamic
    case .int8Weights: .int8Weights
    case .int4: .int4Weights()
    case .float32, .blocks, nil: nil
    }
  }

  /// Whether the blocks of a model's file stay: also where nothing was asked for, for they are faster and smaller than
  /// the numbers that they stand for.
  func keepsBlocks(of path: String) -> Bool {
    if let weights { return weights == .blocks }
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }

  /// Has the weights of a model of a folder in codes, where that was asked for.
  /// - Throws: `CommandFailure` for blocks, which no folder has; `TensorError` for a model without linear maps.
  func quantize(_ model: Module, of path: String) throws {
    if weights == .blocks {
      throw CommandFailure(
        "--weights blocks: expected a GGUF file, whose blocks stay as they are; found the folder \(shown(path))")
    }
    if let quantization { try model.quantized(quantization) }
  }
}
