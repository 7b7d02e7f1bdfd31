/// One operand of an operation: its name, what it holds, and whether a call may leave it out.
public struct Operand: Hashable, Sendable, ExpressibleByStringLiteral {
  /// What an operand holds.
  public enum Kind: String, Sendable {
    /// Numbers of any type: the data.
    case numbers
    /// Integers that name places, classes, lengths or counts.
    case indices
    /// True or false for each element.
    case mask
  }

  /// How often an operand stands in a call.
  public enum Presence: String, Sendable {
    /// It stands in every call, once.
    case required
    /// It may be left out, and those behind it with it.
    case optional
    /// The last one, which stands as often as the caller wants, at least once.
    case repeated
  }

  /// The name in messages and tables, as the label of the tensor method is.
  public let name: String
  /// What it holds.
  public let kind: Kind
  /// How often it stands in a call.
  public let presence: Presence

  /// A required operand of numbers, unless told otherwise.
  public init(_ name: String, _ kind: Kind = .numbers, _ presence: Presence = .required) {
    (self.name, self.kind, self.presence) = (name, kind, presence)
  }

  /// A required operand of numbers.
  public init(stringLiteral name: String) { self.init(name) }

  /// An operand that a call may leave out.
  public static func optional(_ name: String, _ kind: Kind = .numbers) -> Operand { Operand(name, kind, .optional) }
  /// An operand that stands as often as the caller wants, at least once.
  public static func repeated(_ name: String) -> Operand { Operand(name, .numbers, .repeated) }
  /// A required operand of integers.
  public static func indices(_ name: String) -> Operand { Operand(name, .indices) }
  /// A required operand of bools.
  public static func mask(_ name: String) -> Operand { Operand(name, .mask) }
}

/// What an operation takes, in order: the operands that every call has, then those that a call may leave out, or one
/// that repeats.
///
/// ```swift
/// static let operands: Operands = ["x", .indices("index"), .optional("weight")]
/// ```
public struct Operands: Sendable, ExpressibleByArrayLiteral {
  /// The operands in the order of the inputs.
  public let list: [Operand]
  /// The numbers of inputs that a call may have.
  public let counts: ClosedRange<Int>

  /// The operands in the order of the inputs: the required ones first.
  public init(_ list: [Operand]) {
    self.list = list
    let least = list.count { $0.presence != .optional }
    counts = least...(list.contains { $0.presence == .repeated } ? Int.max : list.count)
  }

  /// With numbers of inputs that do not follow from the list.
  init(_ list: [Operand], counts: ClosedRange<Int>) { (self.list, self.counts) = (list, counts) }

  public init(arrayLiteral list: Operand...) { self.init(list) }

  /// The name of the input at `place`.
  public func name(at place: Int) -> String {
    if list.indices.contains(place) { return list[place].name }
    guard let last = list.last, last.presence == .repeated else { return "operand \(place)" }
    return "\(last.name) \(place)"
  }

  /// One operand, x.
  static let single: Operands = ["x"]

  /// The usual names of a formula's operands: x for one; a, b, c for several.
  static func ofFormula(inputCount count: Int) -> Operands {
    usual.indices.contains(count) ? usual[count] : Operands((0..<count).map { Operand("x\($0)") })
  }

  private static let usual: [Operands] = [[], single, ["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]
}

extension Operands: CustomStringConvertible {
  /// `2 or 3 operands (x, weight, bias)`.
  public var description: String {
    let names = list.map { $0.presence == .repeated ? "\($0.name), ..." : $0.name }.joined(separator: ", ")
    let (least, most) = (counts.lowerBound, counts.upperBound)
    if list.isEmpty { return "no operand" }
    if least == 0, most == Int.max { return "any number of operands" }
    if most == Int.max { return "at least \(least) \(least == 1 ? "operand" : "operands") (\(names))" }
    let alternatives = counts.map { "\($0)" }.joined(separator: " or ")
    return "\(alternatives) \(most == 1 ? "operand" : "operands") (\(names))"
  }
}
