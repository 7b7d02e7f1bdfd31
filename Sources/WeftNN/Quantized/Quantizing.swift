import WeftTensor

/// A layer whose weights are multiplied as `linear` does it, so that codes may take their place.
protocol QuantizableLayer: Module {
  /// The weights, [out, in].
  var quantizableWeights: [(name: String, parameter: Parameter)] { get }
}

extension Linear: QuantizableLayer {
  var quantizableWeights: [(name: String, parameter: Parameter)] { [("weight", weight)] }
}

extension MultiheadAttention: QuantizableLayer {
  var quantizableWeights: [(name: String, parameter: Parameter)] {
    let all = [
      ("in_proj_weight", inProjWeight), ("q_proj_weight", qProjWeight), ("k_proj_weight", kProjWeight),
      ("v_proj_weight", vProjWeight),
    ]
    return all.compactMap { name, parameter in parameter.map { (name, $0) } }
  }
}

extension Module {
  /// Has the weights of linear maps, those of attentions among them, in codes of 8 or 4 bits from now on. The model is
  /// changed itself, and keeps no other copy of these weights.
  ///
  /// ```swift
  /// let embedder = try TextEmbedder(from: "models/all-MiniLM-L6-v2")
  /// try embedder.model.quantized(.int8Dynamic)
  /// ```
  /// Codes do not learn; adapters beside them (`LoRA`), biases and norms do, and gradients reach a layer's input. A table
  /// of embeddings that shares its weight with a linear map shares the codes. A model that was saved like this is loaded
  /// into one that was quantized alike.
  ///
  /// - Parameter condition: Whether a weight, by its full name, is to be changed. A scheme's errors: `QuantizationReport`.
  /// - Throws: `TensorError` for groups that cannot be, and where nothing is to be changed.
  @discardableResult
  public func quantized(
    _ scheme: QuantizationScheme, where condition: (String) -> Bool = { _ in true }
  ) throws(TensorError) -> Self {
    try scheme.check()
    let weights = quantizableWeights(where: condition)
    guard !weights.isEmpty else {
      let inCodes = namedModules().contains { $0.module is QuantizedWeight }
      throw TensorError(
        .value, operation: "quantized", expected: "a model with weights of linear maps, not all of them left out",
        got: "\(type(of: self)) \(inCodes ? "whose weights are in codes already" : "without")")
    }
    for weight in weights { weight.parameter.quantize(by: noGrad { scheme.codes(of: weight.parameter.value) }) }
    membersChanged()
    Memory.trim()  // blocks as large as the weights' are not soon asked for again
    return self
  }

  /// The weights that codes may take the place of, each once, under its first name.
  func quantizableWeights(
    where condition: (String) -> Bool
  ) -> [(name: String, layer: Module, parameter: Parameter)] {
    var seen: Set<ObjectIdentifier> = []
    var found: [(name: String, layer: Module, parameter: Parameter)] = []
    for (path, module) in namedModules() {
      guard let layer = module as? any QuantizableLayer else { continue }
      for (name, parameter) in layer.quantizableWeights where parameter.parametrization == nil {
        let name = path.isEmpty ? name : "\(path).\(name)"
        guard condition(name), seen.insert(ObjectIdentifier(parameter)).inserted else { continue }
        found.append((name, layer, parameter))
      }
    }
    return found
  }
}
