/// A table of text, as a CSV file holds it.
public struct TextTable: Hashable, Sendable {
  /// The columns' names, from the header.
  public let names: [String]

  private let cells: [String]
  private let lines: [Int]
  private let source: FileBytes
  private let missing: Double?

  init(names: [String], cells: [String], lines: [Int], source: FileBytes, missing: Double?) {
    self.names = names
    self.cells = cells
    self.lines = lines
    self.source = FileBytes(name: source.name, bytes: [])
    self.missing = missing
  }

  /// The number of rows, the header not counted.
  public var rowCount: Int { lines.count }

  /// The fields of one row.
  public subscript(row row: Int) -> ArraySlice<String> { cells[row * names.count..<(row + 1) * names.count] }

  /// The fields of the column called `name`.
  ///
  /// - Throws: `DataFileError` with `missingColumn`.
  public func column(_ name: String) throws(DataFileError) -> [String] {
    let place = try CSV.place(of: name, among: names, in: source)
    return (0..<rowCount).map { cells[$0 * names.count + place] }
  }

  /// The column called `name` as numbers.
  ///
  /// - Throws: `DataFileError` with `missingColumn`, or with `badValue`, which names line and column.
  public func numbers(_ name: String) throws(DataFileError) -> [Double] {
    var numbers: [Double] = []
    for (text, line) in zip(try column(name), lines) {
      let number = text.isEmpty ? missing : CSVNumber.parse(Array(text.utf8)[...])
      guard let number else { throw .notANumber(text, file: source.name, at: nil, line: line, column: name) }
      numbers.append(number)
    }
    return numbers
  }
}

/// A table of numbers, as a CSV file holds it.
public struct NumberTable: Hashable, Sendable {
  /// The columns' names, from the header or as they were asked for.
  public let names: [String]
  /// The columns' values, in the order of `names`.
  public let columns: [[Double]]

  private let source: String

  init(names: [String], columns: [[Double]], source: String) {
    self.names = names
    self.columns = columns
    self.source = source
  }

  /// The number of rows, the header not counted.
  public var rowCount: Int { columns.first?.count ?? 0 }

  /// The values of the column called `name`.
  ///
  /// - Throws: `DataFileError` with `missingColumn`.
  public func column(_ name: String) throws(DataFileError) -> [Double] {
    let place = try CSV.place(of: name, among: names, in: FileBytes(name: source, bytes: []))
    return columns[place]
  }

  /// The values row by row, as an array of shape `[rows, columns]`.
  public var array: RawArray {
    let values = (0..<rowCount).flatMap { row in columns.map { $0[row] } }
    return RawArray(shape: [rowCount, columns.count], values: .float64(values))
  }
}
