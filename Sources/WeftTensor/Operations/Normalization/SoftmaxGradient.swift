/// The gradient of the softmax y along an axis from that of y: y(g - Σg·y); or of its logarithm y: g - e^y·Σg.
struct SoftmaxGradient: FusedOperation {
  static let name = "softmaxGradient"
  static let operands: Operands = ["gradient", "y"]
  static let equation = "dx = y(g - Σg·y), of the logarithm g - exp(y)·Σg"
  let axis: Int
  let isLogarithm: Bool

  private var formula: Formula { isLogarithm ? Self.ofLogarithm : Self.ofShares }
  private static let ofShares = Formula { g, y in y * (g - sum(g * y)) }
  private static let ofLogarithm = Formula { g, y in g - exp(y) * sum(g) }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let y = inputs[1]
    guard y.shape.axis(axis) != nil else { throw .axis(axis, rank: y.shape.rank, operation: Self.name) }
    try TensorError.requireShape(y.shape, inputs[0], operation: Self.name)
    return [TensorSpec(y.shape, y.dtype.floating)]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (backend, axis) = (inputs.backend, outputs[0].shape.axis(axis) ?? 0)
    if let found = backend.softmaxGradient(inputs[0], inputs[1], axis: axis, logarithm: isLogarithm) { return [found] }
    return backend.rowMap(formula, [], axis: axis, inputs, as: outputs)
  }

  func composite(_ inputs: [Tensor]) -> [Tensor] {
    let axis = inputs[1].shape.axis(axis) ?? 0
    return FormulaMap(formula: formula, axis: axis, dtype: inputs[1].dtype.floating).run(inputs)
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.applying(SoftmaxGradient(axis: batch.shifted(axis), isLogarithm: isLogarithm))
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    ReferenceArray.rowMap(formula, [], axis: axis, inputs, reducesRow: false)
  }

  static let samples = [false, true].flatMap { isLogarithm in
    [
      Sample(SoftmaxGradient(axis: -1, isLogarithm: isLogarithm), .real([2, 3]), .real([2, 3])),
      Sample(SoftmaxGradient(axis: 1, isLogarithm: isLogarithm), .real([2, 3, 70]), .real([2, 3, 70])),
    ]
  }

  static let refusals = [
    Refusal(
      SoftmaxGradient(axis: 2, isLogarithm: false), .real([2, 3]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(SoftmaxGradient(axis: 0, isLogarithm: true), .real([3]), .real([2, 3]), because: "shape [2, 3]"),
  ]
}
