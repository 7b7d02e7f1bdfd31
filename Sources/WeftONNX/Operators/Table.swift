/// Every operator that Weft has.
package enum OperatorTable {
  /// The version of ONNX's operator set that is known; later ones may mean other things by the same names.
  static let newestVersion = 28

  static let all: [Operator] =
    numbers.map(\.withTexts) + Operator.texts + [Operator.nGrams] + Operator.labels + Operator.linearModels
    + Operator.trees + Operator.vectorMachines

  private static let numbers: [Operator] =
    Operator.functions + Operator.arithmetic + Operator.activations + Operator.types + Operator.reductions
    + Operator.shapes + Operator.parts + Operator.indexing + Operator.products + Operator.convolutions + Operator.pools
    + Operator.normalizations + Operator.control + Operator.sequences + Operator.creation + Operator.recurrent
    + Operator.losses + Operator.resizing + Operator.attention + Operator.vision + Operator.signals
    + Operator.quantized + Operator.fused + Operator.transformers + Operator.quantizedProducts + Operator.training
    + Operator.flexAttention + Operator.deformable + Operator.quantizedLayers + Operator.packedAttention

  /// What they are called, by domain.
  package static var names: [(name: String, domain: String)] { all.map { ($0.name, $0.domain) } }

  private static let byName: [String: [Operator]] = Dictionary(grouping: all) { key($0.name, $0.domain) }

  private static func key(_ name: String, _ domain: String) -> String { "\(domain):\(name)" }

  /// The operator of this name, in whatever version of the set.
  static func isKnown(_ name: String, domain: String) -> Bool { byName[key(name, domain)] != nil }

  /// The operator of this name in a version of its set.
  static func find(_ name: String, domain: String, version: Int) -> Operator? {
    byName[key(name, domain)]?.first { $0.versions.contains(version) }
  }
}
