extension TemplateRenderer {
  func evaluate(
    _ expression: Expression, _ activation: Activation, caller: TemplateValue? = nil
  ) throws(TemplateError) -> TemplateValue {
    switch expression {
    case .constant(let value): return value
    case .name(let name):
      return activation[template.places[name]] ?? .undefined(TemplateUndefined(.name(template.names[name])))
    default: break
    }
    try count()
    try descend()
    defer { depth -= 1 }
    switch expression {
    case .postfix(let base, let steps):
      return try apply(steps[...], to: try evaluate(base, activation), activation, caller: caller)
    case .comparison(let first, let steps): return .bool(try compare(first, steps, activation))
    case .not(let operand): return .bool(!(try evaluate(operand, activation).isTrue))
    case .and(let operands): return try firstOperand(operands, activation, isTrue: false)
    case .or(let operands): return try firstOperand(operands, activation, isTrue: true)
    case .chain(let first, let steps): return try chain(first, steps, activation)
    default: return try evaluateRest(expression, activation)
    }
  }

  private func evaluateRest(_ expression: Expression, _ activation: Activation) throws(TemplateError) -> TemplateValue {
    switch expression {
    case .conditional(let value, let test, let otherwise, let line):
      if try evaluate(test, activation).isTrue { return try evaluate(value, activation) }
      if let otherwise { return try evaluate(otherwise, activation) }
      let hint = "the inline if-expression on line \(line) evaluated to false and no else section was defined."
      return .undefined(TemplateUndefined(.hint(hint)))
    case .concatenation(let operands):
      var text = ""
      for operand in operands { text += try printed(try evaluate(operand, activation)) }
      return try checked(text)
    case .list(let items): return .list(try evaluate(items, activation))
    case .tuple(let items): return .tuple(try evaluate(items, activation))
    case .dictionary(let entries):
      var dictionary = TemplateDictionary()
      for (key, value) in entries {
        let key = try TemplateKey.checked(try evaluate(key, activation))
        dictionary[key] = try evaluate(value, activation)
      }
      return .dictionary(dictionary)
    case .sign(let operand, let isNegative, let position):
      let value = try evaluate(operand, activation)
      self.position = position
      return try signed(value, isNegative: isNegative)
    default: return TemplateValue.none
    }
  }

  func evaluate(_ expressions: [Expression], _ activation: Activation) throws(TemplateError) -> [TemplateValue] {
    var values: [TemplateValue] = []
    values.reserveCapacity(expressions.count)
    for expression in expressions { values.append(try evaluate(expression, activation)) }
    return values
  }

  /// The first operand that is true (or false), or the last.
  private func firstOperand(
    _ operands: [Expression], _ activation: Activation, isTrue: Bool
  ) throws(TemplateError) -> TemplateValue {
    var last = TemplateValue.none
    for operand in operands {
      last = try evaluate(operand, activation)
      if last.isTrue == isTrue { return last }
    }
    return last
  }

  private func chain(
    _ first: Expression, _ steps: [BinaryStep], _ activation: Activation
  ) throws(TemplateError) -> TemplateValue {
    var result = try evaluate(first, activation)
    for step in steps {
      let operand = try evaluate(step.operand, activation)
      position = step.position
      result = try combine(result, step.kind, operand)
    }
    return result
  }

  private func compare(
    _ first: Expression, _ steps: [ComparisonStep], _ activation: Activation
  ) throws(TemplateError) -> Bool {
    var left = try evaluate(first, activation)
    for step in steps {
      let right = try evaluate(step.operand, activation)
      position = step.position
      guard try holds(left, step.kind, right) else { return false }
      left = right
    }
    return true
  }

  // MARK: What follows a value

