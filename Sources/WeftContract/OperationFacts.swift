import WeftTensor

/// What an operation offers, found by trying it on its samples.
package struct OperationFacts: Sendable {
  /// How an operation comes to a rule.
  package enum Rule: Hashable, Sendable {
    /// Written for it.
    case written
    /// Derived from its formula.
    case derived
    /// None, for this reason.
    case none(String)
    /// None, and nothing says why.
    case missing
  }

  package let type: any TensorOperation.Type
  package let gradient: Rule
  package let jvp: Rule
  package let vmap: Rule
  /// The element types that it takes in the place of the samples' floating-point numbers.
  package let dtypes: [DType]

  package init(_ type: any TensorOperation.Type) {
    self.type = type
    let operation = ContractOperation(type)
    let isFormula = operation.cases.first?.isFormula ?? false
    gradient = Self.gradient(operation, isFormula)
    jvp = Self.jvp(operation, isFormula)
    vmap = Self.vmap(operation)
    dtypes = DType.allCases.filter { dtype in operation.cases.contains { $0.accepts(dtype) } }
  }

  private static func gradient(_ operation: ContractOperation, _ isFormula: Bool) -> Rule {
    if let why = operation.type.whyNotDifferentiable { return .none(why) }
    return operation.cases.contains(where: \.givesGradient) ? (isFormula ? .derived : .written) : .missing
  }

  private static func jvp(_ operation: ContractOperation, _ isFormula: Bool) -> Rule {
    if let why = operation.type.whyNotDifferentiable { return .none(why) }
    let hasRule = operation.cases.contains { sample in
      var findings = Findings()
      let sample = sample.converted(to: .float64)
      guard !sample.floats.isEmpty else { return false }
      let found = try? sample.tangents(at: sample.floats, along: sample.directions(0), &findings)
      return found != nil
    }
    return hasRule ? (isFormula ? .derived : .written) : .missing
  }

  private static func vmap(_ operation: ContractOperation) -> Rule {
    if let why = operation.type.whyNotBatched { return .none(why) }
    return operation.cases.contains(where: \.hasBatchRule) ? .written : .missing
  }
}

extension ContractCase {
  /// Whether a gradient reaches an input.
  fileprivate var givesGradient: Bool {
    let leaves = floats.map { $0.requiringGrad() }
    guard let results = try? function(leaves).filter(\.requiresGrad), !results.isEmpty else { return false }
    let seeds = results.enumerated().map { ContractCheck.seed(like: $1, $0) }
    return (try? grad(of: results, with: leaves, seeds: seeds).contains { $0 != nil }) ?? false
  }

  /// Whether the operation runs with the floating-point inputs (all of them, where there is none) in `dtype`.
  fileprivate func accepts(_ dtype: DType) -> Bool {
    let converted = inputs.indices.map {
      floating.isEmpty || floating.contains($0) ? inputs[$0].converted(to: dtype) : inputs[$0]
    }
    return (try? with(converted, "in \(dtype)").run()) != nil
  }
}
