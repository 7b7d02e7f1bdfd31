import Foundation
import WeftIO
import WeftNN
import WeftTensor

extension TextEmbedder {
  /// Writes the model as a folder that `TextEmbedder(from:)` and sentence-transformers open, whole or not at all: the files
  /// that it was opened from, with the weights as they are now. A folder that is there is replaced.
  ///
  /// - Throws: `ModelError` for a model with adapters that are not merged (`Adapters.mergeAndRemove()`), `FileWriteError`
  ///   where the folder cannot be written.
  public func save(to path: String) throws {
    try folder.checkMerged(model)
    let new = try folder.copiedWithoutWeights(to: path)
    let prefix = steps.encoderPath.isEmpty ? "" : steps.encoderPath + "/"
    try model.encoder.saveForReference(to: "\(new.stagingPath)/\(prefix)model.safetensors")
    for (part, place) in zip(model.denses, steps.paths) {
      // The norm's weights stand in a part of their own there.
      let tensors = part.state().map { (name: part is LayerNorm ? "norm." + $0.name : $0.name, tensor: $0.tensor) }
      try SafeTensors(tensors, metadata: ["format": "pt"]).write(to: "\(new.stagingPath)/\(place)/model.safetensors")
    }
    if !steps.listed.contains(where: { EmbeddingSteps.name(ofType: $0.type) == "Pooling" }) {
      try writeSteps(to: new.stagingPath)
    }
    try new.commit()
  }

  /// The steps of sentence-transformers, for a folder that says nothing of them, or of how states are pooled.
  private func writeSteps(to path: String) throws {
    let own = "sentence_transformers.models"
    var list = steps.listed.isEmpty ? [(type: "\(own).Transformer", path: "")] : steps.listed
    let taken = Set(list.map(\.path))
    let names = ["1_Pooling", "Pooling"] + (2...list.count + 2).map { "\($0)_Pooling" }
    let place = names.first { !taken.contains($0) } ?? "Pooling"
    let reader = list.firstIndex { EmbeddingSteps.name(ofType: $0.type) == "Transformer" }
    list.insert(("\(own).Pooling", place), at: (reader ?? -1) + 1)
    let entries = list.enumerated().map { ListedStep(idx: $0, name: "\($0)", path: $1.path, type: $1.type) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(entries), as: UTF8.self)
    try AtomicFile.write(text + "\n", to: "\(path)/modules.json")
    try FileManager.default.createDirectory(atPath: "\(path)/\(place)", withIntermediateDirectories: true)
    try AtomicFile.write(poolingText, to: "\(path)/\(place)/config.json")
  }

  /// A step as `modules.json` has it.
  private struct ListedStep: Encodable {
    let idx: Int
    let name, path, type: String
  }

  /// How states are pooled, as sentence-transformers writes it.
  private var poolingText: String {
    let names = Set(model.pooling.modes.map(\.rawValue))
    let flags = [
      ("cls_token", "cls"), ("max_tokens", "max"), ("mean_tokens", "mean"),
      ("mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
      ("weightedmean_tokens", "weightedmean"), ("lasttoken", "lasttoken"),
    ].map { "\"pooling_mode_\($0)\": \(names.contains($1))" }
    return "{\"word_embedding_dimension\": \(model.encoder.width), \(flags.joined(separator: ", ")), "
      + "\"include_prompt\": \(model.pooling.includesPrompt)}\n"
  }
}
