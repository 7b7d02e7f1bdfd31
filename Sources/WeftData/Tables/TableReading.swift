extension Table {
  /// Reads a file of comma-separated values, or of what else stands between fields.
  ///
  /// Without `kinds`, a column's kind is found by looking at all its values: whole numbers, numbers, "true" and
  /// "false", texts. Missing is an empty field or one of `missingMarks`. Gzip compression, a byte order mark, CRLF and
  /// quotes are seen through; of columns with one name the later are called "name.1" and so on, and one without a name
  /// "column 3".
  ///
  /// - Parameters:
  ///   - delimiter: What stands between fields; with nil, it is guessed from the first lines.
  ///   - hasHeader: Whether the first line names the columns; without it they are called "0", "1", and so on.
  ///   - kinds: What some columns must hold, as `["zip": .text]`.
  ///   - hasDecimalCommas: Whether `1,5` is one and a half.
  ///   - comment: What a line of remarks begins with, often "#": such lines are passed over.
  ///   - missingMarks: What stands for a missing value.
  ///   - limit: The most bytes that the file may have, compressed or not.
  /// - Throws: `DataFileError`, with the line and the column where there is one.
  public init(
    csv path: String, delimiter: CSV.Delimiter? = nil, hasHeader: Bool = true, kinds: [String: TableColumn.Kind] = [:],
    hasDecimalCommas: Bool = false, comment: String? = nil, missingMarks: Set<String> = CSV.usualMissingMarks,
    limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) {
    try self.init(
      decoding: FileBytes(contentsOf: path, limit: limit), delimiter: delimiter, hasHeader: hasHeader, kinds: kinds,
      hasDecimalCommas: hasDecimalCommas, comment: comment, missingMarks: missingMarks, limit: limit)
  }

  /// The same from bytes in memory.
  ///
  /// - Throws: `DataFileError`, with the line and the column where there is one.
  public init(
    decoding file: FileBytes, delimiter: CSV.Delimiter? = nil, hasHeader: Bool = true,
    kinds: [String: TableColumn.Kind] = [:], hasDecimalCommas: Bool = false,
    comment: String? = nil, missingMarks: Set<String> = CSV.usualMissingMarks, limit: Int = FileBytes.defaultLimit
  ) throws(DataFileError) {
    let plain = try Gzip.inflatedIfNeeded(file, limit: limit)
    let known =
      if let delimiter {
        delimiter
      } else {
        try CSV.Delimiter.guessed(from: plain, hasDecimalCommas: hasDecimalCommas, comment: comment, limit: limit)
      }
    let settings = CSV(
      delimiter: known, hasHeader: hasHeader, missingMarks: missingMarks,
      hasDecimalCommas: hasDecimalCommas, comment: comment, limit: limit)
    try self.init(plain, settings, kinds)
  }

  private init(
    _ file: FileBytes, _ settings: CSV, _ declared: [String: TableColumn.Kind]
  ) throws(DataFileError) {
    var records = try CSVRecords(file, settings: settings)
    let names = Self.distinct(records.names)
    for name in declared.keys.sorted() where !names.contains(name) {
      throw .missingColumn(name, among: names, file: file.name)
    }
    var builders = names.map { ColumnBuilder(name: $0, declared: declared[$0], settings: settings) }
    var lines: [Int] = []
    while let record = try records.next() {
      for (place, field) in record.fields.enumerated() {
        try builders[place].add(try records.text(field, line: record.line), line: record.line, file: file.name)
      }
      lines.append(record.line)
    }
    self.init(checked: builders.map(\.column), source: file.name, lines: lines)
  }

  /// The names with what makes them differ.
  private static func distinct(_ names: [String]) -> [String] {
    var taken = Set(names)
    var seen: Set<String> = []
    // Where to go on: a thousand equal names are not counted through for each.
    var next: [String: Int] = [:]
    return names.enumerated().map { place, name in
      let name = name.isEmpty ? "column \(place)" : name
      if seen.insert(name).inserted { return name }
      var number = next[name] ?? 1
      while taken.contains("\(name).\(number)") || seen.contains("\(name).\(number)") { number += 1 }
      taken.insert("\(name).\(number)")
      seen.insert("\(name).\(number)")
      next[name] = number + 1
      return "\(name).\(number)"
    }
  }
}

/// A column as its values come, of the narrowest kind that holds them all.
private struct ColumnBuilder {
  let name: String
  let declared: TableColumn.Kind?
  let settings: CSV
  /// The kinds that all values so far have.
  private var isInteger = true
  private var isNumber = true
  private var isBoolean = true
  private var numbers: [Double] = []
  private var flags: [Double] = []
  /// Kept to the end where the column may be of texts.
  private var texts: [String?] = []

  init(name: String, declared: TableColumn.Kind?, settings: CSV) {
    (self.name, self.declared, self.settings) = (name, declared, settings)
    if declared == .text { (isInteger, isNumber, isBoolean) = (false, false, false) }
  }

  mutating func add(_ text: String, line: Int, file: String) throws(DataFileError) {
    if settings.isMissing(text) {
      texts.append(nil)
      numbers.append(.nan)
      flags.append(.nan)
      return
    }
    if declared == nil || declared == .text { texts.append(text) }
    if isNumber { addNumber(text) }
    if isBoolean { addFlag(text) }
    guard let declared, declared != .text else { return }
    let fits = declared == .boolean ? isBoolean : declared == .number ? isNumber : isNumber && isInteger
    guard fits else {
      throw DataFileError(
        .badValue, file: file, expected: "\(Self.words(declared)) on line \(line) in column \"\(name)\"",
        found: "\"\(text.prefix(40))\"", hint: "declare another kind, or name the mark of a missing value")
    }
  }

  private mutating func addNumber(_ text: String) {
    guard let number = settings.number(Array(text.utf8)[...]), !number.isNaN else {
      (isNumber, numbers) = (false, [])
      return
    }
    numbers.append(number)
    // Beyond 2⁵³ whole numbers are no longer told apart: such a column is a number, or declared as text.
    if number != number.rounded() || abs(number) >= 0x1p53 || text.contains(where: { ".,eE".contains($0) }) {
      isInteger = false
    }
  }

  private mutating func addFlag(_ text: String) {
    switch text.lowercased() {
    case "true": flags.append(1)
    case "false": flags.append(0)
    default: (isBoolean, flags) = (false, [])
    }
  }

  private static func words(_ kind: TableColumn.Kind) -> String {
    switch kind {
    case .integer: "a whole number"
    case .number: "a number"
    case .boolean: "\"true\" or \"false\""
    case .text: "a text"
    }
  }

  /// A column without any value counts as numbers, all missing.
  var column: TableColumn {
    if isNumber, numbers.count >= texts.count {
      let kind = declared ?? (isInteger && numbers.contains { !$0.isNaN } ? .integer : .number)
      return TableColumn(name: name, kind: kind, values: .numbers(numbers))
    }
    if isBoolean, flags.count >= texts.count {
      return TableColumn(name: name, kind: .boolean, values: .numbers(flags))
    }
    return TableColumn(name: name, kind: .text, values: .texts(texts))
  }
}
