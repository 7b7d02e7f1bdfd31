/// A value of a pickle. Containers and objects are numbers of parts, so that no nesting, however deep, is walked when
/// they are freed, and a container that holds itself harms nobody.
enum PickleValue: Sendable {
  case none
  case truth(Bool)
  case integer(Int)
  /// A whole number of more than 64 bits, in hexadecimal, the least significant byte first.
  case large(String)
  case number(Double)
  case text(String)
  /// Where in the pickle's memory the bytes are.
  case bytes(Range<Int>)
  /// A class or function by its name: it is never looked up, let alone called.
  case global(String)
  case part(Int)
}

/// A container or an object of a pickle.
struct PicklePart: Sendable {
  enum Kind: Sendable {
    case tuple
    case list
    /// Its items are keys and values in turn.
    case dictionary
    case set
    /// What a call, or a class, would have made: it is described, and nothing is called.
    case object
    /// Something that lies outside the pickle, by its description.
    case persistent
  }
  let kind: Kind
  /// What a container holds; of an object what was appended to it.
  var items: [PickleValue] = []
  /// What would be called.
  var callee: PickleValue = .none
  /// With what: a tuple.
  var arguments: PickleValue = .none
  /// What the object's state would be set to.
  var state: PickleValue = .none
}

/// A pickle that was read: values that describe what Python would have made.
struct Pickle: Sendable {
  let memory: FileMemory
  let parts: [PicklePart]
  let root: PickleValue
  /// The position behind its last byte.
  let end: Int
  /// How many steps it took.
  let steps: Int
  /// The names that are on no list of harmless ones; none, unless they were to be passed over.
  let refused: [String]

  func part(_ value: PickleValue) -> PicklePart? {
    if case .part(let index) = value { parts[index] } else { nil }
  }

  /// The items of a tuple or list.
  func sequence(_ value: PickleValue) -> [PickleValue]? {
    guard let part = part(value), part.kind == .tuple || part.kind == .list else { return nil }
    return part.items
  }

  /// A tuple or list of integers; `torch.Size` too.
  func integers(_ value: PickleValue) -> [Int]? {
    if let part = part(value), part.kind == .object, case .global("torch.Size") = part.callee,
      let arguments = sequence(part.arguments), arguments.count == 1
    {
      return sequence(arguments[0]).flatMap(integers)
    }
    return sequence(value).flatMap(integers)
  }

  private func integers(_ values: [PickleValue]) -> [Int]? {
    let numbers = values.compactMap { value -> Int? in if case .integer(let number) = value { number } else { nil } }
    return numbers.count == values.count ? numbers : nil
  }

  /// A text; the bytes that Python 2 called one too.
  func text(_ value: PickleValue) -> String? {
    switch value {
    case .text(let text): text
    case .bytes(let range): String(validating: memory.bytes[range], as: UTF8.self)
    default: nil
    }
  }
}
