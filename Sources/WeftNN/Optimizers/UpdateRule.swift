import WeftTensor

/// How an optimizer changes a parameter: a formula of the value, its gradient and the state tensors that gives the new
/// value and state tensors, and the numbers that its parameters stand for.
public struct UpdateRule: Hashable {
  /// Inputs: the value, its gradient, the state tensors as `stateNames` lists them; outputs: the new value and state
  /// tensors.
  public let formula: Formula
  /// What the formula's parameters stand for in this step.
  public let parameters: [Double]

  /// A formula and the numbers of this step.
  public init(_ formula: Formula, _ parameters: [Double]) {
    self.formula = formula
    self.parameters = parameters
  }
}

/// Updates that run together: as long as the rule stays the same, one pass for all.
struct UpdateBatch {
  private var rule: UpdateRule?
  private var items: [MapItem] = []

  /// - Parameters:
  ///   - value: In memory that nobody else sees, as the state tensors are.
  ///
  /// Misuse: a formula that reads or gives another number of state tensors; the parameter is left alone then.
  mutating func add(_ rule: UpdateRule, _ value: Tensor, gradient: Tensor, state: [Tensor]) {
    let (inputs, outputs) = (2 + state.count, 1 + state.count)
    guard rule.formula.inputCount == inputs, rule.formula.outputCount == outputs else {
      return report(
        TensorError(
          .value, operation: "UpdateRule",
          expected: "a formula of \(inputs) inputs and \(outputs) outputs: the value, its gradient and as many state "
            + "tensors as `stateNames` has",
          got: "one of \(rule.formula.inputCount) and \(rule.formula.outputCount)"))
    }
    if let present = self.rule, present != rule || value.dtype != items[0].dtype { run() }
    self.rule = rule
    items.append(MapItem(updating: value, by: gradient, and: state))
  }

  mutating func run() {
    rule?.formula.write(rule?.parameters ?? [], items)
    (rule, items) = (nil, [])
  }
}
