/// One integer for each axis, a size or a stride, kept in place: copying it asks for no memory and counts no references.
///
/// Holds at most `Tensor.maximumRank` integers; what would be added beyond is dropped (a `Shape` notes it, and is refused
/// as a tensor's shape).
public struct AxisValues: Hashable, Sendable {
  static let capacity = 16
  private var values: InlineArray<16, Int>
  private(set) public var count: Int

  public init() {
    values = InlineArray(repeating: 0)
    count = 0
  }

  public init(repeating value: Int, count: Int) {
    values = InlineArray(repeating: value)
    self.count = Swift.min(count, Self.capacity)
  }

  public init(_ values: some Sequence<Int>) {
    self.init()
    for value in values { append(value) }
  }

  public static func == (a: AxisValues, b: AxisValues) -> Bool {
    guard a.count == b.count else { return false }
    for index in 0..<a.count where a.values[index] != b.values[index] { return false }
    return true
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(count)
    for index in 0..<count { hasher.combine(values[index]) }
  }
}

extension AxisValues: RandomAccessCollection, MutableCollection, RangeReplaceableCollection {
  public var startIndex: Int { 0 }
  public var endIndex: Int { count }

  public subscript(index: Int) -> Int {
    get {
      precondition(index < count, "an axis beyond the last")
      return values[index]
    }
    set {
      precondition(index < count, "an axis beyond the last")
      values[index] = newValue
    }
  }

  public mutating func append(_ value: Int) {
    guard count < Self.capacity else { return }
    values[count] = value
    count += 1
  }

  public mutating func replaceSubrange(_ range: Range<Int>, with new: some Collection<Int>) {
    let rest = AxisValues(self[range.upperBound...])
    count = range.lowerBound
    for value in new { append(value) }
    for value in rest { append(value) }
  }
}

extension AxisValues: ExpressibleByArrayLiteral, CustomStringConvertible {
  public init(arrayLiteral values: Int...) { self.init(values) }
  public var description: String { "\(Array(self))" }
}
