import Foundation
import WeftIO
import WeftNN

// A folder's files for a model whose weights are to be written anew.

extension ModelFolder {
  /// What ends the names of files that hold weights, or say where they are.
  private static let weights = [
    ".safetensors", ".bin", ".index.json", ".onnx", ".h5", ".msgpack", ".ot", ".gguf", ".pt", ".pth",
  ]

  /// - Throws: `ModelError` for a model whose weights do not say all.
  func checkMerged(_ model: Module) throws(ModelError) {
    guard model.namedModules().contains(where: { $0.module is LowRankAdapter }) else { return }
    throw ModelError(
      .weights, file: path, expected: "a model without adapters", found: "one that has some",
      hint:
        "`Adapters.mergeAndRemove()` makes them part of the weights; `Adapters.save(_:to:)` writes them by themselves")
  }

  /// The folder's files but for weights, in a new one that is not in place yet: those beside `config.json` and one folder
  /// below, where sentence-transformers keeps its steps. It takes the place of a model's folder, or of none.
  func copiedWithoutWeights(to path: String) throws -> AtomicFolder {
    let new = try AtomicFolder(replacing: path, thatHolds: ["config.json", "modules.json"])
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
