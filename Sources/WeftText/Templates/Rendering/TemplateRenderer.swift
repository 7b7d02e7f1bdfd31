extension Template {
  /// The text that the template gives for these variables.
  ///
  /// - Parameter clock: what `strftime_now` takes for the present.
  /// - Throws: `TemplateError`: what the template refuses (`raisedMessage`), or cannot do, and where.
  public func render(
    _ variables: TemplateDictionary, clock: TemplateClock = .system
  ) throws(TemplateError) -> String {
    let renderer = TemplateRenderer(self, variables: variables, clock: clock)
    return try renderer.run()
  }
}

/// One rendering of a template: statements here, expressions and what they need in the other files of this folder.
final class TemplateRenderer {
  enum Flow { case onward, leaveLoop, nextTurn }

  let template: Template
  let limits: TemplateLimits
  let clock: TemplateClock
  let variables: TemplateDictionary
  private(set) var output = ""
  private var steps = 0
  var depth = 0
  /// The place of the last operation begun: where an error is.
  var position = TemplatePosition(line: 1, column: 1)

  init(_ template: Template, variables: TemplateDictionary, clock: TemplateClock) {
    self.template = template
    limits = template.limits
    self.clock = clock
    self.variables = variables
  }

  func run() throws(TemplateError) -> String {
    do {
      let activation = Activation(slotCount: template.entries[0].slotCount, parent: nil)
      enter(0, activation)
      defer { letGo() }
      _ = try execute(template.statements, activation)
      return output
    } catch { throw error.located(at: position) }
  }

  /// What may hold itself: calls that a macro keeps, and namespaces.
  private var kept: [Activation] = []
  var namespaces: [NamespaceObject] = []

  private func letGo() {
    for activation in kept { activation.slots = [] }
    for namespace in namespaces { namespace.attributes = TemplateDictionary() }
  }

  private func macro(_ definition: MacroDefinition, in activation: Activation) -> TemplateValue {
    if !activation.isKept {
      activation.isKept = true
      kept.append(activation)
    }
    return .object(MacroObject(definition, in: activation))
  }

  // MARK: Limits

  func count(_ more: Int = 1) throws(TemplateError) {
    steps &+= more
    guard steps <= limits.steps else { throw .limit("steps", limits.steps, found: "more steps") }
  }

  func descend() throws(TemplateError) {
    depth += 1
    guard depth <= limits.depth else { throw .limit("depth", limits.depth, found: "deeper nesting or recursion") }
  }

  /// A text that an operation made, if it is not too long.
  func checked(_ text: String) throws(TemplateError) -> TemplateValue {
    let length = text.utf8.count
    guard length <= limits.textBytes else { throw .limit("textBytes", limits.textBytes, found: "a longer text") }
    try count(length / 64)
    return .string(text)
  }

  /// Puts a part behind a text that an operation makes, which is not to be in memory before it is known to be too long.
  ///
  /// - Parameter separator: What stands between, where there is a part before this one.
  func append(
    _ part: String, to text: inout String, separator: String = "", isFirst: Bool = true
  ) throws(TemplateError) {
    let more = part.utf8.count + (isFirst ? 0 : separator.utf8.count)
    guard more <= limits.textBytes - text.utf8.count else {
      throw .limit("textBytes", limits.textBytes, found: "a longer text")
    }
    if !isFirst { text += separator }
    text += part
  }

  /// Items that an operation made, if they are not too many.
  func checked(_ items: [TemplateValue]) throws(TemplateError) -> [TemplateValue] {
    guard items.count <= limits.items else { throw .limit("items", limits.items, found: "\(items.count) items") }
    try count(items.count / 8)
    return items
  }

  func append(_ text: String) throws(TemplateError) {
    output += text
    guard output.utf8.count <= limits.textBytes else {
      throw .limit("textBytes", limits.textBytes, found: "a longer text")
    }
  }

  /// What runs meanwhile writes into a text of its own.
  func capturing(_ body: () throws(TemplateError) -> Void) throws(TemplateError) -> TemplateValue {
    let outer = output
    output = ""
    defer { output = outer }
    try body()
    return try checked(output)
  }

  // MARK: Statements

  func lookup(_ name: String) -> TemplateValue? {
    variables[name] ?? (Self.globals.contains(name) ? .object(BuiltinObject(name)) : nil)
  }

  func enter(_ scope: Int, _ activation: Activation) {
    let entry = template.entries[scope]
    for (slot, name) in entry.resolved { activation.slots[slot] = lookup(name) }
    for (slot, source) in entry.copied { activation.slots[slot] = activation[source] }
    for slot in entry.emptied { activation.slots[slot] = nil }
  }

  func execute(_ statements: [Statement], _ activation: Activation) throws(TemplateError) -> Flow {
    try descend()
    defer { depth -= 1 }
    for statement in statements {
      let flow = try execute(statement, activation)
      if flow != .onward { return flow }
    }
    return .onward
  }

