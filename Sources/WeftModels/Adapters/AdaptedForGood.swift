import WeftNN
import WeftTensor

extension Module {
  /// Gives this model the adapter of a folder that PEFT or `Adapters.save(_:to:)` wrote, for good: where that is possible
  /// as a part of its weights, so that a pass costs what it did, and otherwise beside them.
  ///
  /// ```swift
  /// let embedder = try TextEmbedder(from: "models/all-MiniLM-L6-v2")
  /// try embedder.model.encoder.adapt(from: "adapters/legal")
  /// ```
  /// - Throws: As `Adapters.load(from:named:limits:)`.
  public func adapt(from path: String) throws {
    let adapters = try Adapters(self, from: path)
    do { try adapters.mergeAndRemove() } catch {
      // Weights that layers share, or that are made of others, stay as they are.
      guard error.code == .unsupported else { throw error }
    }
  }
}

extension TextGenerator {
  /// The model that continues texts: for adapters, before anybody asks.
  package var model: Module { core.model }
}

extension TextToTextGenerator {
  /// The model that writes texts of texts: for adapters, before anybody asks.
  package var model: Module { core.model }
}
