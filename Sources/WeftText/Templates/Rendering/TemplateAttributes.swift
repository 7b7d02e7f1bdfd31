extension TemplateRenderer {
  /// `value.name`: an attribute, or else the item under the name.
  func attribute(_ name: String, of value: TemplateValue) throws(TemplateError) -> TemplateValue {
    if let found = try ownAttribute(name, of: value) { return found }
    if case .dictionary(let items) = value, let item = items[name] { return item }
    if name.hasPrefix("__"), Self.isInternal(name) {
      return .undefined(TemplateUndefined(.unsafe(name, of: value.typeName)))
    }
    return .undefined(TemplateUndefined(.attribute(name, of: value.ownerName)))
  }

  /// `value[index]`: an item, or else the attribute of the name.
  func item(_ index: TemplateValue, of value: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch value {
    case .undefined(let missing): throw missing.error
    case .dictionary(let items):
      if case .string(let name) = index {
        if let item = items[name] { return item }
      } else if let key = try? TemplateKey.checked(index), let item = items[key] {
        return item
      }
    case .list(let items), .tuple(let items):
      if let place = index.integerValue, let place = Self.place(place, in: items.count) { return items[place] }
    case .string(let text):
      if let place = index.integerValue {
        if let scalar = Self.scalar(place, of: text) { return .string(String(scalar)) }
      }
    case .object(let object):
      let items = (object as? RangeObject)?.values.map { TemplateValue.integer($0) } ?? (object as? GroupObject)?.items
      if let items, let place = index.integerValue, let place = Self.place(place, in: items.count) {
        return items[place]
      }
    default: break
    }
    if case .string(let name) = index {
      if let found = try ownAttribute(name, of: value) { return found }
      return .undefined(TemplateUndefined(.attribute(name, of: value.ownerName)))
    }
    return .undefined(TemplateUndefined(.element(try represented(index), of: value.ownerName)))
  }

  private static func place(_ index: Int, in count: Int) -> Int? {
    guard index >= -count, index < count else { return nil }
    return index < 0 ? index + count : index
  }

  private static func scalar(_ index: Int, of text: String) -> Unicode.Scalar? {
    let scalars = text.unicodeScalars
    if index >= 0 { return scalars.dropFirst(index).first }
    guard index > -(1 << 40) else { return nil }
    return scalars.dropLast(-index - 1).last
  }

  /// Names that every Python object has, which the sandbox keeps from templates.
  private static func isInternal(_ name: String) -> Bool {
    ["__class__", "__init__", "__doc__", "__dir__", "__eq__", "__hash__", "__repr__", "__str__", "__len__"].contains(
      name)
      || ["__getattribute__", "__reduce__", "__subclasshook__", "__new__", "__setattr__", "__sizeof__"].contains(name)
  }

  /// The attributes that Python's types have.
  private func ownAttribute(_ name: String, of value: TemplateValue) throws(TemplateError) -> TemplateValue? {
    switch value {
    case .undefined(let missing):
      throw missing.error
    case .string, .list, .tuple, .dictionary:
      if hasMethod(value, name) { return .object(MethodObject(value, name)) }
      return isMutation(name, of: value) ? .undefined(TemplateUndefined(.unsafe(name, of: value.typeName))) : nil
    case .integer, .bool, .float:
      let isWhole = value.integerValue != nil
      switch name {
      case "real": return value.integerValue.map { .integer($0) } ?? value
      case "imag": return isWhole ? .integer(0) : .float(0)
      case "numerator" where isWhole: return value.integerValue.map { .integer($0) }
      case "denominator" where isWhole: return .integer(1)
      case "is_integer" where !isWhole, "bit_length" where isWhole: return .object(MethodObject(value, name))
      default: return nil
      }
    case .object(let object): return try attribute(name, of: object)
    default: return nil
    }
  }

  private func attribute(_ name: String, of object: TemplateObject) throws(TemplateError) -> TemplateValue? {
    switch object {
    case let space as NamespaceObject: return space.attributes[name]
    case let loop as LoopObject: return try attribute(name, of: loop)
    case let group as GroupObject:
      if name == "grouper" { return group.items[0] }
      return name == "list" ? group.items[1] : nil
    case let cycler as CyclerObject:
      if name == "current" { return cycler.items[cycler.place] }
      return name == "next" || name == "reset" ? .object(MethodObject(.object(object), name)) : nil
    case let range as RangeObject:
      switch name {
      case "start": return .integer(range.start)
      case "stop": return .integer(range.stop)
      case "step": return .integer(range.step)
      default: return nil
      }
    case let macro as MacroObject: return try attribute(name, of: macro)
    default: return nil
    }
  }

  private func attribute(_ name: String, of macro: MacroObject) throws(TemplateError) -> TemplateValue? {
    switch name {
    case "name": macro.definition.name.map { .string($0) } ?? TemplateValue.none
    case "arguments": .tuple(macro.definition.parameters.map { .string($0.text) })
    case "catch_kwargs": .bool(macro.definition.implicit.contains("kwargs"))
    case "catch_varargs": .bool(macro.definition.implicit.contains("varargs"))
    case "caller": .bool(macro.definition.implicit.contains("caller"))
    default: nil
    }
  }

  private func attribute(_ name: String, of loop: LoopObject) throws(TemplateError) -> TemplateValue? {
    switch name {
    case "index": return .integer(loop.index0 + 1)
    case "index0": return .integer(loop.index0)
    case "first": return .bool(loop.index0 == 0)
    case "last": return .bool(try loop.peek() == nil)
    case "length": return .integer(try loop.length(limits: limits))
    case "revindex": return .integer(try loop.length(limits: limits) - loop.index0)
    case "revindex0": return .integer(try loop.length(limits: limits) - loop.index0 - 1)
    case "depth": return .integer(loop.depth0 + 1)
    case "depth0": return .integer(loop.depth0)
    case "previtem":
      let missing = TemplateUndefined(.hint("there is no previous item"))
      return loop.index0 == 0 ? .undefined(missing) : loop.previous
    case "nextitem":
      return try loop.peek() ?? .undefined(TemplateUndefined(.hint("there is no next item")))
    case "cycle", "changed": return .object(MethodObject(.object(loop), name))
    default: return nil
    }
  }

  // MARK: Slices

  func slice(
    _ value: TemplateValue, _ start: TemplateValue, _ stop: TemplateValue, _ step: TemplateValue
  ) throws(TemplateError) -> TemplateValue {
    func chosen<Items: RandomAccessCollection>(_ items: Items) throws(TemplateError) -> [Items.Element] {
      let indexes = try Self.indexes(count: items.count, start, stop, step)
      return indexes.map { items[items.index(items.startIndex, offsetBy: $0)] }
    }
    switch value {
    case .undefined(let missing): throw missing.error
    case .list(let items): return .list(try checked(try chosen(items)))
    case .tuple(let items): return .tuple(try checked(try chosen(items)))
    case .string(let text):
      var result = String.UnicodeScalarView()
      result.append(contentsOf: try chosen(Array(text.unicodeScalars)))
      return try checked(String(result))
    case .object(let object):
      if let range = object as? RangeObject {
        let values = try chosen(range.values)
        return .object(try range.sliced(values, start, stop, step))
      }
    default: break
    }
    throw .wrongType(
      expected: "a list, a tuple or a text to cut", found: "'\(value.typeName)' object is not subscriptable")
  }

  private static func indexes(
    count: Int, _ start: TemplateValue, _ stop: TemplateValue, _ step: TemplateValue
  ) throws(TemplateError) -> StrideTo<Int> {
    func number(_ value: TemplateValue) throws(TemplateError) -> Int? {
      if case .none = value { return nil }
      if let number = value.integerValue { return number }
      throw .wrongType(expected: "whole numbers or none in a slice", found: "a \(value.typeName)")
    }
    let step = try number(step) ?? 1
    guard step != 0 else { throw .badValue(expected: "a step other than zero", found: "slice step cannot be zero") }
    let (low, high) = step > 0 ? (0, count) : (-1, count - 1)
    func clamped(_ value: Int?, _ usual: Int) -> Int {
      guard let value else { return usual }
      return min(max(value < 0 ? max(value, -count - 1) + count : value, low), high)
    }
    let first = clamped(try number(start), step > 0 ? low : high)
    let last = clamped(try number(stop), step > 0 ? high : low)
    let size = max(-count - 1, min(count + 1, step))
    return stride(from: first, to: last, by: size)
  }
}

extension RangeObject {
  /// The range that Python makes of a slice.
  func sliced(
    _ values: [Int], _ start: TemplateValue, _ stop: TemplateValue, _ step: TemplateValue
  ) throws(TemplateError) -> RangeObject {
    let (product, overflow) = self.step.multipliedReportingOverflow(by: step.integerValue ?? 1)
    // A step that no integer holds leads past the end at once.
    let stride = overflow ? ((self.step < 0) == ((step.integerValue ?? 1) < 0) ? Int.max : -Int.max) : product
    let first = values.first ?? self.start
    let (stop, isBeyond) = (values.last ?? first).addingReportingOverflow(values.isEmpty ? 0 : stride)
    let end = isBeyond ? (stride < 0 ? Int.min : Int.max) : stop
    return RangeObject(start: first, stop: end, step: stride, values: values)
  }
}