  private func execute(_ statement: Statement, _ activation: Activation) throws(TemplateError) -> Flow {
    try count()
    switch statement {
    case .text(let text): try append(text)
    case .output(let expression, let position):
      self.position = position
      try append(try printed(try evaluate(expression, activation)))
    case .branches(let branches, let otherwise):
      for (test, body) in branches where try evaluate(test, activation).isTrue {
        return try execute(body, activation)
      }
      return otherwise.isEmpty ? .onward : try execute(otherwise, activation)
    case .loop(let loop): try run(loop, activation)
    case .leave(let isBreak): return isBreak ? .leaveLoop : .nextTurn
    case .assign(let target, let value, let position):
      self.position = position
      try checkNamespaces(target, activation)
      try assign(try evaluate(value, activation), to: target, activation)
    default: return try executeBlock(statement, activation)
    }
    return .onward
  }

  private func executeBlock(_ statement: Statement, _ activation: Activation) throws(TemplateError) -> Flow {
    switch statement {
    case .macro(let macro, let name):
      activation[template.places[name]] = self.macro(macro, in: activation)
    case .call(let call, let macro):
      let caller = self.macro(macro, in: activation)
      try append(try printed(try evaluate(call, activation, caller: caller)))
    case .capture(let target, let filters, let body, let scope):
      let (text, _) = try captured(body, filters, scope, activation)
      try assign(text, to: target, activation)
    case .filter(let filters, let body, let scope):
      let (text, flow) = try captured(body, filters, scope, activation)
      try append(try printed(text))
      return flow
    case .with(let variables, let body, let scope):
      var values: [TemplateValue] = []
      for (_, value) in variables { values.append(try evaluate(value, activation)) }
      enter(scope, activation)
      for (value, variable) in zip(values, variables) { try assign(value, to: variable.0, activation) }
      return try execute(body, activation)
    case .generation(let body, let scope):
      let inner = Activation(slotCount: template.entries[scope].slotCount, parent: activation)
      enter(scope, inner)
      _ = try execute(body, inner)
    case .unsupported(let tag, let position):
      throw TemplateError(
        .unsupported, expected: "a template that needs no others", found: "the tag '\(tag)'", at: position)
    default: break
    }
    return .onward
  }

  private func captured(
    _ body: [Statement], _ filters: [PostfixStep], _ scope: Int, _ activation: Activation
  ) throws(TemplateError) -> (TemplateValue, Flow) {
    enter(scope, activation)
    var flow = Flow.onward
    let text = try capturing { () throws(TemplateError) in flow = try execute(body, activation) }
    guard flow == .onward else { return (.string(""), flow) }
    return (try apply(filters[...], to: text, activation, caller: nil), flow)
  }

  private func checkNamespaces(_ target: AssignmentTarget, _ activation: Activation) throws(TemplateError) {
    switch target {
    case .name: break
    case .tuple(let targets): for target in targets { try checkNamespaces(target, activation) }
    case .namespace(let name, _, _):
      if case .object(let object) = activation[template.places[name]], object is NamespaceObject { return }
      throw TemplateError(
        .unsafe, expected: "a namespace to assign an attribute of", found: "'\(template.names[name])', which is none")
    }
  }

  func assign(
    _ value: TemplateValue, to target: AssignmentTarget, _ activation: Activation
  ) throws(TemplateError) {
    switch target {
    case .name(let name):
      try checkSize(of: value)
      activation[template.places[name]] = value
    case .namespace(let name, let attribute, _):
      try checkSize(of: value)
      guard case .object(let object) = activation[template.places[name]], let space = object as? NamespaceObject
      else { return }
      try Self.checkNamespaceName(attribute)
      space.attributes[attribute] = value
    case .tuple(let targets):
      let items = try self.items(of: value)
      guard items.count == targets.count else {
        throw .badValue(expected: "\(targets.count) values to unpack", found: "\(items.count)")
      }
      for (item, target) in zip(items, targets) { try assign(item, to: target, activation) }
    }
  }

  static func checkNamespaceName(_ name: String) throws(TemplateError) {
    guard name.unicodeScalars.first == "_" else { return }
    throw TemplateError(
      .unsafe, expected: "an attribute of a namespace that begins with no underscore", found: "'\(name)'")
  }

  /// Refuses values that nest too deep: a variable that holds itself in a list, again and again.
  private func checkSize(of value: TemplateValue, depth: Int = 0) throws(TemplateError) {
    switch value {
    case .list(let items), .tuple(let items):
      guard depth < limits.valueDepth else { throw .limit("valueDepth", limits.valueDepth, found: "deeper values") }
      try count(1 + items.count / 4)
      for item in items { try checkSize(of: item, depth: depth + 1) }
    case .dictionary(let items):
      guard depth < limits.valueDepth else { throw .limit("valueDepth", limits.valueDepth, found: "deeper values") }
      try count(1 + items.count / 4)
      for entry in items.entries { try checkSize(of: entry.value, depth: depth + 1) }
    default: break
    }
  }
}
