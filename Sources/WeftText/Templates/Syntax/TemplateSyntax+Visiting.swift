extension Expression {
  /// Calls a function with the expression and every one in it, outer ones first.
  func visit(_ body: (Expression) -> Void) {
    body(self)
    for operand in operands { operand.visit(body) }
  }

  private var operands: [Expression] {
    switch self {
    case .constant, .name: []
    case .list(let items), .tuple(let items), .and(let items), .or(let items), .concatenation(let items): items
    case .dictionary(let entries): entries.flatMap { [$0.0, $0.1] }
    case .not(let operand), .sign(let operand, _, _): [operand]
    case .conditional(let value, let test, let otherwise, _): [test, value] + (otherwise.map { [$0] } ?? [])
    case .chain(let first, let steps): [first] + steps.map(\.operand)
    case .comparison(let first, let steps): [first] + steps.map(\.operand)
    case .postfix(let base, let steps): [base] + steps.flatMap(\.operands)
    }
  }

  /// Whether a conditional is in it: what stands there may never run.
  var hasConditional: Bool {
    var found = false
    visit { if case .conditional = $0 { found = true } }
    return found
  }
}

extension PostfixStep {
  /// The expressions in it.
  var operands: [Expression] {
    switch kind {
    case .attribute: []
    case .index(let index): [index]
    case .slice(let start, let stop, let step): [start, stop, step].compactMap { $0 }
    case .call(let arguments), .filter(_, _, let arguments), .test(_, _, let arguments, _): arguments.operands
    }
  }

  /// The error of a filter or test that does not exist.
  var unknownName: TemplateError? {
    switch kind {
    case .filter(nil, let name, _):
      TemplateError(.syntax, expected: "the name of a filter", found: "'\(name)'", at: position)
    case .test(nil, let name, _, _):
      TemplateError(.syntax, expected: "the name of a test", found: "'\(name)'", at: position)
    default: nil
    }
  }
}

extension CallArguments {
  /// The expressions in them.
  var operands: [Expression] {
    positional + keywords.map(\.1) + [spread, keywordSpread].compactMap { $0 }
  }
}
