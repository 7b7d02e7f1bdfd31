/// A CSV file's records one after the other, each with as many fields as the first.
struct CSVRecords {
  let file: FileBytes
  private(set) var names: [String] = []
  private let settings: CSV
  private var scanner: CSVScanner
  /// The first record, when it names no columns and so is still to be given out.
  private var held: CSVRecord?

  init(_ file: FileBytes, settings: CSV) throws(DataFileError) {
    let plain = try Gzip.inflatedIfNeeded(file, limit: settings.limit)
    try Self.checkKind(of: plain)
    self.file = plain
    self.settings = settings
    scanner = CSVScanner(
      plain, delimiter: settings.delimiter.rawValue, maximumColumns: settings.maximumColumns,
      comment: settings.comment)
    guard let first = try scanner.record() else {
      if settings.hasHeader { throw .truncated(plain, expected: "a line with the columns' names") }
      return
    }
    guard settings.hasHeader else {
      names = first.fields.indices.map(String.init)
      held = first
      return
    }
    for field in first.fields { names.append(try text(field, line: first.line)) }
  }

  /// The next record, or nil at the end of the file.
  mutating func next() throws(DataFileError) -> CSVRecord? {
    if let first = held {
      held = nil
      return first
    }
    guard let record = try scanner.record() else { return nil }
    guard record.fields.count == names.count else {
      throw DataFileError(
        .raggedRow, file: file.name, at: record.fields[0].range.lowerBound,
        expected: "\(names.count) fields on line \(record.line), as on the first", found: "\(record.fields.count)",
        hint: remarks)
    }
    return record
  }

  /// What to do about lines of remarks before the table, where it seems to have some.
  private var remarks: String? {
    guard settings.comment == nil, names.first?.hasPrefix("#") == true else { return nil }
    return "take lines of remarks out of the file; in Swift, `comment: \"#\"` passes over them"
  }

  /// A field's text.
  func text(_ field: CSVRecord.Field, line: Int) throws(DataFileError) -> String {
    guard let text = String(validating: file.bytes[field.range], as: UTF8.self) else {
      throw DataFileError(
        .badValue, file: file.name, at: field.range.lowerBound, expected: "text in UTF-8 on line \(line)",
        found: "bytes that are not", hint: "convert the file to UTF-8")
    }
    return field.hasDoubledQuotes ? text.replacingDoubledQuotes() : text
  }

  /// A field's number.
  func number(_ field: CSVRecord.Field, line: Int, column: String) throws(DataFileError) -> Double {
    if let number = settings.number(file.bytes[field.range]) { return number }
    let text = String(decoding: file.bytes[field.range].prefix(200), as: UTF8.self)
    throw .notANumber(
      text, file: file.name, at: field.range.lowerBound, line: line, column: column,
      isMissing: settings.isMissing(text))
  }

  /// Refuses what is surely no CSV: a web page would otherwise read as a table of one column.
  private static func checkKind(of file: FileBytes) throws(DataFileError) {
    guard !file.bytes.isEmpty else { return }
    switch file.kind {
    case .text: return
    case .binary where file.bytes.prefix(512).allSatisfy({ $0 != 0 }): return
    default: throw .wrongFormat(file, expected: "comma-separated text")
    }
  }
}

extension DataFileError {
  static func notANumber(
    _ text: String, file: String, at offset: Int?, line: Int, column: String, isMissing: Bool
  ) -> DataFileError {
    let shown = text.count > 40 ? "\(text.prefix(40))..." : text
    return DataFileError(
      .badValue, file: file, at: offset, expected: "a number on line \(line) in column \"\(column)\"",
      found: text.isEmpty ? "an empty field" : "\"\(shown)\"",
      hint: isMissing ? "if fields may be missing, say what they stand for with `missing`" : nil)
  }
}

extension String {
  /// The text with every pair of quotes as one: how RFC 4180 writes a quote inside a quoted field.
  fileprivate func replacingDoubledQuotes() -> String {
    var text = ""
    var isSecond = false
    for scalar in unicodeScalars {
      isSecond = scalar == "\"" && !isSecond
      if scalar != "\"" || isSecond { text.unicodeScalars.append(scalar) }
    }
    return text
  }
}
