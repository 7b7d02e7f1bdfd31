extension TemplateRenderer {
  func run(_ loop: LoopDefinition, _ activation: Activation) throws(TemplateError) {
    let items = try evaluate(loop.items, activation)
    if loop.isRecursive {
      try append(try printed(try recurse(loop, over: items, depth: 0, activation)))
    } else {
      try run(loop, over: items, activation)
    }
  }

  private func recurse(
    _ loop: LoopDefinition, over items: TemplateValue, depth: Int, _ outer: Activation
  ) throws(TemplateError) -> TemplateValue {
    let inner = Activation(slotCount: template.entries[loop.scope].slotCount, parent: outer)
    return try capturing { () throws(TemplateError) in try run(loop, over: items, inner, depth: depth) }
  }

  private func run(
    _ loop: LoopDefinition, over items: TemplateValue, _ activation: Activation, depth: Int = 0
  ) throws(TemplateError) {
    position = loop.position
    var source = try iterator(over: items)
    if let condition = loop.condition { source = filtered(source, loop, condition, activation) }
    var object: LoopObject?
    if loop.usesLoop {
      let length = loop.condition == nil ? try? self.length(of: items) : nil
      let outer = activation.parent ?? activation
      object = LoopObject(
        over: source, length: length, depth0: depth,
        recurse: !loop.isRecursive
          ? nil
          : { [unowned self] (items, depth) throws(TemplateError) in
            try recurse(loop, over: items, depth: depth, outer)
          })
    }
    let isFinished = try turn(loop, source, object, activation)
    if !isFinished, !loop.otherwise.isEmpty {
      enter(loop.otherwiseScope, activation)
      _ = try execute(loop.otherwise, activation)
    }
  }

  /// Runs the turns; whether one came to its end, without `break` or `continue`: if none did, jinja2 runs `else`.
  private func turn(
    _ loop: LoopDefinition, _ source: TemplateIterator, _ object: LoopObject?, _ activation: Activation
  ) throws(TemplateError) -> Bool {
    let loopSlot = template.entries[loop.scope].special["loop"]
    var isFinished = false
    while let item = object == nil ? try source.next() : try object?.next() {
      try count()
      try assign(item, to: loop.target, activation)
      if let object, let loopSlot { activation.slots[loopSlot] = .object(object) }
      enter(loop.scope, activation)
      switch try execute(loop.body, activation) {
      case .onward: isFinished = true
      case .nextTurn: break
      case .leaveLoop: return isFinished
      }
      // An inner loop has its own variables at the same places as ones that ran before; the outer `loop` is this one.
    }
    return isFinished
  }

  /// The items for which the loop's condition holds, each tried when it is wanted.
  private func filtered(
    _ source: TemplateIterator, _ loop: LoopDefinition, _ condition: Expression, _ activation: Activation
  ) -> TemplateIterator {
    let own = activation.copy()
    enter(loop.conditionScope, own)
    return TemplateIterator { [unowned self] () throws(TemplateError) in
      while let item = try source.next() {
        try count()
        try assign(item, to: loop.target, own)
        if try evaluate(condition, own).isTrue { return item }
      }
      return nil
    }
  }

  // MARK: Items of a value

  func iterator(over value: TemplateValue) throws(TemplateError) -> TemplateIterator {
    if case .object(let object) = value, let iterator = object.iterator() { return iterator }
    return TemplateIterator(try items(of: value))
  }

  /// The items of a value; an iterator has none left after that.
  func items(of value: TemplateValue) throws(TemplateError) -> [TemplateValue] {
    switch value {
    case .list(let items), .tuple(let items): return items
    case .string(let text):
      try count(text.utf8.count / 8)
      return text.unicodeScalars.map { .string(String($0)) }
    case .dictionary(let dictionary): return dictionary.keys
    case .undefined: return []
    case .object(let object):
      if let loop = object as? LoopObject {
        var turns: [TemplateValue] = []
        while let item = try loop.next() { turns.append(.tuple([item, value])) }
        return turns
      }
      guard let iterator = object.iterator() else { break }
      let rest = try iterator.rest(limits: limits)
      try count(rest.count)
      return rest
    default: break
    }
    throw .wrongType(expected: "something with items", found: "'\(value.typeName)' object is not iterable")
  }

  func length(of value: TemplateValue) throws(TemplateError) -> Int {
    switch value {
    case .list(let items), .tuple(let items): return items.count
    case .string(let text): return text.unicodeScalars.count
    case .dictionary(let items): return items.count
    case .undefined: return 0
    case .object(let object):
      if let loop = object as? LoopObject { return try loop.length(limits: limits) }
      if let count = object.count { return count }
    default: break
    }
    throw .wrongType(expected: "something with a length", found: "object of type '\(value.typeName)' has no len()")
  }
}
