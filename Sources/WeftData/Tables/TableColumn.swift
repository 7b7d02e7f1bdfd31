/// A column of a table: numbers or texts, any of which may be missing.
public struct TableColumn: Hashable, Sendable {
  /// What a column holds.
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// Whole numbers.
    case integer
    /// Numbers.
    case number
    /// "true" and "false", in any letters; as numbers 1 and 0.
    case boolean
    /// Anything else: names of categories, dates, remarks.
    case text

    /// Whether the column is read as numbers.
    public var isNumeric: Bool { self != .text }
  }

  /// A column's contents.
  enum Values: Hashable, Sendable {
    /// NaN is missing.
    case numbers([Double])
    /// Nil is missing.
    case texts([String?])
  }

  /// What the column is called.
  public let name: String
  /// What it holds.
  public let kind: Kind
  let values: Values

  /// A column of numbers; NaN is a missing one.
  public init(_ name: String, _ numbers: [Double]) {
    let isWhole = numbers.allSatisfy { $0.isNaN || ($0 == $0.rounded() && abs($0) < 0x1p53) }
    self.init(name: name, kind: isWhole ? .integer : .number, values: .numbers(numbers))
  }

  /// A column of texts; nil is a missing one.
  public init(_ name: String, _ texts: [String?]) { self.init(name: name, kind: .text, values: .texts(texts)) }

  init(name: String, kind: Kind, values: Values) { (self.name, self.kind, self.values) = (name, kind, values) }

  /// The number of rows.
  public var count: Int {
    switch values {
    case .numbers(let numbers): numbers.count
    case .texts(let texts): texts.count
    }
  }

  /// The rows without a value.
  public var missing: [Int] {
    switch values {
    case .numbers(let numbers): numbers.indices.filter { numbers[$0].isNaN }
    case .texts(let texts): texts.indices.filter { texts[$0] == nil }
    }
  }

  /// The values as texts, whole numbers without a point.
  public var texts: [String?] {
    switch values {
    case .texts(let texts): texts
    case .numbers(let numbers): numbers.map { $0.isNaN ? nil : text($0) }
    }
  }

  private func text(_ number: Double) -> String {
    if kind == .boolean { return number == 0 ? "false" : "true" }
    if abs(number) < 0x1p53, let whole = Int(exactly: number) { return String(whole) }
    return "\(number)"
  }

  /// Some rows of the column.
  func rows(at indices: [Int]) -> TableColumn {
    let values: Values =
      switch values {
      case .numbers(let numbers): .numbers(indices.map { numbers[$0] })
      case .texts(let texts): .texts(indices.map { texts[$0] })
      }
    return TableColumn(name: name, kind: kind, values: values)
  }
}
