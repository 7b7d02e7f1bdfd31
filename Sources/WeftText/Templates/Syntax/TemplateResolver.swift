/// Finds out which variable each name means (`Note: Scopes`), and refuses filters and tests that do not exist.
struct TemplateResolver {
  let names: [String]
  private(set) var places: [NamePlace]
  private(set) var entries: [ScopeEntry]

  init(names: [String], scopeCount: Int) {
    self.names = names
    places = Array(repeating: NamePlace(hops: 0, slot: 0), count: names.count)
    entries = Array(repeating: ScopeEntry(), count: scopeCount)
  }

  mutating func resolve(template statements: [Statement]) throws(TemplateError) {
    let root = ScopeSymbols(parent: nil, function: FunctionScope(depth: 0))
    analyze(statements, root)
    try resolve(statements, root, soft: false)
    finish(0, root, isFunction: true)
  }

  private mutating func finish(_ scope: Int, _ symbols: ScopeSymbols, isFunction: Bool = false) {
    let special = entries[scope].special
    entries[scope] = symbols.entry()
    entries[scope].special = special
    if isFunction { entries[scope].slotCount = symbols.function.slots.count }
  }

  // MARK: What a scope loads and stores

  private func analyze(_ statements: [Statement], _ symbols: ScopeSymbols) {
    for statement in statements { analyze(statement, symbols) }
  }

  private func analyze(_ statement: Statement, _ symbols: ScopeSymbols) {
    switch statement {
    case .output(let expression, _): load(expression, symbols)
    case .branches(let branches, let otherwise): analyze(branches, otherwise, symbols)
    case .loop(let loop): load(loop.items, symbols)
    case .assign(let target, let value, _):
      load(value, symbols)
      store(target, symbols)
    case .capture(let target, _, _, _): store(target, symbols)
    case .with(let variables, _, _): for variable in variables { load(variable.1, symbols) }
    case .macro(_, let name): symbols.store(names[name])
    case .call(let call, _): load(call, symbols)
    case .filter(let steps, _, _): for step in steps { load(step, symbols) }
    case .text, .generation, .leave, .unsupported: break
    }
  }

  private func analyze(_ branches: [(Expression, [Statement])], _ otherwise: [Statement], _ symbols: ScopeSymbols) {
    guard let first = branches.first else { return }
    load(first.0, symbols)
    let (body, middle, last) = (symbols.copy(), symbols.copy(), symbols.copy())
    analyze(first.1, body)
    for branch in branches.dropFirst() { analyze([branch], [], middle) }
    analyze(otherwise, last)
    symbols.update(from: [body, middle, last])
  }

  private func load(_ expression: Expression, _ symbols: ScopeSymbols) {
    expression.visit { if case .name(let name) = $0 { symbols.load(names[name]) } }
  }

  private func load(_ step: PostfixStep, _ symbols: ScopeSymbols) {
    for operand in step.operands { load(operand, symbols) }
  }

  private func store(_ target: AssignmentTarget, _ symbols: ScopeSymbols) {
    switch target {
    case .name(let name): symbols.store(names[name])
    case .tuple(let targets): for target in targets { store(target, symbols) }
    case .namespace(let name, _, _): symbols.load(names[name])
    }
  }

  private func declare(_ target: AssignmentTarget, _ symbols: ScopeSymbols) {
    switch target {
    case .name(let name): symbols.declare(parameter: names[name])
    case .tuple(let targets): for target in targets { declare(target, symbols) }
    case .namespace: break
    }
  }

  // MARK: Names to places

  private mutating func resolve(
    _ statements: [Statement], _ symbols: ScopeSymbols, soft: Bool
  ) throws(TemplateError) {
    for statement in statements { try resolve(statement, symbols, soft: soft) }
  }

  private mutating func resolve(_ statement: Statement, _ symbols: ScopeSymbols, soft: Bool) throws(TemplateError) {
    switch statement {
    case .output(let expression, _): try resolve(expression, symbols, soft)
    case .branches(let branches, let otherwise):
      for branch in branches {
        try resolve(branch.0, symbols, true)
        try resolve(branch.1, symbols, soft: true)
      }
      try resolve(otherwise, symbols, soft: true)
    case .loop(let loop): try resolve(loop, symbols, soft)
    case .assign(let target, let value, _):
      try resolve(value, symbols, soft)
      resolve(target, symbols)
    case .capture(let target, let filters, let body, let scope):
      try resolveBlock(body, filters, scope, symbols)
      resolve(target, symbols)
    case .with(let variables, let body, let scope): try resolveWith(variables, body, scope, symbols, soft)
    case .macro(let macro, let name):
      try resolve(macro, symbols)
      resolve(.name(name), symbols)
    case .call(let call, let macro):
      try resolve(macro, symbols)
      try resolve(call, symbols, soft)
    case .generation(let body, let scope): try resolveGeneration(body, scope, symbols)
    case .filter(let filters, let body, let scope): try resolveBlock(body, filters, scope, symbols)
    case .text, .leave, .unsupported: break
    }
  }

