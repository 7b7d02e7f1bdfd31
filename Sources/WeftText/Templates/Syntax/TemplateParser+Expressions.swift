extension TemplateParser {
  /// One expression, or several with commas between, which make a tuple.
  mutating func tupleExpression(
    withConditional: Bool = true, end: String? = nil, inParentheses: Bool = false
  ) throws(TemplateError) -> Expression {
    var items: [Expression] = []
    var isTuple = false
    while !isTupleEnd(end) {
      items.append(try expression(withConditional: withConditional))
      guard skipSymbol(",") else { break }
      isTuple = true
    }
    if !isTuple, let only = items.first { return only }
    guard isTuple || inParentheses else { throw unexpected("an expression") }
    return .tuple(items)
  }

  private func isTupleEnd(_ end: String?) -> Bool {
    if current.kind == .variableEnd || current.kind == .blockEnd || isSymbol(")") { return true }
    return end.map(isName) ?? false
  }

  mutating func assignmentTarget(withNamespace: Bool, end: String?) throws(TemplateError) -> AssignmentTarget {
    var targets: [AssignmentTarget] = []
    var isTuple = false
    while !isTupleEnd(end) {
      targets.append(try singleTarget(withNamespace: withNamespace))
      guard skipSymbol(",") else { break }
      isTuple = true
    }
    if !isTuple, let only = targets.first { return only }
    guard isTuple else { throw unexpected("a name to assign to") }
    return .tuple(targets)
  }

  private mutating func singleTarget(withNamespace: Bool) throws(TemplateError) -> AssignmentTarget {
    let position = position
    if skipSymbol("(") {
      try descend()
      defer { depth -= 1 }
      let target = try assignmentTarget(withNamespace: false, end: nil)
      try expectSymbol(")")
      return target
    }
    guard current.kind == .name, !["true", "false", "none", "True", "False", "None"].contains(current.text) else {
      throw unexpected("a name to assign to")
    }
    let name = declare(advance().text)
    guard withNamespace, skipSymbol(".") else { return .name(name) }
    return .namespace(name, attribute: try expectName(), position)
  }

  mutating func expression(withConditional: Bool = true) throws(TemplateError) -> Expression {
    try descend()
    defer { depth -= 1 }
    guard withConditional else { return try binary(0) }
    var line = position.line
    var result = try binary(0)
    while skipName("if") {
      let test = try binary(0)
      let otherwise = skipName("else") ? try expression() : nil
      result = .conditional(result, test: test, otherwise: otherwise, line: line)
      line = position.line
    }
    return result
  }

  // MARK: Operators

  /// The levels of binding, loosest first: or, and, not, comparisons, sums, `~`, products, powers.
  private mutating func binary(_ level: Int) throws(TemplateError) -> Expression {
    switch level {
    case 0: return try logical("or", 1) { .or($0) }
    case 1: return try logical("and", 2) { .and($0) }
    case 2:
      var count = 0
      while skipName("not") { count += 1 }
      let operand = try comparison()
      if count == 0 { return operand }
      return count % 2 == 1 ? .not(operand) : .not(.not(operand))
    case 4: return try chain(["+", "-"], next: 5)
    case 5: return try concatenation()
    case 6: return try chain(["*", "/", "//", "%"], next: 7)
    default: return try chain(["**"], next: 8)
    }
  }

  private mutating func logical(
    _ word: String, _ next: Int, _ make: ([Expression]) -> Expression
  ) throws(TemplateError) -> Expression {
    var operands = [try binary(next)]
    while skipName(word) { operands.append(try binary(next)) }
    return operands.count == 1 ? operands[0] : make(operands)
  }

  private mutating func chain(_ symbols: [String], next: Int) throws(TemplateError) -> Expression {
    let first = next == 8 ? try unary() : try binary(next)
    var steps: [BinaryStep] = []
    while current.kind == .symbol, symbols.contains(current.text), let kind = BinaryStep.Kind(rawValue: current.text) {
      let position = position
      advance()
      steps.append(BinaryStep(kind: kind, operand: next == 8 ? try unary() : try binary(next), position: position))
    }
    return steps.isEmpty ? first : .chain(first, steps)
  }

  private mutating func concatenation() throws(TemplateError) -> Expression {
    var operands = [try binary(6)]
    while skipSymbol("~") { operands.append(try binary(6)) }
    return operands.count == 1 ? operands[0] : .concatenation(operands)
  }

  private mutating func comparison() throws(TemplateError) -> Expression {
    let first = try binary(4)
    var steps: [ComparisonStep] = []
    while true {
      let position = position
      guard let kind = comparisonKind() else { break }
      steps.append(ComparisonStep(kind: kind, operand: try binary(4), position: position))
    }
    return steps.isEmpty ? first : .comparison(first, steps)
  }

  private mutating func comparisonKind() -> ComparisonStep.Kind? {
    if current.kind == .symbol, let kind = ComparisonStep.Kind(rawValue: current.text) {
      advance()
      return kind
    }
    if skipName("in") { return .within }
    if isName("not"), following.kind == .name, following.text == "in" {
      advance()
      advance()
      return .notWithin
    }
    return nil
  }

  private mutating func unary(withFilters: Bool = true) throws(TemplateError) -> Expression {
    let position = position
    if isSymbol("-") || isSymbol("+") {
      let isNegative = advance().text == "-"
      try descend()
      defer { depth -= 1 }
      let operand = try unary(withFilters: false)
      return try postfix(.sign(operand, isNegative: isNegative, position), withFilters: withFilters)
    }
    return try postfix(try primary(), withFilters: withFilters)
  }

  // MARK: What follows a value

  private mutating func postfix(_ base: Expression, withFilters: Bool) throws(TemplateError) -> Expression {
    var steps: [PostfixStep] = []
    var mayIndex = true
    while true {
      let position = position
      if isSymbol("(") {
        steps.append(PostfixStep(kind: .call(try arguments()), position: position))
      } else if mayIndex, isSymbol(".") || isSymbol("[") {
        steps.append(try subscriptStep(at: position))
      } else if withFilters, skipSymbol("|") {
        mayIndex = false
        steps.append(try filterStep(at: position))
      } else if withFilters, skipName("is") {
        mayIndex = false
        steps.append(try testStep(at: position))
      } else {
        break
      }
    }
    return steps.isEmpty ? base : .postfix(base, steps)
  }

  private mutating func subscriptStep(at position: TemplatePosition) throws(TemplateError) -> PostfixStep {
    if skipSymbol(".") {
      if current.kind == .integer, let index = TemplateNumber.integer(current.text) {
        advance()
        return PostfixStep(kind: .index(.constant(.integer(index))), position: position)
      }
      return PostfixStep(kind: .attribute(try expectName()), position: position)
    }
    try expectSymbol("[")
    let step = try indexStep()
    if isSymbol(","), case .index(let first) = step {
      var items = [first]
      while skipSymbol(","), !isSymbol("]") { items.append(try expression()) }
      try expectSymbol("]")
      return PostfixStep(kind: .index(.tuple(items)), position: position)
    }
    try expectSymbol("]")
    return PostfixStep(kind: step, position: position)
  }

  private mutating func indexStep() throws(TemplateError) -> PostfixStep.Kind {
    let start = isSymbol(":") ? nil : try expression()
    guard skipSymbol(":") else {
      guard let start else { throw unexpected("an index") }
      return .index(start)
    }
    let stop = isSymbol(":") || isSymbol("]") ? nil : try expression()
    let step = skipSymbol(":") && !isSymbol("]") ? try expression() : nil
    return .slice(start, stop, step)
  }

  mutating func filterSteps() throws(TemplateError) -> [PostfixStep] {
    var steps: [PostfixStep] = []
    while isSymbol("|") {
      let position = position
      advance()
      steps.append(try filterStep(at: position))
    }
    return steps
  }

  mutating func filterStep(at position: TemplatePosition) throws(TemplateError) -> PostfixStep {
    let name = try dottedName()
    let arguments = isSymbol("(") ? try arguments() : CallArguments()
    return PostfixStep(kind: .filter(TemplateFilter(rawValue: name), name, arguments), position: position)
  }

  private mutating func dottedName() throws(TemplateError) -> String {
    var name = try expectName()
    while skipSymbol(".") { name += "." + (try expectName()) }
    return name
  }

  private mutating func testStep(at position: TemplatePosition) throws(TemplateError) -> PostfixStep {
    let isNegated = skipName("not")
    let name = try dottedName()
    var call = CallArguments()
    if isSymbol("(") {
      call = try arguments()
    } else if startsTestArgument {
      guard !isName("is") else { throw unexpected("one test after another, not chained with 'is'") }
      try descend()
      defer { depth -= 1 }
      call.positional = [try postfix(try primary(), withFilters: false)]
    }
    return PostfixStep(kind: .test(TemplateTest(rawValue: name), name, call, isNegated: isNegated), position: position)
  }

  private var startsTestArgument: Bool {
    switch current.kind {
    case .name: !["else", "or", "and"].contains(current.text)
    case .string, .integer, .float: true
    default: isSymbol("[") || isSymbol("{")
    }
  }

  mutating func arguments() throws(TemplateError) -> CallArguments {
    var call = CallArguments()
    try expectSymbol("(")
    var isFirst = true
    while !isSymbol(")") {
      if !isFirst { try expectSymbol(",") }
      isFirst = false
      if isSymbol(")") { break }
      try argument(into: &call)
    }
    advance()
    return call
  }

  private mutating func argument(into call: inout CallArguments) throws(TemplateError) {
    let mistake = unexpected("arguments in the order: values, names with values, * and **")
    if skipSymbol("*") {
      guard call.spread == nil, call.keywordSpread == nil else { throw mistake }
      call.spread = try expression()
    } else if skipSymbol("**") {
      guard call.keywordSpread == nil else { throw mistake }
      call.keywordSpread = try expression()
    } else if current.kind == .name, following.kind == .symbol, following.text == "=" {
      guard call.keywordSpread == nil else { throw mistake }
      let name = advance().text
      advance()
      guard !call.keywords.contains(where: { sameScalars($0.0, name) }) else { throw mistake }
      call.keywords.append((name, try expression()))
    } else {
      guard call.spread == nil, call.keywordSpread == nil, call.keywords.isEmpty else { throw mistake }
      call.positional.append(try expression())
    }
  }

  // MARK: Values

  private mutating func primary() throws(TemplateError) -> Expression {
    switch current.kind {
    case .name: return namedPrimary(advance().text)
    case .string:
      var text = advance().text
      while current.kind == .string { text += advance().text }
      return .constant(.string(text))
    case .integer:
      guard let value = TemplateNumber.integer(current.text) else {
        throw TemplateError(.overflow, expected: "a number of 64 bits", found: current.summary, at: position)
      }
      advance()
      return .constant(.integer(value))
    case .float:
      guard let value = Double(current.text) else { throw unexpected("a number") }
      advance()
      return .constant(.float(value))
    default: return try bracketed()
    }
  }

  private mutating func namedPrimary(_ name: String) -> Expression {
    switch name {
    case "true", "True": .constant(.bool(true))
    case "false", "False": .constant(.bool(false))
    case "none", "None": .constant(.none)
    default: .name(declare(name))
    }
  }

  private mutating func bracketed() throws(TemplateError) -> Expression {
    if skipSymbol("(") {
      let inner = try tupleExpression(inParentheses: true)
      try expectSymbol(")")
      return inner
    }
    if skipSymbol("[") { return .list(try items(until: "]")) }
    guard skipSymbol("{") else { throw unexpected("an expression") }
    var entries: [(Expression, Expression)] = []
    while !isSymbol("}") {
      if !entries.isEmpty { try expectSymbol(",") }
      if isSymbol("}") { break }
      let key = try expression()
      try expectSymbol(":")
      entries.append((key, try expression()))
    }
    advance()
    return .dictionary(entries)
  }

  private mutating func items(until end: String) throws(TemplateError) -> [Expression] {
    var items: [Expression] = []
    while !isSymbol(end) {
      if !items.isEmpty { try expectSymbol(",") }
      if isSymbol(end) { break }
      items.append(try expression())
    }
    advance()
    return items
  }
}
