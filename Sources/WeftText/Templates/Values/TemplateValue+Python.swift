extension TemplateValue {
  /// The name that Python gives the type.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .none: "NoneType"
    case .bool: "bool"
    case .integer: "int"
    case .float: "float"
    case .string: "str"
    case .list: "list"
    case .tuple: "tuple"
    case .dictionary: "dict"
    case .function: "function"
    case .object(let object): object.typeName
    }
  }

  /// The value's description as jinja2 states it in messages about missing attributes.
  var ownerName: String {
    if case .none = self { return "None" }
    return "\(typeName) object"
  }

  /// Whether Python would take it for true.
  public var isTrue: Bool {
    switch self {
    case .undefined, .none: false
    case .bool(let value): value
    case .integer(let value): value != 0
    case .float(let value): value != 0
    case .string(let text): !text.isEmpty
    case .list(let items), .tuple(let items): !items.isEmpty
    case .dictionary(let items): !items.isEmpty
    case .function: true
    case .object(let object): object.isTrue
    }
  }

  /// Whether it is undefined.
  public var isUndefined: Bool {
    if case .undefined = self { return true }
    return false
  }

  /// The text, where it is one.
  public var stringValue: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The number for arithmetic, where it is a whole number or a truth value.
  var integerValue: Int? {
    switch self {
    case .integer(let value): value
    case .bool(let value): value ? 1 : 0
    default: nil
    }
  }

  /// The number for arithmetic, where it is any number.
  var numberValue: Double? {
    switch self {
    case .float(let value): value
    default: integerValue.map(Double.init)
    }
  }
}

extension TemplateValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral {
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A floating-point number.
  public init(floatLiteral value: Double) { self = .float(value) }
}

extension TemplateValue: ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// A list.
  public init(arrayLiteral elements: TemplateValue...) { self = .list(elements) }
  /// A dictionary with its keys in the order given.
  public init(dictionaryLiteral elements: (String, TemplateValue)...) {
    self = .dictionary(TemplateDictionary(elements))
  }
}

extension TemplateValue: Equatable {
  /// Equality as Python has it: `1 == 1.0 == True`, and lists never equal tuples.
  public static func == (left: TemplateValue, right: TemplateValue) -> Bool {
    switch (left, right) {
    case (.string(let a), .string(let b)): return sameScalars(a, b)
    case (.none, .none), (.undefined, .undefined): return true
    case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)): return a == b
    case (.dictionary(let a), .dictionary(let b)): return a == b
    case (.object(let a), .object(let b)): return a.isEqual(to: b)
    default: break
    }
    if let a = left.integerValue, let b = right.integerValue { return a == b }
    if let a = left.numberValue, let b = right.numberValue { return a == b }
    return false
  }
}

/// Whether two texts have the same scalars: `==` of `String` would also take canonically equivalent ones for equal.
func sameScalars(_ left: String, _ right: String) -> Bool {
  let (a, b) = (left.utf8, right.utf8)
  return a.count == b.count && a.elementsEqual(b)
}
