/// log softmax along an axis: yᵢ = xᵢ - log Σⱼ e^xⱼ. Gradient: g - e^y·Σg.
public struct LogSoftmaxOperation: RowOperation {
  public static let name = "logSoftmax"
  public static let equation = "yᵢ = xᵢ - log Σⱼ exp(xⱼ)"
  public static var autocastRule: AutocastRule { .float32 }
  public static let formula = Formula(
    { x in
      let shifted = x - max(x)
      return shifted - log(sum(exp(shifted)))
    },
    derivative: { g, _, y in g - exp(y) * sum(g) })
  public let axis: Int

  public init(axis: Int = -1) { self.axis = axis }

  public static let defaults: Attributes = ["axis": -1]

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let axis = outputs[0].shape.axis(axis) ?? 0
    if let found = inputs.backend.softmax(inputs[0], axis: axis, logarithm: true) { return [found] }
    return inputs.backend.rowMap(Self.formula, [], axis: axis, inputs, as: outputs)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let slope = SoftmaxGradient(axis: axis, isLogarithm: true)
    return [gradients[0].map { apply(slope, [$0, saved.output(0)])[0] }]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.broadcasting(LogSoftmaxOperation(axis: batch.shifted(axis)))
  }

  public static let samples = [
    Sample(LogSoftmaxOperation(), .real([2, 3])),
    Sample(LogSoftmaxOperation(axis: 1), .real([2, 3, 4])),
    Sample(LogSoftmaxOperation(axis: -2), .real([5, 1, 2], in: 90...110)),
    Sample(LogSoftmaxOperation(axis: 0), .real([3, 0])),
  ]

  public static let refusals = [
    Refusal(LogSoftmaxOperation(axis: 2), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(LogSoftmaxOperation(), .real([]), because: "a scalar"),
  ]
}

extension Tensor {
  /// The logarithm of the softmax along `axis`, without its underflow.
  public func logSoftmax(axis: Int) -> Tensor {
    if isLine(axis) { return asLine { $0.logSoftmax(axis: 0) } }
    return apply(LogSoftmaxOperation(axis: axis), [self])[0]
  }
}
