/// Rows of named numbers, such as an epoch's losses, as CSV text (RFC 4180).
///
/// A column appears with the first row that names it; rows without it leave their field empty.
///
/// ```swift
/// var metrics = MetricsCSV()
/// metrics.append(["epoch": 1, "train loss": 0.31, "validation accuracy": 0.954])
/// try AtomicFile.write(metrics.text, to: "metrics.csv")
/// ```
public struct MetricsCSV: Hashable, Sendable {
  /// The columns, in the order in which they appeared.
  public private(set) var columns: [String] = []
  private var places: [String: Int] = [:]
  private var rows: [[Double?]] = []

  /// A table without rows.
  public init() {}

  /// The number of rows.
  public var rowCount: Int { rows.count }

  /// Appends a row; of a name given twice, the last number counts.
  public mutating func append(_ row: KeyValuePairs<String, Double>) {
    append(row.map { ($0.key, $0.value) })
  }

  /// Appends a row; of a name given twice, the last number counts.
  public mutating func append(_ row: [(name: String, value: Double)]) {
    var fields = [Double?](repeating: nil, count: columns.count)
    for (name, value) in row {
      let place = place(of: name)
      if place == fields.count { fields.append(nil) }
      fields[place] = value
    }
    rows.append(fields)
  }

  /// The table as text: a header, then the rows, each with a line feed at its end. Numbers are written with as many
  /// digits as reading them back needs; those that are not finite as "nan", "inf" and "-inf".
  public var text: String {
    guard !columns.isEmpty else { return "" }
    var lines = [columns.map(Self.quoted).joined(separator: ",")]
    for row in rows {
      let padding = [String](repeating: "", count: columns.count - row.count)
      lines.append((row.map { $0.map(Self.number) ?? "" } + padding).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}

extension MetricsCSV {
  private mutating func place(of name: String) -> Int {
    if let place = places[name] { return place }
    places[name] = columns.count
    columns.append(name)
    return columns.count - 1
  }

  /// Whole numbers, epochs and steps for the most part, are written without a point.
  private static func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 0x1p53 ? "\(Int(value))" : "\(value)"
  }

  private static func quoted(_ name: String) -> String {
    let needsQuotes = name.isEmpty || name.unicodeScalars.contains { ",\"\r\n".unicodeScalars.contains($0) }
    guard needsQuotes else { return name }
    return "\"" + name.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
  }
}
