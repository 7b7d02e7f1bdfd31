import CWeft

// Which formulas the kernel of the product before them applies (`Backend/LastPass.swift`): the activation, the residual
// or the scale behind a layer. What stands between them is never read from memory again.

extension PlannedOperation {
  /// This product with the formula that comes next in its kernel's last pass; nil where the kernel cannot.
  func finished(by planned: PlannedOperation, _ slots: [TensorSpec]) -> PlannedOperation? {
    guard operation is any FinishableOperation, parts.isEmpty, outputs.count == 1,
      slots[outputs[0]].dtype == .float32, let finish = finish(planned, slots)
    else { return nil }
    return PlannedOperation(self, finishedBy: planned, finish)
  }

  private func finish(_ planned: PlannedOperation, _ slots: [TensorSpec]) -> Finish? {
    guard let step = planned.formula, planned.outputs.count == 1,
      planned.inputs.count + planned.outputs.count <= Int(WEFT_LAST_PASS_OPERANDS),
      slots[planned.outputs[0]] == slots[outputs[0]], !step.formula.isIdentity
    else { return nil }
    var places: [Int?] = []
    var others = 0
    for input in planned.inputs {
      let isProduct = input.slot == outputs[0]
      // Converted or counted otherwise, it is not what the kernel has.
      if isProduct, input.spec != slots[input.slot] { return nil }
      places.append(isProduct ? nil : others)
      if !isProduct { others += 1 }
    }
    guard places.contains(nil) else { return nil }
    let names = (planned.parts.isEmpty ? [planned] : planned.parts).map { type(of: $0.operation).name }
    return Finish(step: step, places: places, count: inputs.count, name: names.joined(separator: " → "))
  }
}
