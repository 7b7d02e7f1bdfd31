/// Text in columns: the first is flush left, numbers flush right.
package struct TextTable {
  private var rows: [[String]]
  private let leftColumns: Int
  /// Names longer than this are cut in their middle.
  private let longestName: Int

  package init(_ titles: [String], leftColumns: Int = 1, longestName: Int = 40) {
    rows = [titles]
    self.leftColumns = leftColumns
    self.longestName = longestName
  }

  package mutating func add(_ row: [String]) { rows.append([shortened(row[0])] + row.dropFirst()) }

  private func shortened(_ name: String) -> String {
    guard name.count > longestName else { return name }
    let half = (longestName - 1) / 2
    return "\(name.prefix(longestName - 1 - half))…\(name.suffix(half))"
  }

  /// The lines, without spaces at their ends; a rule stands below the titles.
  package var lines: [String] {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      row.indices.map { pad(row[$0], to: widths[$0], isLeft: $0 < leftColumns) }.joined(separator: "  ").trimmed
    }
    lines.insert(String(repeating: "─", count: lines.map(\.count).max() ?? 0), at: 1)
    return lines
  }

  private func pad(_ text: String, to width: Int, isLeft: Bool) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return isLeft ? text + space : space + text
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}

extension NumberText {
  /// A time with three digits and its unit: 41.2 µs.
  package static func time(nanoseconds: Double) -> String {
    let units = [("s", 1e9), ("ms", 1e6), ("µs", 1e3), ("ns", 1)]
    let (unit, size) = units.first { nanoseconds.magnitude >= $0.1 } ?? ("ns", 1)
    return "\(threeDigits(nanoseconds / size)) \(unit)"
  }

  /// A number of bytes with three digits and its unit: 1.50 MiB.
  package static func bytes(_ count: Int) -> String {
    let units = [("GiB", 0x1p30), ("MiB", 0x1p20), ("KiB", 0x1p10)]
    let value = Double(count)
    guard let (unit, size) = units.first(where: { value.magnitude >= $0.1 }) else { return "\(count) B" }
    return "\(threeDigits(value / size)) \(unit)"
  }

  /// 1.23, 12.3, 123, 1234.
  package static func threeDigits(_ value: Double) -> String {
    let magnitude = value.magnitude
    return fixed(value, magnitude >= 99.95 || magnitude == 0 ? 0 : magnitude >= 9.995 ? 1 : 2)
  }
}
