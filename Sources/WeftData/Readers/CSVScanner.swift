/// One record of a CSV file, as it lies there.
struct CSVRecord {
  /// Where a field's text lies in the file, without its quotes.
  struct Field {
    let range: Range<Int>
    let hasDoubledQuotes: Bool
  }

  let line: Int
  let fields: [Field]
}

/// Splits a CSV file's bytes into records and fields, copying nothing.
struct CSVScanner {
  private static let quote: UInt8 = 0x22
  private static let lineFeed: UInt8 = 0x0A
  private static let carriageReturn: UInt8 = 0x0D

  private let file: FileBytes
  private let delimiter: UInt8
  private let maximumColumns: Int
  /// What a line of remarks begins with; empty where there are none.
  private let comment: [UInt8]
  private var offset: Int
  private var line = 1

  init(_ file: FileBytes, delimiter: UInt8, maximumColumns: Int, comment: String?) {
    self.file = file
    self.delimiter = delimiter
    self.maximumColumns = maximumColumns
    self.comment = Array((comment ?? "").utf8)
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    offset = file.bytes.starts(with: byteOrderMark) ? byteOrderMark.count : 0
  }

  /// Whether everything was read.
  var isAtEnd: Bool { offset >= file.bytes.count }

  /// The next line that is neither blank nor a remark, or nil at the end of the file.
  mutating func record() throws(DataFileError) -> CSVRecord? {
    while endLine() || passRemark() {}
    guard offset < file.bytes.count else { return nil }
    let start = line
    var fields = [try field()]
    while current == delimiter {
      offset += 1
      guard fields.count < maximumColumns else { throw tooManyColumns() }
      fields.append(try field())
    }
    if offset < file.bytes.count, !endLine() { throw strayAfterQuote() }
    return CSVRecord(line: start, fields: fields)
  }
}

extension CSVScanner {
  private var current: UInt8? { offset < file.bytes.count ? file.bytes[offset] : nil }

  private mutating func field() throws(DataFileError) -> CSVRecord.Field {
    current == Self.quote ? try quotedField() : try plainField()
  }

  private mutating func plainField() throws(DataFileError) -> CSVRecord.Field {
    let start = offset
    while let byte = current, byte != delimiter, byte != Self.lineFeed, byte != Self.carriageReturn {
      guard byte != Self.quote else { throw strayQuote() }
      offset += 1
    }
    return CSVRecord.Field(range: start..<offset, hasDoubledQuotes: false)
  }

  private mutating func quotedField() throws(DataFileError) -> CSVRecord.Field {
    let (opening, openingLine) = (offset, line)
    var hasDoubledQuotes = false
    offset += 1
    while let byte = current {
      if byte == Self.quote {
        offset += 1
        guard current == Self.quote else {
          return CSVRecord.Field(range: opening + 1..<offset - 1, hasDoubledQuotes: hasDoubledQuotes)
        }
        hasDoubledQuotes = true
        offset += 1
      } else if !endLine() {
        offset += 1
      }
    }
    throw DataFileError(
      .truncated, file: file.name, at: opening, expected: "a closing quote for the field opened on line \(openingLine)",
      found: "the end of the file")
  }

  /// Passes over a line's end, if one is here.
  private mutating func endLine() -> Bool {
    guard let byte = current, byte == Self.lineFeed || byte == Self.carriageReturn else { return false }
    offset += 1
    if byte == Self.carriageReturn, current == Self.lineFeed { offset += 1 }
    line += 1
    return true
  }

  /// Passes over a line of remarks up to its end, if one begins here.
  private mutating func passRemark() -> Bool {
    guard !comment.isEmpty, file.bytes[offset...].starts(with: comment) else { return false }
    while let byte = current, byte != Self.lineFeed, byte != Self.carriageReturn { offset += 1 }
    return true
  }

  private func strayQuote() -> DataFileError {
    DataFileError(
      .badValue, file: file.name, at: offset, expected: "a field in quotes, or without any, on line \(line)",
      found: "a quote inside a field that does not begin with one",
      hint: "quote the whole field and double the quotes inside it")
  }

  private func strayAfterQuote() -> DataFileError {
    DataFileError(
      .badValue, file: file.name, at: offset,
      expected: "a delimiter or the line's end after a closing quote on line \(line)",
      found: "the byte \(hexadecimal(file.bytes[offset...].prefix(1)))",
      hint: "double the quotes inside a quoted field")
  }

  private func tooManyColumns() -> DataFileError {
    DataFileError(
      .limitExceeded, file: file.name, at: offset, expected: "at most \(maximumColumns) columns on line \(line)",
      found: "more than that", hint: "if the table is meant to be so wide, raise `maximumColumns`")
  }
}
