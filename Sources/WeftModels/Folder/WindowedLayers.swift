extension ModelConfiguration {
  /// Which of so many layers see a window alone, as `layer_types` lists them; nil where it is not there.
  func windowedLayers(_ count: Int) throws(ModelError) -> [Bool]? {
    guard let types = try texts("layer_types") else { return nil }
    guard types.count == count, types.allSatisfy({ $0 == "sliding_attention" || $0 == "full_attention" }) else {
      throw failure(
        "layer_types", expected: "\(count) of full_attention or sliding_attention",
        found: "\(types.count): \(Set(types).sorted().prefix(8).joined(separator: ", "))")
    }
    return types.map { $0 == "sliding_attention" }
  }
}
