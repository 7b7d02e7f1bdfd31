/// Reads a template's statements; `TemplateParser+Expressions.swift` reads expressions.
struct TemplateParser {
  let lexer: TemplateLexer
  let limits: TemplateLimits
  let tokens: [TemplateToken]
  var place = 0
  /// The names of variables, one for each time that one is mentioned.
  var names: [String] = []
  var scopeCount = 1
  var depth = 0
  private var loopDepth = 0

  init(_ text: String, limits: TemplateLimits) throws(TemplateError) {
    guard text.utf8.count <= limits.templateBytes else {
      throw .limit("templateBytes", limits.templateBytes, found: "a template of \(text.utf8.count) bytes")
    }
    var lexer = TemplateLexer(text)
    tokens = try lexer.tokenize()
    self.lexer = lexer
    self.limits = limits
  }

  mutating func parse() throws(TemplateError) -> [Statement] { try statements(until: []) }

  // MARK: Tokens

  var current: TemplateToken { tokens[place] }
  var following: TemplateToken { tokens[min(place + 1, tokens.count - 1)] }
  var position: TemplatePosition { lexer.position(of: current.offset) }

  func isName(_ name: String) -> Bool { current.kind == .name && current.text == name }
  func isSymbol(_ symbol: String) -> Bool { current.kind == .symbol && current.text == symbol }

  @discardableResult mutating func advance() -> TemplateToken {
    let token = current
    if place < tokens.count - 1 { place += 1 }
    return token
  }

  mutating func skipName(_ name: String) -> Bool {
    guard isName(name) else { return false }
    advance()
    return true
  }

  mutating func skipSymbol(_ symbol: String) -> Bool {
    guard isSymbol(symbol) else { return false }
    advance()
    return true
  }

  mutating func expectSymbol(_ symbol: String) throws(TemplateError) {
    guard skipSymbol(symbol) else { throw unexpected("'\(symbol)'") }
  }

  mutating func expectName() throws(TemplateError) -> String {
    guard current.kind == .name else { throw unexpected("a name") }
    return advance().text
  }

  mutating func expect(_ kind: TemplateToken.Kind, _ what: String) throws(TemplateError) {
    guard current.kind == kind else { throw unexpected(what) }
    advance()
  }

  func unexpected(_ expected: String) -> TemplateError {
    .syntax(expected: expected, found: current.summary, at: position)
  }

  mutating func declare(_ name: String) -> Int {
    names.append(name)
    return names.count - 1
  }

  mutating func newScope() -> Int {
    scopeCount += 1
    return scopeCount - 1
  }

  mutating func descend() throws(TemplateError) {
    depth += 1
    guard depth <= limits.nesting else {
      throw TemplateError.limit("nesting", limits.nesting, found: "deeper nesting").located(at: position)
    }
  }

  // MARK: Statements

  /// The statements up to a tag with one of the names, which stays.
  mutating func statements(until ends: [String]) throws(TemplateError) -> [Statement] {
    try descend()
    defer { depth -= 1 }
    var body: [Statement] = []
    while current.kind != .end {
      switch current.kind {
      case .data: body.append(.text(advance().text))
      case .variableBegin:
        advance()
        let position = position
        body.append(.output(try tupleExpression(), position))
        try expect(.variableEnd, "'}}'")
      default:
        try expect(.blockBegin, "a tag")
        if current.kind == .name, ends.contains(current.text) { return body }
        body.append(contentsOf: try statement(within: ends))
        try expect(.blockEnd, "'%}'")
      }
    }
    guard ends.isEmpty else { throw unexpected(ends.map { "'{% \($0) %}'" }.joined(separator: " or ")) }
    return body
  }

  /// The body of a tag, up to one with one of the names, which stays.
  mutating func block(until ends: [String]) throws(TemplateError) -> [Statement] {
    _ = skipSymbol(":")
    try expect(.blockEnd, "'%}'")
    return try statements(until: ends)
  }

  /// The body of a tag with the name of the tag that ends it, which is taken.
  mutating func block(through end: String) throws(TemplateError) -> [Statement] {
    let body = try block(until: [end])
    advance()
    return body
  }

  private mutating func statement(within ends: [String]) throws(TemplateError) -> [Statement] {
    let position = position
    guard current.kind == .name else { throw unexpected("the name of a tag") }
    let tag = advance().text
    switch tag {
    case "if": return [try ifStatement()]
    case "for": return [.loop(try forStatement(at: position))]
    case "set": return [try setStatement(at: position)]
    case "macro": return [try macroStatement(at: position)]
    case "call": return [try callStatement(at: position)]
    case "print": return try printStatement(at: position)
    case "with": return [try withStatement()]
    case "filter": return [try filterStatement(at: position)]
    case "generation": return [.generation(body: try macroBody(through: "endgeneration"), scope: newScope())]
    case "autoescape": return [try autoescapeStatement()]
    case "break", "continue": return [try leaveStatement(isBreak: tag == "break", at: position)]
    case "include", "import", "from", "extends", "block":
      while current.kind != .blockEnd, current.kind != .end { advance() }
      return [.unsupported(tag, position)]
    default:
      let wanted = ends.isEmpty ? "the name of a tag" : "the name of a tag, or " + ends.joined(separator: " or ")
      throw .syntax(expected: wanted, found: "'\(tag)'", at: position)
    }
  }

  private func leaveStatement(isBreak: Bool, at position: TemplatePosition) throws(TemplateError) -> Statement {
    guard loopDepth > 0 else {
      throw .syntax(expected: "'\(isBreak ? "break" : "continue")' in a loop", found: "it outside of one", at: position)
    }
    return .leave(isBreak: isBreak)
  }

