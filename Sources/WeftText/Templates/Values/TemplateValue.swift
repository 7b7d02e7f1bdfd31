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
  func represented(by writer: inout PythonWriter) throws(TemplateError) { writer.append("<\(typeName) object>") }
  /// An iterator over its items, where it has any.
  func iterator() -> TemplateIterator? { nil }
}

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
    case (.object(let a), .object(let b)): return a === b || equalObjects(a, b)
    default: break
    }
    if let a = left.integerValue, let b = right.integerValue { return a == b }
    if let a = left.numberValue, let b = right.numberValue { return a == b }
    return false
  }

  private static func equalObjects(_ left: TemplateObject, _ right: TemplateObject) -> Bool {
    if let a = left as? RangeObject, let b = right as? RangeObject { return a.values == b.values }
    if let a = left as? MethodObject, let b = right as? MethodObject {
      return a.name == b.name && a.receiver == b.receiver
    }
    if let a = left as? GroupObject, let b = right as? GroupObject { return a.items == b.items }
    if let a = left as? ViewObject, let b = right as? ViewObject, a.kind == b.kind, a.kind != .values {
      return a.items == b.items
    }
    return false
  }
}

/// Whether two texts have the same scalars: `==` of `String` would also take canonically equivalent ones for equal.
func sameScalars(_ left: String, _ right: String) -> Bool {
  let (a, b) = (left.utf8, right.utf8)
  return a.count == b.count && a.elementsEqual(b)
}
