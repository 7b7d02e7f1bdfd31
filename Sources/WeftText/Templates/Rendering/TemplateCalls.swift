extension TemplateRenderer {
  /// The functions that every template has.
  static let globals: Set<String> = [
    "range", "dict", "namespace", "cycler", "joiner", "raise_exception", "strftime_now",
  ]

  func call(_ value: TemplateValue, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    switch value {
    case .undefined(let missing): throw missing.error
    case .function(let function): return try call(function, arguments)
    case .object(let object):
      switch object {
      case let macro as MacroObject: return try call(macro, arguments)
      case let method as MethodObject: return try callMethod(method.name, of: method.receiver, arguments)
      case let builtin as BuiltinObject: return try call(builtin: builtin.name, arguments)
      case let joiner as JoinerObject:
        defer { joiner.isUsed = true }
        return joiner.isUsed ? joiner.separator : .string("")
      case let loop as LoopObject:
        let items = try arguments.bound(to: ["iterable"], required: 1, of: "loop")[0] ?? .none
        guard let recurse = loop.recurse else {
          throw .wrongType(expected: "a loop marked 'recursive'", found: "a call of another loop")
        }
        try descend()
        defer { depth -= 1 }
        return try recurse(items, loop.depth0 + 1)
      default: break
      }
    default: break
    }
    throw .wrongType(expected: "something to call", found: "'\(value.typeName)' object is not callable")
  }

  private func call(_ function: TemplateFunction, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    guard !arguments.positional.contains(where: \.holdsObject),
      !arguments.keywords.values.contains(where: \.holdsObject)
    else {
      throw .wrongType(
        expected: "values for '\(function.name)' that may leave the rendering",
        found: "a namespace, a macro, an iterator or the like")
    }
    do { return try function.body(arguments.positional, arguments.keywords) } catch {
      if let error = error as? TemplateError { throw error }
      throw .badValue(expected: "that '\(function.name)' succeeds", found: "\(error)")
    }
  }

  // MARK: Macros

  private func call(_ macro: MacroObject, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    try descend()
    defer { depth -= 1 }
    let definition = macro.definition
    let entry = template.entries[definition.scope]
    let inner = Activation(slotCount: entry.slotCount, parent: macro.surroundings)
    enter(definition.scope, inner)
    try bind(arguments, of: definition, entry, inner)
    for (place, parameter) in definition.parameters.enumerated() {
      let slot = template.places[parameter.name].slot
      guard inner.slots[slot] == nil else { continue }
      if let value = definition.defaultValue(of: place) {
        inner.slots[slot] = try evaluate(value, inner)
      } else {
        let hint = "parameter \(pythonRepresentation(of: parameter.text)) was not provided"
        inner.slots[slot] = .undefined(TemplateUndefined(.hint(hint)))
      }
    }
    let outerPosition = position
    let text = try capturing { () throws(TemplateError) in _ = try execute(definition.body, inner) }
    position = outerPosition
    return text
  }

  private func bind(
    _ arguments: CallValues, of macro: MacroDefinition, _ entry: ScopeEntry, _ inner: Activation
  ) throws(TemplateError) {
    var keywords = arguments.keywords
    for (place, parameter) in macro.parameters.enumerated() {
      let slot = template.places[parameter.name].slot
      if place < arguments.positional.count {
        inner.slots[slot] = arguments.positional[place]
      } else {
        inner.slots[slot] = keywords[parameter.text]
        keywords[parameter.text] = nil
      }
    }
    if let slot = entry.special["caller"] {
      inner.slots[slot] = keywords["caller"] ?? .undefined(TemplateUndefined(.hint("No caller defined")))
      keywords["caller"] = nil
    }
    let name = macro.name ?? "caller"
    if let slot = entry.special["kwargs"] {
      inner.slots[slot] = .dictionary(keywords)
    } else if let key = keywords.keys.first?.stringValue {
      throw .wrongType(
        expected: "arguments that the macro '\(name)' takes",
        found: "macro '\(name)' takes no keyword argument '\(key)'")
    }
    let rest = Array(arguments.positional.dropFirst(macro.parameters.count))
    if let slot = entry.special["varargs"] {
      inner.slots[slot] = .tuple(rest)
    } else if !rest.isEmpty {
      throw .wrongType(
        expected: "arguments that the macro '\(name)' takes",
        found: "macro '\(name)' takes not more than \(macro.parameters.count) argument(s)")
    }
  }

  // MARK: Functions of the language

  private func call(builtin name: String, _ arguments: CallValues) throws(TemplateError) -> TemplateValue {
    switch name {
    case "range": return .object(try range(arguments))
    case "dict": return .dictionary(try dictionary(arguments))
    case "namespace":
      let attributes = try dictionary(arguments)
      for key in attributes.keys { try Self.checkNamespaceName(key.stringValue ?? "") }
      let namespace = NamespaceObject(attributes)
      namespaces.append(namespace)
      return .object(namespace)
    case "cycler":
      guard !arguments.positional.isEmpty else {
        throw .badValue(expected: "at least one item for 'cycler'", found: "none")
      }
      return .object(CyclerObject(arguments.positional))
    case "joiner": return .object(JoinerObject(try arguments.bound(to: ["sep"], of: name)[0] ?? .string(", ")))
    case "raise_exception":
      let message = try printed(try arguments.bound(to: ["message"], required: 1, of: name)[0] ?? .none)
      throw TemplateError(
        .raised, expected: "a conversation that the template takes", found: "its message", raisedMessage: message)
    default:
      guard case .string(let format) = try arguments.bound(to: ["format"], required: 1, of: name)[0] else {
        throw .wrongType(expected: "a text as the format of 'strftime_now'", found: "another value")
      }
      return try checked(clock.now().formatted(format))
    }
  }

  private func range(_ arguments: CallValues) throws(TemplateError) -> RangeObject {
    var numbers: [Int] = []
    for value in arguments.positional {
      if case .undefined(let missing) = value { throw missing.error }
      guard let number = value.integerValue else {
        throw .wrongType(
          expected: "whole numbers for 'range'",
          found: "'\(value.typeName)' object cannot be interpreted as an integer")
      }
      numbers.append(number)
    }
    guard (1...3).contains(numbers.count), arguments.keywords.isEmpty else {
      throw .wrongType(expected: "1 to 3 numbers for 'range'", found: "\(numbers.count)")
    }
    let (start, stop) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
    let step = numbers.count == 3 ? numbers[2] : 1
    guard step != 0 else { throw .badValue(expected: "a step other than zero for 'range'", found: "zero") }
    let span = Double(stop) - Double(start)
    guard (span / Double(step)).rounded(.up) <= Double(limits.items) else {
      throw .limit("items", limits.items, found: "a longer range")
    }
    let values = Array(stride(from: start, to: stop, by: step))
    return RangeObject(start: start, stop: stop, step: step, values: try checked(values))
  }

  private func checked(_ values: [Int]) throws(TemplateError) -> [Int] {
    try count(values.count / 8)
    return values
  }

  private func dictionary(_ arguments: CallValues) throws(TemplateError) -> TemplateDictionary {
    guard arguments.positional.count <= 1 else {
      throw .wrongType(expected: "at most one value for 'dict'", found: "\(arguments.positional.count)")
    }
    var result = TemplateDictionary()
    switch arguments.positional.first {
    case nil: break
    case .dictionary(let given): result = given
    case let value?:
      for pair in try items(of: value) {
        let pair = try items(of: pair)
        guard pair.count == 2 else {
          throw .badValue(expected: "pairs of a key and a value", found: "\(pair.count) values")
        }
        result[try TemplateKey.checked(pair[0])] = pair[1]
      }
    }
    for entry in arguments.keywords.entries { result[entry.key] = entry.value }
    return result
  }
}

extension TemplateValue {
  /// Whether it is, or has in it, what must not leave a rendering.
  var holdsObject: Bool {
    switch self {
    case .object: true
    case .list(let items), .tuple(let items): items.contains(where: \.holdsObject)
    case .dictionary(let items): items.entries.contains { $0.value.holdsObject }
    default: false
    }
  }
}
