/// The variables of one call of the template, of a macro or of a recursive loop.
final class Activation {
  /// Whether a macro keeps it, so that both must be let go at the end.
  var isKept = false
  var slots: [TemplateValue?]
  let parent: Activation?

  init(slotCount: Int, parent: Activation?) {
    slots = Array(repeating: nil, count: slotCount)
    self.parent = parent
  }

  private init(copying other: Activation) {
    slots = other.slots
    parent = other.parent
  }

  func copy() -> Activation { Activation(copying: self) }

  subscript(_ place: NamePlace) -> TemplateValue? {
    get {
      var activation = self
      for _ in 0..<place.hops { activation = activation.parent ?? activation }
      return activation.slots[place.slot]
    }
    set {
      var activation = self
      for _ in 0..<place.hops { activation = activation.parent ?? activation }
      activation.slots[place.slot] = newValue
    }
  }
}

/// A macro, or the body of a call block, with the variables around it.
final class MacroObject: TemplateObject, @unchecked Sendable {
  let definition: MacroDefinition
  let surroundings: Activation

  init(_ definition: MacroDefinition, in surroundings: Activation) {
    self.definition = definition
    self.surroundings = surroundings
  }

  override var typeName: String { "Macro" }
  override func represented(by writer: inout some ValueWriter) {
    writer.append("<Macro \(definition.name.map { pythonRepresentation(of: $0) } ?? "anonymous")>")
  }
}
