import WeftTensor

/// What an adapter adds to one layer: s·B·A of the layer's input, the two matrices learned.
///
/// Shape: for a linear map A [r, in] and B [out, r]; for a table of `count` rows A [r, count] and B [dim, r]; for a
/// convolution A [r, in, kernel...] and B [out, r, 1...].
///
/// Beside a linear map of d inputs and outputs it costs a forward pass 2·r/d of the map's own arithmetic; a step of training
/// takes less than one of the whole model, since the map's own weight gets no gradient.
public final class LowRankAdapter: Module, LayerAddition {
  /// A.
  public let a: Parameter
  /// B.
  public let b: Parameter
  /// s.
  public let scale: Double
  let dropout: Dropout
  /// Whether the layer's result has it added.
  private(set) var isActive = false
  /// Whether it is part of the layer's weight at present.
  var isMerged = false

  init(_ shapes: (a: Shape, b: Shape), scale: Double, dropout: Double, dtype: DType) {
    // An initializer's zeros, which may be placeholders of what a file has.
    func zeros(_ shape: Shape) -> Parameter { Parameter(Initializer.zeros(shape).converted(to: dtype)) }
    (a, b, self.scale) = (zeros(shapes.a), zeros(shapes.b), scale)
    self.dropout = Dropout(dropout)
  }

  public override var properties: [(name: String, value: Any)] { [("A", a), ("B", b), ("dropout", dropout)] }

  /// r.
  public var rank: Int { a.shape[0] }

  func activate(_ isActive: Bool) {
    self.isActive = isActive
    for parameter in [a, b] { parameter.requiresGrad = isActive }
  }

  func added(to result: Tensor, of input: Tensor, in layer: Module) -> Tensor {
    guard isActive, !isMerged, let layer = layer as? any LowRankLayer else { return result }
    // What stands for the adapter as a whole is nothing: `Adapters.disabled`.
    if Modes.current.substitutes?[ObjectIdentifier(self)] != nil { return result }
    let seen = layer is Embedding ? input : dropout(input)
    let sum = result + layer.lowRankOutput(seen, a: a.tensor, b: b.tensor, scale: scale)
    return sum.dtype == result.dtype ? sum : sum.converted(to: result.dtype)
  }

  /// s·B·A, of the shape of the layer's weight.
  func difference(in layer: any LowRankLayer) -> Tensor {
    noGrad { layer.lowRankProduct(a: a.value, b: b.value) * scale }
  }
}
