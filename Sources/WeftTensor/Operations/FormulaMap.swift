/// A formula without a name of its own, elementwise or along an axis: what gradients of formulas are, to any order.
package struct FormulaMap: TensorOperation {
  package static let name = "map"
  package static let operands: Operands = [.repeated("x")]

  package let formula: Formula
  package let parameters: [Double]
  /// The axis that rows lie along, for a row-wise formula.
  package let axis: Int?
  package let dtype: DType

  package init(formula: Formula, parameters: [Double] = [], axis: Int? = nil, dtype: DType) {
    self.formula = formula
    self.parameters = parameters
    self.axis = axis
    self.dtype = dtype
  }

  /// Runs the formula. Results that are simply inputs, as the gradients of a sum are, are those inputs.
  func run(_ inputs: [Tensor]) -> [Tensor] {
    var passed: [Tensor] = []
    for output in formula.outputs {
      guard case .input(let index) = formula.steps[output].kind else { return apply(self, inputs) }
      passed.append(inputs[index].counted(asScalar: false))
    }
    return passed
  }

  package func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try formula.checkCount(inputs, operation: Self.name)
    let shape = try broadcastShape(of: inputs, operation: Self.name)
    if let axis, shape.axis(axis) == nil { throw .axis(axis, rank: shape.rank, operation: Self.name) }
    return Array(repeating: TensorSpec(shape, dtype), count: formula.outputs.count)
  }

  package func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard let axis else { return inputs.backend.map(formula, parameters, inputs, as: outputs) }
    return inputs.backend.rowMap(formula, parameters, axis: axis, inputs, as: outputs)
  }

  package func saves(needs: [Bool]) -> Saves { formula.gradient(needs: needs).saves }

  package func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    formula.gradient(needs: needs).evaluate(gradients, saved, parameters: parameters, axis: axis)
  }

  package static let equation = "a formula without a name, as gradients of formulas are"

  package func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    formula.tangent(moving: tangents.map { $0 != nil })
      .evaluate(tangents, inputs, outputs, parameters: parameters, axis: axis)
  }

  package func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.broadcasting(
      FormulaMap(formula: formula, parameters: parameters, axis: axis.map(batch.shifted), dtype: dtype))
  }

  package func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let axis else { return ReferenceArray.map(formula, parameters, inputs) }
    return ReferenceArray.rowMap(formula, parameters, axis: axis, inputs, reducesRow: false)
  }

  package static let samples = [
    Sample(
      FormulaMap(
        formula: Formula { x, y in x * exp(y) + x / (y * y + 1) }, parameters: [], axis: nil, dtype: .float64),
      .real([3, 4]), .real([4])),
    Sample(
      FormulaMap(formula: Formula { x, y in x * sum(x * y) }, parameters: [], axis: 1, dtype: .float64),
      .real([3, 4]), .real([3, 4])),
  ]

  package static let refusals = [
    Refusal(samples[0].operation, .real([2]), because: "2 operands"),
    Refusal(samples[0].operation, .real([2]), .real([3]), because: "broadcast"),
  ]
}

extension Formula {
  /// Fails unless there are as many inputs as the formula reads: for operations whose formula is one of their values, so
  /// that their declaration leaves the number open.
  func checkCount(_ inputs: [TensorSpec], operation: String) throws(TensorError) {
    guard inputs.count == inputCount else {
      throw TensorError(.value, operation: operation, expected: "\(inputCount) operands", got: "\(inputs.count)")
    }
  }
}
