extension CSV {
  /// The file's fields as text.
  ///
  /// - Throws: `DataFileError`.
  public func table(_ file: FileBytes) throws(DataFileError) -> TextTable {
    var records = try CSVRecords(file, settings: self)
    var cells: [String] = []
    var lines: [Int] = []
    while let record = try records.next() {
      for field in record.fields { cells.append(try records.text(field, line: record.line)) }
      lines.append(record.line)
    }
    return TextTable(
      names: records.names, cells: cells, lines: lines, source: records.file, settings: self)
  }

  /// The file's fields as numbers.
  ///
  /// - Parameters:
  ///   - file: the file's bytes.
  ///   - columns: the columns to read, in this order; with nil, all of them.
  /// - Throws: `DataFileError`; `badValue` names line and column.
  public func numbers(_ file: FileBytes, columns: [String]? = nil) throws(DataFileError) -> NumberTable {
    var records = try CSVRecords(file, settings: self)
    let names = columns ?? records.names
    let places = try names.map { name throws(DataFileError) in
      try CSV.place(of: name, among: records.names, in: records.file)
    }
    var values = [[Double]](repeating: [], count: names.count)
    while let record = try records.next() {
      for (column, place) in places.enumerated() {
        values[column].append(try records.number(record.fields[place], line: record.line, column: names[column]))
      }
    }
    return NumberTable(names: names, columns: values, source: records.file.name)
  }
}
