/// A whole number of a program that moves with a size: slope·size + start.
package struct MovingNumber: Hashable, Sendable, Codable {
  package let slope: Int
  package let start: Int

  /// The line through the values at the first two sizes; nil where another value does not lie on it.
  package init?(_ values: [Int], at sizes: [Int]) {
    let run = sizes[1] - sizes[0]
    let (rise, isTooFar) = values[1].subtractingReportingOverflow(values[0])
    guard !isTooFar, rise.isMultiple(of: run) else { return nil }
    slope = rise / run
    start = values[0] &- slope &* sizes[0]
    guard zip(values, sizes).allSatisfy({ self($1) == $0 }) else { return nil }
  }

  /// The number at a size. Numbers from a file may be of any size: what is made of them is checked.
  package func callAsFunction(_ size: Int) -> Int { slope &* size &+ start }
}

/// A shape whose sizes move.
struct MovingShape: Hashable, Sendable, Codable {
  private let sizes: [MovingNumber]

  init?(_ shapes: [Shape], at batches: [Int]) {
    guard Set(shapes.map(\.rank)).count == 1 else { return nil }
    var sizes: [MovingNumber] = []
    for axis in 0..<shapes[0].rank {
      guard let size = MovingNumber(shapes.map { $0[axis] }, at: batches) else { return nil }
      sizes.append(size)
    }
    self.sizes = sizes
  }

  func callAsFunction(_ size: Int) -> Shape { Shape(sizes.map { $0(size) }) }
}

/// Attributes of which some whole numbers move with a size.
indirect enum MovingAttributes: Hashable, Sendable, Codable {
  case fixed(AttributeTree)
  case number(MovingNumber)
  case list([MovingAttributes])
  case members([String: MovingAttributes])

  /// What the trees at several sizes have in common; nil where they differ in anything but whole numbers on a line.
  init?(_ trees: [AttributeTree], at sizes: [Int]) {
    if Set(trees).count == 1 {
      self = .fixed(trees[0])
    } else if let number = MovingNumber(integersIn: trees, at: sizes) {
      self = .number(number)
    } else if let lists = Self.same(trees.map(\.list)), Set(lists.map(\.count)).count == 1 {
      let parts = lists[0].indices.map { place in MovingAttributes(lists.map { $0[place] }, at: sizes) }
      guard let found = Self.same(parts) else { return nil }
      self = .list(found)
    } else if let members = Self.same(trees.map(\.members)), Set(members.map { Set($0.keys) }).count == 1 {
      let parts = members[0].keys.map { key in (key, MovingAttributes(members.compactMap { $0[key] }, at: sizes)) }
      guard parts.allSatisfy({ $0.1 != nil }) else { return nil }
      self = .members(Dictionary(uniqueKeysWithValues: parts.compactMap { key, part in part.map { (key, $0) } }))
    } else {
      return nil
    }
  }

  /// The attributes at a size.
  func callAsFunction(_ size: Int) -> AttributeTree {
    switch self {
    case .fixed(let tree): tree
    case .number(let number): .integer(Int64(number(size)))
    case .list(let list): .list(list.map { $0(size) })
    case .members(let members): .members(members.mapValues { $0(size) })
    }
  }

  /// All of them, or nil where one is missing.
  private static func same<Value>(_ values: [Value?]) -> [Value]? {
    values.contains { $0 == nil } ? nil : values.compactMap { $0 }
  }
}

extension MovingNumber {
  fileprivate init?(integersIn trees: [AttributeTree], at sizes: [Int]) {
    let integers = trees.compactMap { tree in if case .integer(let value) = tree { Int(value) } else { nil } }
    guard integers.count == trees.count else { return nil }
    self.init(integers, at: sizes)
  }
}

extension AttributeTree {
  fileprivate var list: [AttributeTree]? { if case .list(let list) = self { list } else { nil } }
  fileprivate var members: [String: AttributeTree]? { if case .members(let members) = self { members } else { nil } }
}
