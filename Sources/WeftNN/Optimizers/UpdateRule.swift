import WeftTensor

/// How an optimizer changes a parameter: a formula of the value, its gradient and the state tensors that gives the new
/// value and state tensors, and the numbers that its parameters stand for.
public struct UpdateRule: Hashable {
  public let formula: Formula
  public let parameters: [Double]

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
  mutating func add(_ rule: UpdateRule, _ value: Tensor, gradient: Tensor, state: [Tensor]) {
    if let present = self.rule, present != rule || value.dtype != items[0].dtype { run() }
    self.rule = rule
    items.append(MapItem(reading: [value, gradient] + state, into: [value] + state))
  }

  mutating func run() {
    rule?.formula.write(rule?.parameters ?? [], items)
    (rule, items) = (nil, [])
  }
}
