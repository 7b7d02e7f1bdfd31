import WeftTensor

extension Adapters {
  /// Makes the active adapters part of the weights: W + s·B·A takes W's place, of the lengths that were learned where they
  /// learn, and a pass costs what it did without them. W itself is kept.
  ///
  /// - Throws: `TensorError` where a weight is made of others or is shared by layers that have no such adapter, and where an
  ///   adapter has a bias and its layer has none; then nothing is changed.
  public func merge() throws(TensorError) {
    if isMerged { return }
    // In the order in which their layers add them up, which matters where lengths learn.
    let parts = adapters.filter { active.contains($0.name) }.flatMap(\.adapter.layers)
    for part in parts { try check(part) }
    var kept: [(parameter: Parameter, value: Tensor)] = []
    func original(_ parameter: Parameter) -> Tensor {
      if let known = kept.first(where: { $0.parameter === parameter }) { return known.value }
      kept.append((parameter, parameter.value))
      return parameter.value
    }
    for part in parts {
      let (weight, bias) = (part.layer.weight, part.adapter.changesBias ? part.layer.bias : nil)
      let before = (weight: original(weight), bias: bias.map(original))
      let sum = part.adapter.merged(weight.value, bias?.value, original: before, in: part.layer)
      weight.value = sum.weight
      if let bias, let value = sum.bias { bias.value = value }
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
    let bias = part.adapter.changesBias ? part.layer.bias : nil
    if part.adapter.bias != nil, bias == nil {
      throw refuse("layers with a bias, which the adapter's can become a part of", "one without")
    }
    if part.layer.weight.parametrization != nil || bias?.parametrization != nil {
      throw refuse("weights that are learned themselves", "one made of others")
    }
    let layers = model.namedModules().compactMap { $0.module as? any LowRankLayer }
    let sharing = layers.count { layer in layer.weight === part.layer.weight || (bias != nil && layer.bias === bias) }
    if sharing > 1 { throw refuse("weights of one layer each", "one that \(sharing) layers share") }
  }
}
