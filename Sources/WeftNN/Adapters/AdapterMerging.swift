import WeftTensor

extension Adapters {
  /// Makes the active adapters part of the weights: W + s·B·A takes W's place, and a pass costs what it did without them.
  /// W itself is kept.
  ///
  /// - Throws: `TensorError` where a weight is made of others or is shared by layers that have no such adapter; then nothing
  ///   is changed.
  public func merge() throws(TensorError) {
    if isMerged { return }
    let parts = active.compactMap { self[$0] }.flatMap(\.layers)
    for part in parts { try check(part) }
    var kept: [(parameter: Parameter, value: Tensor)] = []
    for part in parts {
      let weight = part.layer.weight
      if !kept.contains(where: { $0.parameter === weight }) { kept.append((weight, weight.value)) }
      weight.value = weight.value + part.adapter.difference(in: part.layer)
      part.adapter.isMerged = true
    }
    unmerged = kept
  }

  /// Puts back the weights that `merge()` kept, bit for bit.
  public func unmerge() {
    for (parameter, value) in unmerged { parameter.value = value }
    for part in adapters.flatMap(\.adapter.layers) { part.adapter.isMerged = false }
    unmerged = []
  }

  /// Merges the active adapters for good and takes all of them away: the model is again as any other, and learns as before.
  ///
  /// - Throws: As `merge()`.
  public func mergeAndRemove() throws(TensorError) {
    try merge()
    forgetAll()
  }

  private func check(_ part: AdaptedLayer) throws(TensorError) {
    func refuse(_ expected: String, _ got: String) -> TensorError {
      TensorError(.unsupported, operation: "Adapters.merge", expected: expected, got: "\(got) in \(part.name)")
    }
    if part.layer.weight.parametrization != nil {
      throw refuse("weights that are learned themselves", "one made of others")
    }
    let layers = model.namedModules().compactMap { $0.module as? any LowRankLayer }
    let sharing = layers.count { $0.weight === part.layer.weight }
    if sharing > 1 { throw refuse("weights of one layer each", "one that \(sharing) layers share") }
  }
}
