/// Σ of a formula over axes, several outputs in one pass over memory: statistics, and gradients of what is shared along
/// axes. Gradient: the formula's own, with g repeated along the axes.
///
/// The formula's derivative must not read the formula's value (products and sums do not).
package struct FormulaSum: TensorOperation {
  package static let name = "sumOfMap"
  package static let formerNames = ["sum of map"]
  package static let operands: Operands = [.repeated("x")]

  package let formula: Formula
  package let parameters: [Double]
  /// The axes summed over, from 0; they are kept at size 1.
  package let axes: [Int]
  package let dtype: DType

  package init(formula: Formula, parameters: [Double] = [], axes: [Int], dtype: DType) {
    self.formula = formula
    self.parameters = parameters
    self.axes = axes
    self.dtype = dtype
  }

  package func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    try formula.checkCount(inputs, operation: Self.name)
    let whole = try broadcastShape(of: inputs, operation: Self.name)
    let shape = whole.removing(axes: try whole.reducedAxes(axes, operation: Self.name), keepDims: true)
    return Array(repeating: TensorSpec(shape, dtype), count: formula.outputs.count)
  }

  package func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let sums = Array(repeating: Reduction.sum, count: outputs.count)
    return inputs.backend.reduce(formula, parameters, by: sums, axes: axes, inputs, as: outputs)
  }

  package func saves(needs: [Bool]) -> Saves { formula.gradient(needs: needs).saves }

  package func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    formula.gradient(needs: needs).evaluate(gradients, saved, parameters: parameters, axis: nil)
  }

  package static let equation = "Σ of a formula over axes"

  /// The sum of the formula's tangent, whose results are as many or fewer.
  package func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let derived = formula.tangent(moving: tangents.map { $0 != nil })
    guard let formula = derived.formula else { return outputs.map { _ in nil } }
    let operands = derived.operands(tangents, inputs, outputs, isWide: true)  // outputs are never read: see above
    let sums = apply(FormulaSum(formula: formula, parameters: parameters, axes: axes, dtype: dtype), operands)
    return derived.outputs.map { place in place.map { sums[$0] } }
  }

  package func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.broadcasting(FormulaSum(formula: formula, parameters: parameters, axes: axes.map { $0 + 1 }, dtype: dtype))
  }

  package func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    ReferenceArray.map(formula, parameters, inputs).map { ReferenceArray.reduce($0, axes, true) { $0.reduce(0, +) } }
  }

  private static let moments = Formula(inputs: 2) { x, _ in [x[0], x[0] * x[1]] }

  package static let samples = [
    Sample(FormulaSum(formula: moments, axes: [0, 2], dtype: .float64), .real([2, 3, 4]), .real([2, 3, 4])),
    Sample(FormulaSum(formula: moments, axes: [1], dtype: .float64), .real([2, 3]), .real([3])),
    Sample(FormulaSum(formula: moments, axes: [], dtype: .float64), .real([2]), .real([2])),
  ]

  package static let refusals = [
    Refusal(samples[0].operation, .real([2]), because: "2 operands"),
    Refusal(samples[0].operation, .real([2, 3, 4]), .real([3]), because: "broadcast"),
  ]
}
