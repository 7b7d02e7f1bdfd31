/// A value as a template sees it, with the meaning that it has in Python.
///
/// Strings are sequences of Unicode scalars: two of them are equal where their scalars are, length and indexes count
/// scalars.
public enum TemplateValue: Sendable {
  /// What a name or an attribute that does not exist gives: it prints as nothing and is false; using it is an error.
  case undefined(TemplateUndefined)
  /// Python's `None`, JSON's `null`.
  case none
  /// A truth value.
  case bool(Bool)
  /// A whole number of 64 bits; where Python would go on with more, there is an error.
  case integer(Int)
  /// A floating-point number.
  case float(Double)
  /// A text.
  case string(String)
  /// A list.
  case list([TemplateValue])
  /// A tuple: a list that prints in parentheses and may be a key.
  case tuple([TemplateValue])
  /// A dictionary, which keeps the order of its keys.
  case dictionary(TemplateDictionary)
  /// A function of the caller's.
  case function(TemplateFunction)
  /// What lives in a rendering alone: a namespace, a macro, a loop, an iterator, a method.
  case object(TemplateObject)
}

/// What is known of a value that does not exist: what to say when it is used.
public final class TemplateUndefined: Sendable {
  enum Reason: Sendable {
    case name(String)
    case attribute(String, of: String)
    case element(String, of: String)
    case hint(String)
    case unsafe(String, of: String)
  }

  let reason: Reason

  init(_ reason: Reason) {
    self.reason = reason
  }

  /// What is missing, as jinja2 says it.
  public var message: String {
    switch reason {
    case .name(let name): "\(pythonRepresentation(of: name)) is undefined"
    case .attribute(let name, let owner):
      "\(pythonRepresentation(of: owner)) has no attribute \(pythonRepresentation(of: name))"
    case .element(let index, let owner): "\(owner) has no element \(index)"
    case .hint(let text): text
    case .unsafe(let name, let owner):
      "access to attribute \(pythonRepresentation(of: name)) of '\(owner)' object is unsafe."
    }
  }

  var error: TemplateError {
    if case .unsafe = reason {
      return TemplateError(.unsafe, expected: "an attribute that templates may use", found: message)
    }
    return TemplateError(.undefined, expected: "a value that exists", found: message)
  }
}

/// A function that a template may call.
public struct TemplateFunction: Sendable {
  /// The name that errors state.
  public let name: String
  /// What the function does.
  public let body: @Sendable (_ arguments: [TemplateValue], _ keywords: TemplateDictionary) throws -> TemplateValue

  /// A function under the name that errors state.
  public init(
    name: String,
    body: @escaping @Sendable (_ arguments: [TemplateValue], _ keywords: TemplateDictionary) throws -> TemplateValue
  ) {
    self.name = name
    self.body = body
  }
}

/// What lives in a rendering alone.
///
/// Note: Objects. An object may change (a namespace, an iterator). It is made by a rendering and reachable from this one
/// alone: functions of the caller are not given any. So no two threads ever meet in one, though values are `Sendable`.
public class TemplateObject: @unchecked Sendable {
  /// The name that Python gives the type.
  var typeName: String { "object" }
  /// Whether Python would take it for true.
  var isTrue: Bool { true }
  /// How many items it has, where it can tell without consuming them.
  var count: Int? { nil }
  /// What Python's `repr` would say.
  func represented(by writer: inout some ValueWriter) throws(TemplateError) {
    writer.append("<\(typeName) object>")
  }
  /// Whether Python would take both for equal.
  func isEqual(to other: TemplateObject) -> Bool { self === other }
  /// An iterator over its items, where it has any.
  func iterator() -> TemplateIterator? { nil }
}

/// Writes values as Python's `repr` does: an object says through it what it looks like.
protocol ValueWriter {
  mutating func append(_ more: String)
  mutating func represent(_ value: TemplateValue) throws(TemplateError)
}

/// Items that come one after another and once, as Python's generators do.
final class TemplateIterator: TemplateObject, @unchecked Sendable {
  private let name: String
  private var items: [TemplateValue]
  private var place = 0
  private let produce: (() throws(TemplateError) -> TemplateValue?)?

  init(_ items: [TemplateValue], name: String = "list_iterator") {
    self.name = name
    self.items = items
    produce = nil
  }

  init(name: String = "generator", _ produce: @escaping () throws(TemplateError) -> TemplateValue?) {
    self.name = name
    items = []
    self.produce = produce
  }

  override var typeName: String { name }
  override func iterator() -> TemplateIterator? { self }

  func next() throws(TemplateError) -> TemplateValue? {
    if let produce { return try produce() }
    guard place < items.count else { return nil }
    place += 1
    return items[place - 1]
  }

