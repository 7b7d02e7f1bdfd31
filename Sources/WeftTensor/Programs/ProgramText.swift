// A program as text, one operation a line.

extension Program: CustomStringConvertible {
  /// One line for each input, operation and result:
  /// ```
  /// input  %0: float32 [8, 784]
  /// %3 = linear(%0, %1 hidden.weight, %2 hidden.bias): float32 [8, 128]  in hidden
  /// result %4
  /// ```
  public var description: String {
    let taken = inputs.map { "input  %\($0): \(slots[$0])" }
    let given = results.map { "result \(text(ofSlot: $0.slot))" }
    return (taken + body + given).joined(separator: "\n")
  }

  /// The operations, with the effects where they come.
  private var body: [String] {
    var lines: [String] = []
    var next = effects.startIndex
    for place in 0...steps.count {
      while next < effects.endIndex, effects[next].place <= place {
        lines.append(text(of: effects[next]))
        next += 1
      }
      if place < steps.count { lines.append(line(of: steps[place])) }
    }
    return lines
  }

  /// `read   %7 hidden.weight`, `write  hidden.weight.grad = %12`, `do     a step of AdamW`.
  func text(of effect: Effect) -> String {
    switch effect.kind {
    case .fill(let slot, let distribution, let draw):
      return "draw   %\(slot) = \(distribution) from stream \(draw): \(slots[slot])"
    case .read(let slot, let cell): return "read   %\(slot) \(cells[cell]): \(slots[slot])"
    case .write(let cell, let reading):
      return "write  \(cells[cell]) = \(reading.map { text(ofSlot: $0.slot) } ?? "nil")"
    case .update(let update):
      let operands = update.operands.map { operand in
        switch operand {
        case .slot(let reading): text(ofSlot: reading.slot)
        case .cell(let cell): cells[cell]
        }
      }
      let numbers = update.parameters.isEmpty ? "" : "; \(update.parameters.map { "\($0)" }.joined(separator: ", "))"
      let targets = update.cells.map { cells[$0] }.joined(separator: ", ")
      return "update \(targets) = map(\(operands.joined(separator: ", "))\(numbers))"
    case .perform(let act): return "do     \(acts[act])"
    }
  }

  private func line(of step: Step) -> String {
    let specs = Set(step.outputs.map { slots[$0] }).count == 1 ? step.outputs.prefix(1) : step.outputs[...]
    let place = step.modulePath.isEmpty ? "" : "  in \(step.modulePath)"
    return "\(text(of: step)): \(specs.map { "\(slots[$0])" }.joined(separator: ", "))\(place)"
  }

  /// `%3 = softmax(%2; axis: 1)`.
  func text(of step: Step) -> String {
    let results = step.outputs.map { "%\($0)" }.joined(separator: ", ")
    let operands = step.inputs.map { text(ofSlot: $0.slot) }.joined(separator: ", ")
    let attributes = Self.attributes(of: step.operation)
    let drawn = step.draw.map { ["stream \($0)"] } ?? []
    let all = attributes.filter { step.draw == nil || !$0.hasPrefix("stream:") } + drawn
    let rest = all.isEmpty ? "" : "; " + all.joined(separator: ", ")
    return "\(results) = \(type(of: step.operation).name)(\(operands)\(rest))"
  }

  /// The attributes that are not what they are where a call leaves them out, the members of groups beside the others.
  static func attributes(of operation: any TensorOperation) -> [String] {
    let defaults = type(of: operation).defaults.mapValues { "\($0)" }
    return Mirror(reflecting: operation).children.flatMap { label, value in
      guard let group = value as? any AttributeGroup else { return attribute(label ?? "", value, defaults) }
      let usual = type(of: group).members.map { ($0.name, $0.default.map { "\($0)" } ?? "") }
      return Mirror(reflecting: group).children.flatMap {
        attribute($0.label ?? "", $0.value, Dictionary(uniqueKeysWithValues: usual))
      }
    }
  }

  /// One attribute; none where it is nil or its default.
  private static func attribute(_ name: String, _ value: Any, _ defaults: [String: String]) -> [String] {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      return mirror.children.first.map { attribute(name, $0.value, defaults) } ?? []
    }
    return defaults[name] == "\(value)" ? [] : ["\(name): \(value)"]
  }

  /// `%1 hidden.weight`, `%2 2.0`.
  func text(of constant: Constant) -> String {
    let value = constant.value
    let isNumber = value.elementCount == 1 && constant.name.isEmpty
    let name = isNumber ? "\(value.item())" : constant.name
    return "%\(constant.slot)" + (name.isEmpty ? "" : " \(name)")
  }

  private func text(ofSlot slot: Int) -> String {
    constants.first { $0.slot == slot }.map(text) ?? "%\(slot)"
  }
}
