import WeftIO
import WeftNN
import WeftTensor

// Weights that stay in the blocks of a GGUF file.
extension GGUFModel {
  /// Has the parameters made of the file's blocks that can be.
  func keepBlocks(in model: CausalLanguageModel, _ options: DecoderOptions) throws {
    for entry in file.entries {
      guard let name = name(entry.name), let format = entry.type.codeFormat,
        let parameter = Self.layerWeight(name, in: model), let blocks = try file.blocks(named: entry.name)
      else { continue }
      parameter.quantize(by: QuantizedWeight(format, codes: ordered(blocks, name, options)))
    }
    model.membersChanged()
  }

  /// Whether there are products of such blocks, and it is the weight of a layer that knows them.
  func canKeepBlocks(of entry: StoredTensor, as name: String, in model: CausalLanguageModel) -> Bool {
    entry.type.codeFormat != nil && entry.shape.rank == 2 && Self.layerWeight(name, in: model) != nil
  }

  /// The weight of this name, if a linear map or a table has it.
  private static func layerWeight(_ name: String, in model: CausalLanguageModel) -> Parameter? {
    guard name.hasSuffix(".weight") else { return nil }
    let layer = model.module(named: String(name.dropLast(".weight".count)))
    return (layer as? Linear)?.weight ?? (layer as? Embedding)?.weight
  }
}

extension StoredType {
  /// What products call blocks of this type; nil where there are none.
  fileprivate var codeFormat: CodeFormat? {
    switch self {
    case .blocks(.q8_0): .q8_0
    case .blocks(.q4_0): .q4_0
    case .blocks(.q4_1): .q4_1
    default: nil
    }
  }
}
