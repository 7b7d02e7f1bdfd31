import WeftTensor

/// A reader of comma-separated values (RFC 4180): quoted fields, doubled quotes, line breaks inside quotes.
///
/// Lines may end in LF, CRLF or CR; blank lines are skipped; a byte order mark and gzip compression are seen through.
/// A file that breaks the rules is refused with the line, rather than read as something else.
///
/// ```swift
/// let table = try CSV().numbers(FileBytes(contentsOf: "housing.csv"))
/// let rooms = try table.column("rooms")
/// ```
public struct CSV: Hashable, Sendable {
  /// What stands between fields.
  public enum Delimiter: UInt8, Hashable, Sendable {
    /// `,`, as RFC 4180 has it.
    case comma = 0x2C
    /// `;`, as spreadsheets write where the comma is a decimal mark.
    case semicolon = 0x3B
    /// A tab: "TSV".
    case tab = 0x09
    /// `|`.
    case bar = 0x7C
  }

  /// What stands between fields.
  public var delimiter: Delimiter
  /// Whether the first line names the columns; without it they are called "0", "1", and so on.
  public var hasHeader: Bool
  /// The number that a missing field stands for, often NaN: an empty one, or one of `missingMarks`. With nil, such a
  /// field among numbers is an error.
  public var missing: Double?
  /// What stands for a missing field where there is no number: by default the marks of R, pandas, SQL and spreadsheets.
  /// Fields that are read as text are given as they are.
  public var missingMarks: Set<String>
  /// Whether `1,5` is one and a half, as spreadsheets in many languages write; `1.5` is then no number.
  public var hasDecimalCommas: Bool
  /// What a line of remarks begins with, often "#": such lines are passed over. With nil, or empty, there are none.
  public var comment: String?
  /// The most columns that a file may have.
  public var maximumColumns: Int
  /// The most bytes that a gzipped file may decompress to.
  public var limit: Int

  /// A reader with these settings.
  public init(
    delimiter: Delimiter = .comma, hasHeader: Bool = true, missing: Double? = nil,
    missingMarks: Set<String> = CSV.usualMissingMarks, hasDecimalCommas: Bool = false,
    comment: String? = nil, maximumColumns: Int = 1 << 16, limit: Int = FileBytes.defaultLimit
  ) {
    self.delimiter = delimiter
    self.hasHeader = hasHeader
    self.missing = missing
    self.missingMarks = missingMarks
    self.hasDecimalCommas = hasDecimalCommas
    self.comment = comment
    self.maximumColumns = maximumColumns
    self.limit = limit
  }
}

extension CSV {
  /// "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "Null", "null", "None", "none", "?", "-" and ".".
  public static let usualMissingMarks: Set<String> = [
    "NA", "N/A", "n/a", "#N/A", "<NA>", "NaN", "nan", "NULL", "Null", "null", "None", "none", "?", "-", ".",
  ]

  /// Whether a field, spaces around it aside, says that there is no value.
  func isMissing(_ text: some StringProtocol) -> Bool {
    let trimmed = text.drop { $0 == " " || $0 == "\t" }
    guard let last = trimmed.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return true }
    return missingMarks.contains(String(trimmed[...last]))
  }

  /// The number of a field, or what a missing one stands for; nil where it is neither.
  func number(_ bytes: ArraySlice<UInt8>) -> Double? {
    let number = hasDecimalCommas ? CSVNumber.parseWithComma(bytes) : CSVNumber.parse(bytes)
    if let number, !number.isNaN { return number }
    if let missing, isMissing(String(decoding: bytes.prefix(200), as: UTF8.self)) { return missing }
    return number
  }

  /// The index of the column called `name`.
  static func place(of name: String, among names: [String], in file: FileBytes) throws(DataFileError) -> Int {
    guard let place = names.firstIndex(of: name) else { throw .missingColumn(name, among: names, file: file.name) }
    return place
  }
}

extension DataFileError {
  static func missingColumn(_ name: String, among names: [String], file: String) -> DataFileError {
    let shown = names.prefix(20).map { "\"\($0)\"" }.joined(separator: ", ")
    return DataFileError(
      .missingColumn, file: file, expected: "a column \"\(name)\"",
      found: names.isEmpty ? "no columns" : shown + (names.count > 20 ? " and \(names.count - 20) more" : ""),
      hint: nearest(to: name, among: names).first.map { "did you mean \"\($0)\"?" })
  }
}
