/// A formula of a product's result that the product's kernel applies, with how its operands are found.
struct Finish: Sendable {
  let step: FormulaStep
  /// For each operand of the formula its place among those that are no operands of the product; nil for the product.
  let places: [Int?]
  /// How many operands the product has.
  let count: Int
  let name: String

  /// The pass for a call with these operands, of which those of the product stay.
  func pass(_ operands: inout [Tensor]) -> LastPass {
    let others = Array(operands.dropFirst(count))
    operands.removeLast(others.count)
    return LastPass(
      formula: step.formula, parameters: step.parameters, operands: places.map { $0.map { others[$0] } }, name: name)
  }
}
