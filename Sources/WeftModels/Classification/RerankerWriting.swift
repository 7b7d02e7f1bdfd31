import Foundation
import WeftIO
import WeftNN

/// What makes scores of a reranker's logits, by the name that sentence-transformers gives it in `config.json`.
public enum ScoreActivation: String, Hashable, Sendable {
  /// The logit itself.
  case identity = "torch.nn.modules.linear.Identity"
  /// A probability.
  case sigmoid = "torch.nn.modules.activation.Sigmoid"
}

extension Reranker {
  /// Writes the model as a folder that `Reranker(from:)` and sentence-transformers open, whole or not at all: the files
  /// that it was opened from, with the weights as they are now.
  ///
  /// - Parameter activation: What the folder says that scores are made of logits by; nil for what it said before. A model
  ///   that learned numbers of other ranges than 0 to 1 wants `.identity`.
  /// - Throws: As `TextEmbedder.save(to:)`.
  public func save(to path: String, activation: ScoreActivation? = nil) throws {
    try folder.checkMerged(model)
    let new = try folder.copiedWithoutWeights(to: path)
    try model.saveForReference(to: "\(new.stagingPath)/model.safetensors")
    let isCrossEncoder = try folder.isCrossEncoder()
    if !isCrossEncoder { try removeSteps(in: new.stagingPath) }
    if let activation {
      let hasNewest = isCrossEncoder && folder.has(CrossEncoderSettings.fileName)
      try Self.change(hasNewest ? CrossEncoderSettings.fileName : "config.json", in: new.stagingPath) { settings in
        if hasNewest { return settings["activation_fn"] = activation.rawValue }
        let others = settings["sentence_transformers"] as? [String: Any] ?? [:]
        settings["sentence_transformers"] = others.merging(["activation_fn": activation.rawValue]) { $1 }
      }
    }
    // A language model that says yes or no stays what it is.
    if model.head.plan.scored == nil { try Self.change("config.json", in: new.stagingPath, describeHead) }
    try new.commit()
  }

  /// A folder of an encoder says nothing of one score.
  private func describeHead(_ settings: inout [String: Any]) {
    (settings["id2label"], settings["label2id"]) = (["0": model.labels[0]], [model.labels[0]: 0])
    settings["num_labels"] = nil
    if let names = settings["architectures"] as? [String], let name = names.first {
      settings["architectures"] = [Self.architecture(name)]
    }
  }

  /// Takes an embedder's steps and prompts out of a copy of its folder: what opens it would take it for one still.
  private func removeSteps(in path: String) throws {
    let steps = try folder.listedSteps().compactMap { step in
      try step.text("path", default: "").split(separator: "/").first { $0 != "." }.map(String.init)
    }
    let folders = Set(steps).filter { $0 != ".." && ModelPath("\(path)/\($0)").isFolder }
    for name in folders + ["modules.json", CrossEncoderSettings.fileName] {
      if ModelPath("\(path)/\(name)").exists { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }
    }
  }

  /// Changes the settings of a JSON file in a folder.
  private static func change(_ name: String, in path: String, _ body: (inout [String: Any]) -> Void) throws {
    let file = URL(fileURLWithPath: "\(path)/\(name)")
    guard var settings = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any] else {
      throw ModelError(.syntax, file: file.path, expected: "an object", found: "another value")
    }
    body(&settings)
    let text = try JSONSerialization.data(withJSONObject: settings, options: [.prettyPrinted, .sortedKeys])
    try AtomicFile.write(Array(text), to: file.path)
  }

  /// The class of transformers with a head for classes, of the family that a class is of.
  private static func architecture(_ name: String) -> String {
    let end = ["For", "LMHead", "TextModel", "Model"].lazy.compactMap { name.range(of: $0)?.lowerBound }.first
    // The class with Gemma 3's own name reads pictures too.
    let family = name[..<(end ?? name.endIndex)] == "Gemma3" ? "Gemma3Text" : name[..<(end ?? name.endIndex)]
    return family + "ForSequenceClassification"
  }
}
