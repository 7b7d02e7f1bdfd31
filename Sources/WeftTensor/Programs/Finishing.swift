// Which formulas the kernel of the product before them applies (`Backend/LastPass.swift`): the activation, the residual
// or the scale behind a layer. What stands between them is never read from memory again.

/// A formula of a product's result, with how its operands are found.
struct Finish: Sendable {
  private let formula: Formula
  private let parameters: [Double]
  /// For each operand of the formula its place among those that are no operands of the product; nil for the product.
  private let places: [Int?]
  private let count: Int
  private let name: String

  /// Nil where it is no such formula.
  init?(_ planned: PlannedOperation, of product: PlannedOperation, _ slots: [TensorSpec]) {
    guard let step = planned.formula, planned.outputs.count == 1, planned.inputs.count < Self.operandLimit,
      slots[planned.outputs[0]] == slots[product.outputs[0]], !step.formula.isIdentity
    else { return nil }
    (formula, parameters, count) = (step.formula, step.parameters, product.inputs.count)
    var places: [Int?] = []
    var others = 0
    for input in planned.inputs {
      let isProduct = input.slot == product.outputs[0]
      // Converted or counted otherwise, it is not what the kernel has.
      if isProduct, input.spec != slots[input.slot] { return nil }
      places.append(isProduct ? nil : others)
      if !isProduct { others += 1 }
    }
    guard places.contains(nil) else { return nil }
    self.places = places
    name = (planned.parts.isEmpty ? [planned] : planned.parts).map { type(of: $0.operation).name }
      .joined(separator: " → ")
  }

  /// Of the kernel's limit, the product and the result left out.
  private static let operandLimit = 15

  /// The pass for a call with these operands, of which those of the product stay.
  func pass(_ operands: inout [Tensor]) -> LastPass {
    let others = Array(operands.dropFirst(count))
    operands.removeLast(others.count)
    return LastPass(
      formula: formula, parameters: parameters, operands: places.map { $0.map { others[$0] } }, name: name)
  }
}

extension PlannedOperation {
  /// This product with the formula that comes next in its kernel's last pass; nil where the kernel cannot.
  func finished(by planned: PlannedOperation, _ slots: [TensorSpec]) -> PlannedOperation? {
    guard operation is any FinishableOperation, parts.isEmpty, outputs.count == 1,
      slots[outputs[0]].dtype == .float32, let finish = Finish(planned, of: self, slots)
    else { return nil }
    return PlannedOperation(self, finishedBy: planned, finish)
  }
}