  func apply(
    _ steps: ArraySlice<PostfixStep>, to base: TemplateValue, _ activation: Activation, caller: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    var value = base
    var place = steps.startIndex
    while place < steps.endIndex {
      let step = steps[place]
      position = step.position
      place += 1
      if case .attribute(let name) = step.kind, place < steps.endIndex, case .call(let arguments) = steps[place].kind,
        hasMethod(value, name)
      {
        // The usual `text.strip()`: no object for the method in between.
        let values = try self.values(of: arguments, activation)
        position = step.position
        value = try callMethod(name, of: value, values)
        place += 1
        continue
      }
      value = try apply(step.kind, to: value, activation, caller: place == steps.endIndex ? caller : nil)
    }
    return value
  }

  private func apply(
    _ kind: PostfixStep.Kind, to value: TemplateValue, _ activation: Activation, caller: TemplateValue?
  ) throws(TemplateError) -> TemplateValue {
    let position = position
    defer { self.position = position }
    switch kind {
    case .attribute(let name): return try attribute(name, of: value)
    case .index(let index): return try item(try evaluate(index, activation), of: value)
    case .slice(let start, let stop, let step):
      return try slice(value, try bound(start, activation), try bound(stop, activation), try bound(step, activation))
    case .call(let arguments):
      var values = try self.values(of: arguments, activation)
      if let caller { values.keywords["caller"] = caller }
      return try call(value, values)
    case .filter(let filter, let name, let arguments):
      guard let filter else { throw TemplateError(.syntax, expected: "the name of a filter", found: "'\(name)'") }
      return try apply(filter, to: value, try values(of: arguments, activation))
    case .test(let test, let name, let arguments, let isNegated):
      guard let test else { throw TemplateError(.syntax, expected: "the name of a test", found: "'\(name)'") }
      return .bool(try self.test(test, value, try values(of: arguments, activation)) != isNegated)
    }
  }

  private func bound(_ expression: Expression?, _ activation: Activation) throws(TemplateError) -> TemplateValue {
    guard let expression else { return .none }
    return try evaluate(expression, activation)
  }

  func values(of arguments: CallArguments, _ activation: Activation) throws(TemplateError) -> CallValues {
    var values = CallValues(positional: try evaluate(arguments.positional, activation))
    for (name, value) in arguments.keywords { values.keywords[name] = try evaluate(value, activation) }
    if let spread = arguments.spread {
      values.positional += try items(of: try evaluate(spread, activation))
    }
    guard let spread = arguments.keywordSpread else { return values }
    guard case .dictionary(let more) = try evaluate(spread, activation) else {
      throw .wrongType(expected: "a dictionary after **", found: "another value")
    }
    for entry in more.entries {
      guard case .string(let name) = entry.key, values.keywords[name] == nil else {
        throw .wrongType(expected: "names, each once, as keys after **", found: "another key")
      }
      values.keywords[name] = entry.value
    }
    return values
  }
}

/// The values that a function, a filter or a test is called with.
struct CallValues {
  var positional: [TemplateValue] = []
  var keywords = TemplateDictionary()

  /// The values by the function's parameters; nil where one is not given.
  func bound(
    to parameters: [String], required: Int = 0, of function: String
  ) throws(TemplateError) -> [TemplateValue?] {
    guard positional.count <= parameters.count else {
      throw .wrongType(
        expected: "at most \(parameters.count) arguments for '\(function)'", found: "\(positional.count)")
    }
    var values: [TemplateValue?] = positional
    values += Array(repeating: nil, count: parameters.count - positional.count)
    for entry in keywords.entries {
      guard case .string(let name) = entry.key, let place = parameters.firstIndex(where: { sameScalars($0, name) }),
        place >= positional.count
      else {
        throw .wrongType(
          expected: "arguments for '\(function)' among \(parameters.joined(separator: ", "))",
          found: "'\(entry.key.stringValue ?? "")'")
      }
      values[place] = entry.value
    }
    for place in 0..<required where values[place] == nil {
      throw .wrongType(expected: "the argument '\(parameters[place])' for '\(function)'", found: "none")
    }
    return values
  }
}
