import WeftTensor

/// What an adapter adds to one layer: s·B·A of the layer's input, the two matrices learned.
///
/// Shape: for a linear map A [r, in] and B [out, r]; for a table of `count` rows A [r, count] and B [dim, r]; for a
/// convolution A [r, in, kernel...] and B [out, r, 1...].
///
/// Beside a linear map of d inputs and outputs it costs a forward pass 2·r/d of the map's own arithmetic; a step of training
/// takes less than one of the whole model, since the map's own weight gets no gradient. Where lengths are learned, each pass
/// takes the lengths of W + s·B·A as well, until it is merged.
public final class LowRankAdapter: Module, LayerAddition {
  /// A.
  public let a: Parameter
  /// B.
  public let b: Parameter
  /// What is added to B's product, [out]; nil for nothing.
  public let bias: Parameter?
  /// m, the lengths that the weights of outputs have; nil where W + s·B·A decides them.
  public let magnitude: Parameter?
  /// s.
  public let scale: Double
  let dropout: Dropout
  /// Whether the layer's result has it added.
  private(set) var isActive = false
  /// Whether it is part of the layer's weight at present.
  var isMerged = false

  init(_ shapes: (a: Shape, b: Shape), _ extras: Extras, scale: Double, dropout: Double, dtype: DType) {
    // An initializer's zeros, which may be placeholders of what a file has.
    func zeros(_ shape: Shape) -> Parameter { Parameter(Initializer.zeros(shape).converted(to: dtype)) }
    (a, b, self.scale) = (zeros(shapes.a), zeros(shapes.b), scale)
    bias = extras.hasBias ? zeros([shapes.b[0]]) : nil
    magnitude = extras.magnitude.map { Parameter($0.converted(to: dtype)) }
    self.dropout = Dropout(dropout)
  }

  /// What some adapters have beside the two matrices.
  struct Extras {
    let hasBias: Bool
    /// m, as it begins.
    let magnitude: Tensor?
  }

  public override var properties: [(name: String, value: Any)] {
    let extras: [(name: String, value: Parameter?)] = [("bias", bias), ("magnitude", magnitude)]
    return [("A", a), ("B", b)] + extras.compactMap { extra in extra.value.map { (extra.name, $0) } }
      + [("dropout", dropout)]
  }

  /// r.
  public var rank: Int { a.shape[0] }

  func activate(_ isActive: Bool) {
    self.isActive = isActive
    for parameter in [a, b, bias, magnitude].compactMap({ $0 }) { parameter.requiresGrad = isActive }
  }

  func added(to result: Tensor, of input: Tensor, in layer: Module) -> Tensor {
    guard isActive, !isMerged, let layer = layer as? any LowRankLayer else { return result }
    // What stands for the adapter as a whole is nothing: `Adapters.disabled`.
    if Modes.current.substitutes?[ObjectIdentifier(self)] != nil { return result }
    let isDropping = dropout.isTraining && dropout.p > 0 && !(layer is Embedding)
    let seen = isDropping ? dropout(input) : input
    var product = layer.lowRankOutput(seen, a: a.tensor, b: b.tensor, scale: scale)
    if let bias { product = product + layer.alongResult(bias.tensor) * scale }
    if magnitude != nil {
      let factor = layer.alongResult(stretch(of: layer, layer.weight.tensor))
      // What dropout hides from the product it hides from the weight that is stretched.
      let unbiased = layer.bias.map { result - layer.alongResult($0.tensor) } ?? result
      let plain = isDropping ? layer.plainOutput(seen) : unbiased
      product = plain * (factor - 1) + product * factor
    }
    let sum = result + product
    return sum.dtype == result.dtype ? sum : sum.converted(to: result.dtype)
  }

  /// m / ‖W + s·B·A‖, [out], of which m learns alone, as Liu et al. (2024) have it.
  private func stretch(of layer: any LowRankLayer, _ weight: Tensor) -> Tensor {
    guard let magnitude else { return Tensor(1) }
    let lengths = noGrad {
      let lengths = layer.lengths(of: weight + layer.lowRankProduct(a: a.tensor, b: b.tensor) * scale)
      // What has no length keeps none, rather than become no number.
      return Tensor.where(lengths .== 0, Tensor(1, dtype: lengths.dtype), lengths)
    }
    return magnitude.tensor.flattened() / lengths
  }
}

extension LowRankAdapter {
  /// Whether it may change its layer's bias where it is merged: by its own, or by stretching another adapter's.
  var changesBias: Bool { bias != nil || magnitude != nil }

  /// What takes the place of the layer's weight and bias where the adapter is a part of them; others may be already.
  ///
  /// - Parameters:
  ///   - weight: The weight with those.
  ///   - bias: The bias with those.
  ///   - original: W, and the bias without them.
  func merged(
    _ weight: Tensor, _ bias: Tensor?, original: (weight: Tensor, bias: Tensor?), in layer: any LowRankLayer
  ) -> (weight: Tensor, bias: Tensor?) {
    noGrad {
      var sum = weight + layer.lowRankProduct(a: a.value, b: b.value) * scale
      let type = bias?.dtype ?? weight.dtype
      var bias = bias
      if magnitude != nil {
        let factor = stretch(of: layer, original.weight)
        sum = sum * layer.alongWeight(factor)
        // The layer's own bias is not stretched.
        if let own = original.bias, let all = bias { bias = own + (all - own) * factor }
      }
      if let added = self.bias, let all = bias { bias = all + added.value * scale }
      return (sum.converted(to: weight.dtype), bias?.converted(to: type))
    }
  }
}
