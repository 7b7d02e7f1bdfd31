import WeftTensor

/// Columns of numbers and texts with as many rows each.
///
/// ```swift
/// let table = try Table(csv: "houses.csv")                    // kinds of columns found by looking
/// print(table)                                                // each column, with what is in it
/// let (train, validation, test) = try table.split(validation: 0.1, test: 0.1, seed: 7)
/// let encoder = try TableEncoder(fitting: train, target: "price")
/// let data = try encoder.dataset(of: train)                   // tensors, scaled, with categories as ones and zeros
/// ```
public struct Table: Hashable, Sendable {
  /// The columns in their order.
  public let columns: [TableColumn]
  /// Where the rows come from, for messages.
  let source: String
  /// The rows' lines in their file; empty for a table made in memory.
  package let lines: [Int]

  /// A table of these columns.
  ///
  /// - Throws: `TensorError` where they differ in length, or two have one name.
  public init(_ columns: [TableColumn]) throws(TensorError) {
    if let other = columns.first(where: { $0.count != columns[0].count }) {
      throw TensorError(
        .shape, operation: "Table", expected: "columns of \(columns[0].count) rows, as \"\(columns[0].name)\"",
        got: "\(other.count) in \"\(other.name)\"")
    }
    if let twice = Dictionary(grouping: columns, by: \.name).first(where: { $1.count > 1 }) {
      throw TensorError(
        .value, operation: "Table", expected: "names that differ", got: "\"\(twice.key)\" \(twice.value.count) times")
    }
    self.init(checked: columns, source: "table", lines: [])
  }

  init(checked columns: [TableColumn], source: String, lines: [Int]) {
    (self.columns, self.source, self.lines) = (columns, source, lines)
  }

  /// The columns' names in their order.
  public var names: [String] { columns.map(\.name) }
  /// The number of rows.
  public var rowCount: Int { columns.first?.count ?? 0 }

  /// The column called `name`.
  ///
  /// - Throws: `DataFileError` with `missingColumn` and the nearest name.
  public func column(_ name: String) throws(DataFileError) -> TableColumn {
    guard let column = columns.first(where: { $0.name == name }) else {
      throw .missingColumn(name, among: names, file: source)
    }
    return column
  }

  /// The numbers of the column called `name`; NaN where one is missing.
  ///
  /// - Throws: `DataFileError` with `missingColumn`, or with `badValue` for a column of texts.
  public func numbers(_ name: String) throws(DataFileError) -> [Double] {
    let column = try column(name)
    if case .numbers(let numbers) = column.values { return numbers }
    // The first that is no number in either way of writing one, as it is what made the others texts too.
    let texts = column.texts.enumerated().compactMap { row, text in text.map { (row: row, text: $0) } }
    let wrong = texts.first { !$0.text.isNumber && !$0.text.isDecimalComma }
    throw DataFileError(
      .badValue, file: source, expected: "numbers in column \"\(name)\"",
      found: (wrong ?? texts.first { !$0.text.isNumber } ?? texts.first)
        .map { "\"\($0.text.prefix(40))\"\(place(of: $0.row))" } ?? "texts",
      hint: column.commaHint
        ?? "leave the fields of missing values empty; in Swift, `missingMarks` names what stands for them")
  }

  /// The texts of the column called `name`; nil where one is missing.
  ///
  /// - Throws: `DataFileError` with `missingColumn`.
  public func texts(_ name: String) throws(DataFileError) -> [String?] { try column(name).texts }

  /// Columns of numbers as a tensor, [rows, columns]; NaN where one is missing. Without names, all of them.
  ///
  /// - Throws: `DataFileError` with `missingColumn`, or with `badValue` for a column of texts.
  public func features(_ names: String..., dtype: DType = .float32) throws(DataFileError) -> Tensor {
    try features(names.isEmpty ? columns.filter(\.kind.isNumeric).map(\.name) : names, dtype: dtype)
  }

  /// The same of a list of names.
  ///
  /// - Throws: `DataFileError` with `missingColumn`, or with `badValue` for a column of texts.
  public func features(_ names: [String], dtype: DType = .float32) throws(DataFileError) -> Tensor {
    var columns: [[Double]] = []
    for name in names { columns.append(try numbers(name)) }
    let values = (0..<rowCount).flatMap { row in columns.map { $0[row] } }
    return Tensor(values, shape: [rowCount, columns.count], dtype: dtype)
  }

  /// The distinct values of the column called `name`, sorted, each a category; a missing one is none.
  ///
  /// - Throws: `DataFileError` with `missingColumn`.
  public func categories(_ name: String) throws(DataFileError) -> Categories {
    let column = try column(name)
    if column.kind == .integer, case .numbers(let numbers) = column.values {
      // By size, so that 10 comes after 9.
      let sorted = Set(numbers.filter { !$0.isNaN }).sorted()
      return Categories(
        names: TableColumn(name: name, kind: .integer, values: .numbers(sorted)).texts.compactMap { $0 })
    }
    return Categories(column.texts.compactMap { $0 })
  }

