@_spi(Locks) import WeftTensor

/// What a node says beside its inputs.
struct Attributes: Sendable {
  enum Value: Sendable {
    case float(Double)
    case int(Int)
    case text(String)
    case tensor(Tensor)
    case textTensor(TextTensor)
    case floats([Double])
    case ints([Int])
    case texts([String])
    case tensors([Tensor])
    /// A graph, a type or something else that is asked for in another way, or not at all.
    case other(String)
  }

  let values: [String: Value]
  private let made = Made()

  init(_ values: [String: Value]) { self.values = values }

  func has(_ name: String) -> Bool { values[name] != nil }

  /// What an operator makes of them for all of its runs, made in the first.
  func prepared<Prepared: Sendable>(_ make: () throws -> Prepared) throws -> Prepared {
    if let known = made.value.withLock({ $0 }) as? Prepared { return known }
    let new = try make()
    made.value.withLock { $0 = new }
    return new
  }

  func int(_ name: String) throws -> Int? {
    switch values[name] {
    case nil: nil
    case .int(let value): value
    case let value?: throw Self.wrong(name, "an integer", value)
    }
  }

  func int(_ name: String, _ fallback: Int) throws -> Int { try int(name) ?? fallback }
  func flag(_ name: String, _ fallback: Bool = false) throws -> Bool { try int(name, fallback ? 1 : 0) != 0 }

  func float(_ name: String) throws -> Double? {
    switch values[name] {
    case nil: nil
    case .float(let value): value
    case let value?: throw Self.wrong(name, "a number", value)
    }
  }

  func float(_ name: String, _ fallback: Double) throws -> Double { try float(name) ?? fallback }

  func text(_ name: String) throws -> String? {
    switch values[name] {
    case nil: nil
    case .text(let value): value
    case let value?: throw Self.wrong(name, "a text", value)
    }
  }

  func text(_ name: String, _ fallback: String) throws -> String { try text(name) ?? fallback }

  func ints(_ name: String) throws -> [Int]? {
    switch values[name] {
    case nil: nil
    case .ints(let value): value
    case let value?: throw Self.wrong(name, "integers", value)
    }
  }

  func floats(_ name: String) throws -> [Double]? {
    switch values[name] {
    case nil: nil
    case .floats(let value): value
    case let value?: throw Self.wrong(name, "numbers", value)
    }
  }

  func texts(_ name: String) throws -> [String]? {
    switch values[name] {
    case nil: nil
    case .texts(let value): value
    case let value?: throw Self.wrong(name, "texts", value)
    }
  }

  func tensor(_ name: String) throws -> Tensor? {
    switch values[name] {
    case nil: nil
    case .tensor(let value): value
    case let value?: throw Self.wrong(name, "a tensor", value)
    }
  }

  /// A tensor of numbers or of texts.
  func value(_ name: String) throws -> ONNXValue? {
    if case .textTensor(let texts)? = values[name] { return .texts(texts) }
    return try tensor(name).map(ONNXValue.tensor)
  }

  private static func wrong(_ name: String, _ expected: String, _ got: Value) -> NodeFailure {
    let kind =
      switch got {
      case .float: "a number"
      case .int: "an integer"
      case .text: "a text"
      case .tensor: "a tensor"
      case .textTensor: "a tensor of texts"
      case .floats: "numbers"
      case .ints: "integers"
      case .texts: "texts"
      case .tensors: "tensors"
      case .other(let kind): kind
      }
    return NodeFailure(expected: "attribute \(name) to be \(expected)", got: kind)
  }
}

/// Holds what was made of a node's attributes.
private final class Made: Sendable {
  let value = Guarded<(any Sendable)?>(nil)
}
