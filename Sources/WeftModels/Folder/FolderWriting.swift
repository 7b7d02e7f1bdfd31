import Foundation
import WeftIO
import WeftNN
import WeftTensor

// Models that learned, as folders that open again.

extension TextEmbedder {
  /// Writes the model as a folder that `TextEmbedder(from:)` and sentence-transformers open, whole or not at all: the files
  /// that it was opened from, with the weights as they are now.
  ///
  /// - Throws: `ModelError` for a model with adapters that are not merged (`Adapters.mergeAndRemove()`), `FileWriteError`
  ///   where the folder cannot be written.
  public func save(to path: String) throws {
    try folder.checkMerged(model)
    let new = try folder.copiedWithoutWeights(to: path)
    let prefix = steps.encoderPath.isEmpty ? "" : steps.encoderPath + "/"
    try model.encoder.save(to: "\(new.stagingPath)/\(prefix)model.safetensors", metadata: ["format": "pt"])
    for (part, place) in zip(model.denses, steps.paths) {
      // The norm's weights stand in a part of their own there.
      let tensors = part.state().map { (name: part is LayerNorm ? "norm." + $0.name : $0.name, tensor: $0.tensor) }
      try SafeTensors(tensors, metadata: ["format": "pt"]).write(to: "\(new.stagingPath)/\(place)/model.safetensors")
    }
    if !folder.has("modules.json") { try writeSteps(to: new.stagingPath) }
    try new.commit()
  }

  /// The steps of sentence-transformers, for a folder that says nothing of them.
  private func writeSteps(to path: String) throws {
    let names = Set(model.pooling.modes.map(\.rawValue))
    let flags = [
      ("cls_token", "cls"), ("max_tokens", "max"), ("mean_tokens", "mean"),
      ("mean_sqrt_len_tokens", "mean_sqrt_len_tokens"),
      ("weightedmean_tokens", "weightedmean"), ("lasttoken", "lasttoken"),
    ].map { "\"pooling_mode_\($0)\": \(names.contains($1))" }
    let pooling =
      "{\"word_embedding_dimension\": \(model.encoder.width), \(flags.joined(separator: ", ")), "
      + "\"include_prompt\": \(model.pooling.includesPrompt)}\n"
    let steps = [("", "Transformer"), ("1_Pooling", "Pooling")].enumerated().map { index, step in
      "{\"idx\": \(index), \"name\": \"\(index)\", \"path\": \"\(step.0)\", "
        + "\"type\": \"sentence_transformers.models.\(step.1)\"}"
    }
    try AtomicFile.write("[\(steps.joined(separator: ", "))]\n", to: "\(path)/modules.json")
    try FileManager.default.createDirectory(atPath: "\(path)/1_Pooling", withIntermediateDirectories: true)
    try AtomicFile.write(pooling, to: "\(path)/1_Pooling/config.json")
  }
}

extension Reranker {
  /// Writes the model as a folder that `Reranker(from:)` and sentence-transformers open, whole or not at all: the files
  /// that it was opened from, with the weights as they are now.
  ///
  /// - Throws: As `TextEmbedder.save(to:)`.
  public func save(to path: String) throws {
    try folder.checkMerged(model)
    let new = try folder.copiedWithoutWeights(to: path)
    try model.save(to: "\(new.stagingPath)/model.safetensors", metadata: ["format": "pt"])
    // A folder of an encoder says nothing of one score.
    let file = URL(fileURLWithPath: "\(new.stagingPath)/config.json")
    guard var settings = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] else {
      return
    }
    (settings["id2label"], settings["label2id"]) = (["0": model.labels[0]], [model.labels[0]: 0])
    settings["num_labels"] = nil
    if let names = settings["architectures"] as? [String], let name = names.first {
      settings["architectures"] = [Self.architecture(name)]
    }
    let text = try JSONSerialization.data(withJSONObject: settings, options: [.prettyPrinted, .sortedKeys])
    try AtomicFile.write(Array(text), to: file.path)
    try new.commit()
  }

  /// The class of transformers with a head for classes, of the family that a class is of.
  private static func architecture(_ name: String) -> String {
    let end = name.range(of: "For")?.lowerBound ?? name.range(of: "Model", options: .backwards)?.lowerBound
    return name[..<(end ?? name.endIndex)] + "ForSequenceClassification"
  }
}

extension ModelFolder {
  /// What ends the names of files that hold weights, or say where they are.
  private static let weights = [
    ".safetensors", ".bin", ".index.json", ".onnx", ".h5", ".msgpack", ".ot", ".gguf", ".pt", ".pth",
  ]

  /// - Throws: `ModelError` for a model whose weights do not say all.
  fileprivate func checkMerged(_ model: Module) throws(ModelError) {
    guard model.namedModules().contains(where: { $0.module is LowRankAdapter }) else { return }
    throw ModelError(
      .weights, file: path, expected: "a model without adapters", found: "one that has some",
      hint:
        "`Adapters.mergeAndRemove()` makes them part of the weights; `Adapters.save(_:to:)` writes them by themselves")
  }

  /// The folder's files but for weights, in a new one that is not in place yet: those beside `config.json` and one folder
  /// below, where sentence-transformers keeps its steps.
  fileprivate func copiedWithoutWeights(to path: String) throws -> AtomicFolder {
    let new = try AtomicFolder(replacing: path)
    let files = FileManager.default
    for name in try files.contentsOfDirectory(atPath: self.path) where !name.hasPrefix(".") {
      let source = file(name)
      if !ModelPath(source).isFolder {
        try copy(source, to: "\(new.stagingPath)/\(name)")
        continue
      }
      guard has("modules.json") else { continue }
      let inner = try files.contentsOfDirectory(atPath: source).filter { !ModelPath("\(source)/\($0)").isFolder }
      guard inner.contains("config.json") || inner.contains("sentence_bert_config.json") else { continue }
      try files.createDirectory(atPath: "\(new.stagingPath)/\(name)", withIntermediateDirectories: true)
      for part in inner { try copy("\(source)/\(part)", to: "\(new.stagingPath)/\(name)/\(part)") }
    }
    return new
  }

  private func copy(_ source: String, to target: String) throws {
    if Self.weights.contains(where: source.hasSuffix) { return }
    try FileManager.default.copyItem(
      atPath: URL(fileURLWithPath: source).resolvingSymlinksInPath().path, toPath: target)
  }
}
