/// softmax along an axis: yᵢ = e^(xᵢ - max x) / Σⱼ e^(xⱼ - max x). Gradient: y(g - Σg·y).
public struct SoftmaxOperation: RowOperation {
  public static let name = "softmax"
  public static let equation = "yᵢ = exp(xᵢ) / Σⱼ exp(xⱼ)"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula(
    { x in
      let e = exp(x - max(x))
      return e * (1 / sum(e))  // one division per row
    },
    derivative: { g, _, y in y * (g - sum(g * y)) })
  public let axis: Int

  public init(axis: Int = -1) { self.axis = axis }

  public static let defaults: Attributes = ["axis": -1]

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = outputs[0].shape.axis(axis) ?? 0
    if let found = inputs.backend.softmax(inputs[0], axis: axis, logarithm: false) { return [found] }
    return inputs.backend.rowMap(Self.formula, [], axis: axis, inputs, as: outputs)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let slope = SoftmaxGradient(axis: axis, isLogarithm: false)
    return [gradients[0].map { apply(slope, [$0, saved.output(0)])[0] }]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.broadcasting(SoftmaxOperation(axis: batch.shifted(axis)))
  }

  public static let samples = [
    Sample(SoftmaxOperation(), .real([2, 3])),
    Sample(SoftmaxOperation(axis: 1), .real([2, 3, 4])),
    Sample(SoftmaxOperation(axis: -2), .real([5, 1, 2], in: 90...110)),
    Sample(SoftmaxOperation(axis: 0), .real([3, 0])),
  ]

  public static let refusals = [
    Refusal(SoftmaxOperation(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(SoftmaxOperation(), .real([]), because: "a scalar"),
  ]
}

extension Tensor {
  /// e^x along `axis`, scaled to sum to 1. -∞ gives 0; a row of nothing else gives NaN, as in PyTorch.
  public func softmax(axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.softmax(axis: 0) } }
    return apply(SoftmaxOperation(axis: axis), [self])[0]
  }

  /// The softmax of -x: the smallest gets the most.
  public func softmin(axis: Int) -> Tensor { (-self).softmax(axis: axis) }
}
