/// A place for variables that outlive a loop's turn.
final class NamespaceObject: TemplateObject, @unchecked Sendable {
  var attributes: TemplateDictionary

  init(_ attributes: TemplateDictionary) { self.attributes = attributes }

  override var typeName: String { "Namespace" }
  override func represented(by writer: inout some ValueWriter) throws(TemplateError) {
    writer.append("<Namespace ")
    try writer.represent(.dictionary(attributes))
    writer.append(">")
  }
}

/// Python's `range`.
final class RangeObject: TemplateObject, @unchecked Sendable {
  let start: Int
  let stop: Int
  let step: Int
  let values: [Int]

  init(start: Int, stop: Int, step: Int, values: [Int]) {
    self.start = start
    self.stop = stop
    self.step = step
    self.values = values
  }

  override var typeName: String { "range" }
  override var isTrue: Bool { !values.isEmpty }
  override var count: Int? { values.count }
  override func iterator() -> TemplateIterator? { TemplateIterator(values.map { .integer($0) }) }
  override func isEqual(to other: TemplateObject) -> Bool {
    (other as? RangeObject).map { $0.values == values } ?? false
  }
  override func represented(by writer: inout some ValueWriter) {
    writer.append("range(\(start), \(stop)\(step == 1 ? "" : ", \(step)"))")
  }
}

/// What `keys()`, `values()` and `items()` of a dictionary give.
final class ViewObject: TemplateObject, @unchecked Sendable {
  enum Kind: String { case keys, values, items }
  let kind: Kind
  let items: [TemplateValue]

  init(_ kind: Kind, of dictionary: TemplateDictionary) {
    self.kind = kind
    switch kind {
    case .keys: items = dictionary.keys
    case .values: items = dictionary.values
    case .items: items = dictionary.entries.map { .tuple([$0.key, $0.value]) }
    }
  }

  override var typeName: String { "dict_\(kind.rawValue)" }
  override var isTrue: Bool { !items.isEmpty }
  override var count: Int? { items.count }
  override func iterator() -> TemplateIterator? { TemplateIterator(items) }
  override func isEqual(to other: TemplateObject) -> Bool {
    if self === other { return true }
    guard let other = other as? ViewObject, other.kind == kind, kind != .values else { return false }
    return other.items.count == items.count && items.allSatisfy { other.items.contains($0) }
  }
  override func represented(by writer: inout some ValueWriter) throws(TemplateError) {
    writer.append("\(typeName)(")
    try writer.represent(.list(items))
    writer.append(")")
  }
}

/// A group that the filter `groupby` made: a pair whose halves also have names.
final class GroupObject: TemplateObject, @unchecked Sendable {
  let items: [TemplateValue]

  init(key: TemplateValue, members: [TemplateValue]) { items = [key, .list(members)] }

  override var typeName: String { "_GroupTuple" }
  override var count: Int? { 2 }
  override func iterator() -> TemplateIterator? { TemplateIterator(items) }
  override func isEqual(to other: TemplateObject) -> Bool {
    self === other || (other as? GroupObject).map { $0.items == items } ?? false
  }
  override func represented(by writer: inout some ValueWriter) throws(TemplateError) {
    try writer.represent(.tuple(items))
  }
}

/// A method together with the value that it belongs to, or a function of the language.
final class MethodObject: TemplateObject, @unchecked Sendable {
  let receiver: TemplateValue
  let name: String

  init(_ receiver: TemplateValue, _ name: String) {
    self.receiver = receiver
    self.name = name
  }

  override var typeName: String { "builtin_function_or_method" }
  override func isEqual(to other: TemplateObject) -> Bool {
    guard self !== other else { return true }
    return (other as? MethodObject).map { $0.name == name && $0.receiver == receiver } ?? false
  }
  override func represented(by writer: inout some ValueWriter) {
    writer.append("<built-in method \(name) of \(receiver.typeName) object>")
  }
}

/// A function of the language, such as `range`.
final class BuiltinObject: TemplateObject, @unchecked Sendable {
  let name: String

  init(_ name: String) { self.name = name }

  override var typeName: String { "function" }
}

/// `cycler`: its values one after another, and again.
final class CyclerObject: TemplateObject, @unchecked Sendable {
  let items: [TemplateValue]
  var place = 0

  init(_ items: [TemplateValue]) { self.items = items }

  override var typeName: String { "Cycler" }
}

/// `joiner`: nothing at the first call, the separator from then on.
final class JoinerObject: TemplateObject, @unchecked Sendable {
  let separator: TemplateValue
  var isUsed = false

  init(_ separator: TemplateValue) { self.separator = separator }

  override var typeName: String { "Joiner" }
}

/// The variable `loop` of a loop.
final class LoopObject: TemplateObject, @unchecked Sendable {
  private let source: TemplateIterator
  private var ahead: TemplateValue?
  private var knownLength: Int?
  /// What is left, last first, once the length was asked for.
  private var pending: [TemplateValue]?
  private(set) var index0 = -1
  private(set) var current: TemplateValue?
  private(set) var previous: TemplateValue?
  var lastChanged: [TemplateValue]?
  let depth0: Int
  /// Renders the loop's body over other items, in a recursive loop.
  let recurse: ((TemplateValue, Int) throws(TemplateError) -> TemplateValue)?

  init(
    over source: TemplateIterator, length: Int?, depth0: Int = 0,
    recurse: ((TemplateValue, Int) throws(TemplateError) -> TemplateValue)? = nil
  ) {
    self.source = source
    knownLength = length
    self.depth0 = depth0
    self.recurse = recurse
  }

  override var typeName: String { "LoopContext" }
  override var count: Int? { knownLength }

  private func take() throws(TemplateError) -> TemplateValue? {
    pending == nil ? try source.next() : pending?.popLast()
  }

  func next() throws(TemplateError) -> TemplateValue? {
    let item: TemplateValue?
    if let ahead {
      item = ahead
      self.ahead = nil
    } else {
      item = try take()
    }
    guard let item else { return nil }
    index0 += 1
    previous = current
    current = item
    return item
  }

  func peek() throws(TemplateError) -> TemplateValue? {
    if ahead == nil { ahead = try take() }
    return ahead
  }

  func length(limits: TemplateLimits) throws(TemplateError) -> Int {
    if let knownLength { return knownLength }
    let rest = try source.rest(limits: limits)
    pending = rest.reversed()
    let length = rest.count + index0 + 1 + (ahead == nil ? 0 : 1)
    knownLength = length
    return length
  }
}
