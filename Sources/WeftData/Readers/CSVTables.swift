import WeftTensor

/// A table of text, as a CSV file holds it.
public struct TextTable: Hashable, Sendable {
  /// The columns' names, from the header.
  public let names: [String]

  private let cells: [String]
  private let lines: [Int]
  private let source: FileBytes
  private let settings: CSV

  init(names: [String], cells: [String], lines: [Int], source: FileBytes, settings: CSV) {
    self.names = names
    self.cells = cells
    self.lines = lines
    self.source = FileBytes(name: source.name, bytes: [])
    self.settings = settings
  }

  /// The number of rows, the header not counted.
  public var rowCount: Int { lines.count }

  /// The fields of one row. Misuse: a row that the table does not have.
  public subscript(row row: Int) -> ArraySlice<String> {
    guard exists(row, of: rowCount, "rows", operation: "TextTable") else { return [] }
    return cells[row * names.count..<(row + 1) * names.count]
  }

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
      guard let number = settings.number(Array(text.utf8)[...]) else {
        throw .notANumber(
          text, file: source.name, at: nil, line: line, column: name, isMissing: settings.isMissing(text))
      }
      numbers.append(number)
    }
    return numbers
  }

  /// The distinct texts of the column called `name`, each a category; missing fields are none.
  ///
  /// - Throws: `DataFileError` with `missingColumn`.
  public func categories(_ name: String) throws(DataFileError) -> Categories {
    Categories(try column(name).filter { !settings.isMissing($0) })
  }

  /// The column called `name` as indices of categories, often those of the training data.
  ///
  /// - Parameter unknown: The index of what is missing or no category; with nil, such a field is an error.
  /// - Throws: `DataFileError` with `missingColumn`, or with `badValue`, which names line and column.
  public func indices(
    _ name: String, in categories: Categories, unknown: Int? = nil
  ) throws(DataFileError) -> [Int] {
    var indices: [Int] = []
    for (text, line) in zip(try column(name), lines) {
      guard let index = categories.index(of: text) ?? unknown else {
        throw DataFileError(
          .badValue, file: source.name,
          expected: "a category on line \(line) in column \"\(name)\": \(categories.shown)",
          found: text.isEmpty ? "an empty field" : "\"\(text.prefix(40))\"",
          hint: "`unknown` gives an index to what is missing or new")
      }
      indices.append(index)
    }
    return indices
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

  /// The values row by row, [rows, columns].
  public func tensor(dtype: DType = .float32) -> Tensor {
    let values = (0..<rowCount).flatMap { row in columns.map { $0[row] } }
    return Tensor(values, shape: [rowCount, columns.count], dtype: dtype)
  }
}