  /// What is left, taken at once.
  func rest(limits: TemplateLimits) throws(TemplateError) -> [TemplateValue] {
    if produce == nil {
      defer { place = items.count }
      return place == 0 ? items : Array(items[place...])
    }
    var all: [TemplateValue] = []
    while let item = try next() {
      all.append(item)
      guard all.count <= limits.items else { throw .limit("items", limits.items, found: "a longer list") }
    }
    return all
  }
}

/// A dictionary that keeps the order in which its keys came, with keys as Python has them.
public struct TemplateDictionary: Sendable {
  /// A key with its value.
  public struct Entry: Sendable {
    /// The key.
    public let key: TemplateValue
    /// The value.
    public var value: TemplateValue
  }

  /// The entries in their order.
  public private(set) var entries: [Entry] = []
  /// Where each key is; few keys are found faster by looking at them all.
  private var places: [TemplateKey: Int]?
  private static let fewKeys = 10

  /// An empty dictionary.
  public init() {}

  /// A dictionary with texts as keys; of equal keys the last one's value stays.
  public init(_ elements: [(String, TemplateValue)]) {
    entries.reserveCapacity(elements.count)
    for (key, value) in elements { self[key] = value }
  }

  /// How many keys there are.
  public var count: Int { entries.count }
  /// Whether there are none.
  public var isEmpty: Bool { entries.isEmpty }
  /// The keys in their order.
  public var keys: [TemplateValue] { entries.map(\.key) }
  /// The values in their order.
  public var values: [TemplateValue] { entries.map(\.value) }

  /// The value of a text as key; nil where there is none, and removed when nil is written.
  public subscript(_ key: String) -> TemplateValue? {
    get { place(of: key).map { entries[$0].value } }
    set {
      guard let newValue else { return remove(.string(key)) }
      set(.string(key), to: newValue, at: place(of: key))
    }
  }

  /// The value of a key. Keys that are equal in Python are one: 1, 1.0 and True.
  public subscript(_ key: TemplateValue) -> TemplateValue? {
    get {
      if case .string(let text) = key { return self[text] }
      return place(of: key).map { entries[$0].value }
    }
    set {
      guard let newValue else { return remove(key) }
      set(key, to: newValue, at: place(of: key))
    }
  }

  private mutating func set(_ key: TemplateValue, to value: TemplateValue, at place: Int?) {
    if let place {
      entries[place].value = value
      return
    }
    entries.append(Entry(key: key, value: value))
    if places != nil {
      places?[TemplateKey(value: key)] = entries.count - 1
    } else if entries.count > Self.fewKeys {
      indexAll()
    }
  }

  private mutating func indexAll() {
    places = Dictionary(
      entries.enumerated().map { (TemplateKey(value: $0.element.key), $0.offset) }, uniquingKeysWith: { $1 })
  }

  private mutating func remove(_ key: TemplateValue) {
    guard let place = place(of: key) else { return }
    entries.remove(at: place)
    places = nil
    if entries.count > Self.fewKeys { indexAll() }
  }

  private func place(of key: String) -> Int? {
    if let places { return places[TemplateKey(value: .string(key))] }
    for (place, entry) in entries.enumerated() {
      if case .string(let text) = entry.key, sameScalars(text, key) { return place }
    }
    return nil
  }

  private func place(of key: TemplateValue) -> Int? {
    if let places { return places[TemplateKey(value: key)] }
    return entries.firstIndex { $0.key == key }
  }
}

extension TemplateDictionary: Equatable {
  /// Whether both have the same keys with the same values, in whatever order.
  public static func == (left: TemplateDictionary, right: TemplateDictionary) -> Bool {
    left.count == right.count && left.entries.allSatisfy { right[$0.key] == $0.value }
  }
}

extension TemplateDictionary: ExpressibleByDictionaryLiteral {
  /// A dictionary with its keys in the order given.
  public init(dictionaryLiteral elements: (String, TemplateValue)...) { self.init(elements) }
}

/// A value as a key: equal and hashed as Python does.
struct TemplateKey: Hashable {
  let value: TemplateValue

  static func == (left: TemplateKey, right: TemplateKey) -> Bool { left.value == right.value }

  func hash(into hasher: inout Hasher) {
    switch value {
    case .string(let text):
      hasher.combine(0)
      for byte in text.utf8 { hasher.combine(byte) }
    case .tuple(let items):
      hasher.combine(1)
      for item in items { TemplateKey(value: item).hash(into: &hasher) }
    case .none, .undefined: hasher.combine(2)
    case .object: hasher.combine(3)
    default: hasher.combine(value.numberValue ?? 0)
    }
  }

  /// The value, where Python would take it as a key.
  static func checked(_ value: TemplateValue) throws(TemplateError) -> TemplateValue {
    switch value {
    case .list, .dictionary:
      throw .wrongType(expected: "a key that can be hashed", found: "unhashable type: '\(value.typeName)'")
    case .tuple(let items):
      for item in items { _ = try checked(item) }
      return value
    default: return value
    }
  }
}