  /// The column called `name` as indices of categories.
  ///
  /// - Parameter unknown: The index of what is missing or no category; with nil, such a value is an error.
  /// - Throws: `DataFileError` with `missingColumn`, or with `badValue`, which names the line.
  public func indices(
    _ name: String, in categories: Categories, unknown: Int? = nil
  ) throws(DataFileError) -> [Int] {
    var indices: [Int] = []
    for (row, text) in try texts(name).enumerated() {
      guard let index = text.flatMap({ categories.index(of: $0) }) ?? unknown else {
        throw DataFileError(
          .badValue, file: source, expected: "a category in column \"\(name)\"\(place(of: row)): \(categories.shown)",
          found: text.map { "\"\($0.prefix(40))\"" } ?? "a missing value",
          hint: "`unknown` gives an index to what is missing or new; `withoutMissing` leaves rows out")
      }
      indices.append(index)
    }
    return indices
  }

  /// Where a row is, for a message.
  package func place(of row: Int) -> String { row < lines.count ? " on line \(lines[row])" : " in row \(row)" }
}

extension Table: CustomStringConvertible {
  /// A line for each column: its kind, what is missing, and the range or the commonest values.
  public var description: String {
    let names = names.map { $0.prefix(40).description.onOneLine }
    let width = names.map(\.count).max() ?? 0
    let lines = zip(names, columns).map { name, column in
      let missing = column.missing.count
      return "\(name)\(String(repeating: " ", count: max(0, width - name.count)))  \(column.kind.rawValue)"
        + (missing > 0 ? ", \(missing) missing" : "") + ": \(column.contents)"
        + (column.commaHint.map { " (\($0))" } ?? "")
    }
    return (["\(rowCount) rows, \(columns.count) columns"] + lines).joined(separator: "\n")
  }
}

extension String {
  fileprivate var isNumber: Bool { CSVNumber.parse(Array(utf8)[...]) != nil }
  fileprivate var isDecimalComma: Bool { CSVNumber.parseWithComma(Array(utf8)[...]) != nil }

  /// Whether it is a number whose commas may part its thousands, as in 1,000 or 12,345,678.
  fileprivate var mayHaveThousands: Bool {
    let signless = first == "-" || first == "+" ? dropFirst() : self[...]
    let point = signless.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let groups = point[0].split(separator: ",", omittingEmptySubsequences: false)
    return groups.count > 1 && groups[0].first != "0" && (1...3).contains(groups[0].count)
      && groups.dropFirst().allSatisfy { $0.count == 3 }
      && (groups + point.dropFirst()).allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }
}

extension TableColumn {
  /// What to write where commas alone make texts of numbers.
  fileprivate var commaHint: String? {
    if hasDecimalCommas { return "write 1.5 for 1,5; in Swift, `hasDecimalCommas: true` reads it so" }
    return mayHaveThousands ? "write 1000 for 1,000; in Swift, `hasDecimalCommas: true` reads it as 1" : nil
  }

  /// Whether these texts are numbers with decimal commas: some comma stands where none parts thousands.
  package var hasDecimalCommas: Bool {
    guard case .texts(let texts) = values else { return false }
    let known = texts.lazy.compactMap { $0 }
    return known.contains { !$0.isNumber && !$0.mayHaveThousands } && known.allSatisfy(\.isDecimalComma)
  }

  /// Whether these texts are numbers whose commas may part thousands.
  private var mayHaveThousands: Bool {
    guard case .texts(let texts) = values else { return false }
    let known = texts.lazy.compactMap { $0 }
    return known.contains { !$0.isNumber } && known.allSatisfy { $0.isNumber || $0.mayHaveThousands }
  }

  /// What is in the column, in some words.
  fileprivate var contents: String {
    switch values {
    case .numbers(let numbers):
      let known = numbers.filter { !$0.isNaN }
      guard let low = known.min(), let high = known.max() else { return "nothing" }
      let mean = known.reduce(0) { $0 + $1 / Double(known.count) }
      return "\(shown(low)) to \(shown(high)), mean \(shown(mean))"
    case .texts(let texts):
      let counts = Dictionary(texts.compactMap { $0 }.map { ($0, 1) }, uniquingKeysWith: +)
      let most = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      let names = most.prefix(4).map { "\"\($0.key.prefix(24).description.onOneLine)\" \($0.value)" }
      return names.joined(separator: ", ") + (counts.count > 4 ? " and \(counts.count - 4) more" : "")
    }
  }

  private func shown(_ number: Double) -> String {
    if let whole = Int(exactly: number) { return String(whole) }
    guard number.isFinite, abs(number) < 1e12 else { return "\(number)" }
    // Four digits that count.
    var scale = 1.0
    while abs(number) * scale < 1000, scale < 1e12 { scale *= 10 }
    return "\((number * scale).rounded() / scale)"
  }
}