  private mutating func resolveGeneration(
    _ body: [Statement], _ scope: Int, _ outer: ScopeSymbols
  ) throws(TemplateError) {
    let symbols = ScopeSymbols(parent: outer, function: FunctionScope(depth: outer.function.depth + 1))
    analyze(body, symbols)
    try resolve(body, symbols, soft: false)
    finish(scope, symbols, isFunction: true)
  }

  private mutating func resolveBlock(
    _ body: [Statement], _ filters: [PostfixStep], _ scope: Int, _ outer: ScopeSymbols
  ) throws(TemplateError) {
    let symbols = ScopeSymbols(parent: outer, function: outer.function)
    analyze(body, symbols)
    for step in filters { load(step, symbols) }
    try resolve(body, symbols, soft: false)
    try resolve(.postfix(.constant(.none), filters), symbols, false)
    finish(scope, symbols)
  }

  private mutating func resolveWith(
    _ variables: [(AssignmentTarget, Expression)], _ body: [Statement], _ scope: Int, _ outer: ScopeSymbols,
    _ soft: Bool
  ) throws(TemplateError) {
    let symbols = ScopeSymbols(parent: outer, function: outer.function)
    for (target, value) in variables {
      try resolve(value, outer, soft)
      declare(target, symbols)
    }
    analyze(body, symbols)
    for (target, _) in variables { resolve(target, symbols) }
    try resolve(body, symbols, soft: false)
    finish(scope, symbols)
  }

  private mutating func resolve(_ loop: LoopDefinition, _ outer: ScopeSymbols, _ soft: Bool) throws(TemplateError) {
    try resolve(loop.items, outer, soft)
    let function = loop.isRecursive ? FunctionScope(depth: outer.function.depth + 1) : outer.function
    let body = ScopeSymbols(parent: outer, function: function)
    if loop.usesLoop { entries[loop.scope].special["loop"] = body.declare(parameter: "loop") }
    declare(loop.target, body)
    analyze(loop.body, body)
    resolve(loop.target, body)
    if let condition = loop.condition {
      let symbols = ScopeSymbols(parent: outer, function: function)
      declare(loop.target, symbols)
      load(condition, symbols)
      try resolve(condition, symbols, soft)
      finish(loop.conditionScope, symbols)
    }
    let otherwise = ScopeSymbols(parent: outer, function: function)
    analyze(loop.otherwise, otherwise)
    try resolve(loop.body, body, soft: false)
    try resolve(loop.otherwise, otherwise, soft: false)
    finish(loop.otherwiseScope, otherwise)
    finish(loop.scope, body, isFunction: loop.isRecursive)
  }

  private mutating func resolve(_ macro: MacroDefinition, _ outer: ScopeSymbols) throws(TemplateError) {
    let symbols = ScopeSymbols(parent: outer, function: FunctionScope(depth: outer.function.depth + 1))
    for parameter in macro.parameters { symbols.declare(parameter: parameter.text) }
    for name in macro.implicit { entries[macro.scope].special[name] = symbols.declare(parameter: name) }
    for value in macro.defaults { load(value, symbols) }
    analyze(macro.body, symbols)
    for parameter in macro.parameters { resolve(.name(parameter.name), symbols) }
    for value in macro.defaults { try resolve(value, symbols, false) }
    try resolve(macro.body, symbols, soft: false)
    finish(macro.scope, symbols, isFunction: true)
  }

  private mutating func resolve(_ target: AssignmentTarget, _ symbols: ScopeSymbols) {
    switch target {
    case .name(let name), .namespace(let name, _, _): resolve(name: name, symbols)
    case .tuple(let targets): for target in targets { resolve(target, symbols) }
    }
  }

  private mutating func resolve(name: Int, _ symbols: ScopeSymbols) {
    if let reference = symbols.find(names[name]) { places[name] = symbols.place(of: reference) }
  }

  private mutating func resolve(_ expression: Expression, _ symbols: ScopeSymbols, _ soft: Bool) throws(TemplateError) {
    var found: [Int] = []
    var unknown: TemplateError?
    expression.visit { part in
      switch part {
      case .name(let name): found.append(name)
      case .postfix(_, let steps) where !soft: unknown = unknown ?? steps.lazy.compactMap(\.unknownName).first
      default: break
      }
    }
    if let unknown, !expression.hasConditional { throw unknown }
    for name in found { resolve(name: name, symbols) }
  }
}