  private mutating func ifStatement() throws(TemplateError) -> Statement {
    var branches: [(Expression, [Statement])] = []
    while true {
      let test = try tupleExpression(withConditional: false)
      branches.append((test, try block(until: ["elif", "else", "endif"])))
      switch advance().text {
      case "elif": continue
      case "else": return .branches(branches, otherwise: try block(through: "endif"))
      default: return .branches(branches, otherwise: [])
      }
    }
  }

  private mutating func forStatement(at position: TemplatePosition) throws(TemplateError) -> LoopDefinition {
    let firstName = names.count
    let target = try assignmentTarget(withNamespace: false, end: "in")
    guard skipName("in") else { throw unexpected("'in'") }
    guard !names[firstName...].contains("loop") else {
      throw .syntax(expected: "another name than 'loop' for the loop's items", found: "'loop'", at: position)
    }
    let items = try tupleExpression(withConditional: false, end: "recursive")
    let condition = skipName("if") ? try expression() : nil
    let isRecursive = skipName("recursive")
    loopDepth += 1
    let firstInBody = names.count
    let body = try block(until: ["endfor", "else"])
    let usesLoop = isRecursive || names[firstInBody...].contains("loop")
    loopDepth -= 1
    let otherwise = advance().text == "else" ? try block(through: "endfor") : []
    return LoopDefinition(
      target: target, items: items, condition: condition, body: body, otherwise: otherwise, isRecursive: isRecursive,
      usesLoop: usesLoop, position: position, scope: newScope(), conditionScope: newScope(), otherwiseScope: newScope())
  }

  private mutating func setStatement(at position: TemplatePosition) throws(TemplateError) -> Statement {
    let target = try assignmentTarget(withNamespace: true, end: nil)
    if skipSymbol("=") { return .assign(target, try tupleExpression(), position) }
    let filters = try filterSteps()
    return .capture(target, filters: filters, body: try block(through: "endset"), scope: newScope())
  }

  private mutating func withStatement() throws(TemplateError) -> Statement {
    var variables: [(AssignmentTarget, Expression)] = []
    while current.kind != .blockEnd, !isSymbol(":") {
      if !variables.isEmpty { try expectSymbol(",") }
      let target = try assignmentTarget(withNamespace: false, end: nil)
      try expectSymbol("=")
      variables.append((target, try expression()))
    }
    return .with(variables, body: try block(through: "endwith"), scope: newScope())
  }

  private mutating func autoescapeStatement() throws(TemplateError) -> Statement {
    _ = try expression()
    return .with([], body: try block(through: "endautoescape"), scope: newScope())
  }

  private mutating func printStatement(at position: TemplatePosition) throws(TemplateError) -> [Statement] {
    var outputs: [Statement] = []
    while current.kind != .blockEnd {
      if !outputs.isEmpty { try expectSymbol(",") }
      outputs.append(.output(try expression(), position))
    }
    return outputs
  }

  private mutating func filterStatement(at position: TemplatePosition) throws(TemplateError) -> Statement {
    let filters = [try filterStep(at: position)] + (try filterSteps())
    return .filter(filters, body: try block(through: "endfilter"), scope: newScope())
  }

  private mutating func macroStatement(at position: TemplatePosition) throws(TemplateError) -> Statement {
    let name = try expectName()
    let number = declare(name)
    let (parameters, defaults) = try signature()
    let firstInBody = names.count
    let body = try macroBody(through: "endmacro")
    let definition = MacroDefinition(
      name: name, parameters: parameters, defaults: defaults, body: body,
      implicit: implicitNames(since: firstInBody, parameters), scope: newScope(), position: position)
    return .macro(definition, name: number)
  }

  private mutating func macroBody(through end: String) throws(TemplateError) -> [Statement] {
    let outerLoops = loopDepth
    loopDepth = 0
    defer { loopDepth = outerLoops }
    return try block(through: end)
  }

  private mutating func callStatement(at position: TemplatePosition) throws(TemplateError) -> Statement {
    let (parameters, defaults) = isSymbol("(") ? try signature() : ([], [])
    let call = try expression()
    guard case .postfix(_, let steps) = call, case .call = steps.last?.kind else { throw unexpected("a call") }
    let firstInBody = names.count
    let body = try macroBody(through: "endcall")
    return .call(
      call,
      MacroDefinition(
        name: "caller", parameters: parameters, defaults: defaults, body: body,
        implicit: implicitNames(since: firstInBody, parameters), scope: newScope(), position: position))
  }

  private func implicitNames(since first: Int, _ parameters: [(name: Int, text: String)]) -> Set<String> {
    let mentioned = Set(names[first...]).intersection(["caller", "kwargs", "varargs"])
    return mentioned.subtracting(parameters.map(\.text))
  }

  private mutating func signature() throws(TemplateError) -> ([(name: Int, text: String)], [Expression]) {
    var parameters: [(name: Int, text: String)] = []
    var defaults: [Expression] = []
    try expectSymbol("(")
    while !isSymbol(")") {
      if !parameters.isEmpty { try expectSymbol(",") }
      let name = try expectName()
      parameters.append((declare(name), name))
      if skipSymbol("=") {
        defaults.append(try expression())
      } else if !defaults.isEmpty {
        throw unexpected("a default value, as the parameter before has one")
      }
    }
    advance()
    return (parameters, defaults)
  }
}
