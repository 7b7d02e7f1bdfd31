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
