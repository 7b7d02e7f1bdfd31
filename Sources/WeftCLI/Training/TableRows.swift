import Weft

/// The rows of a table that are learned from, and those that are not.
struct TableRows {
  let train: Table
  let check: Table

  /// Divides a table by the seed; of classes each by its share.
  ///
  /// - Parameter keepsOne: Whether a row of each class is learned from.
  /// - Throws: `DataFileError` for a target without a value, or too few rows.
  init(
    _ table: Table, _ file: String, target: String, isClass: Bool, validation: Double, dropsMissing: Bool,
    keepsOne: Bool, seed: UInt64
  ) throws {
    let missing = try table.column(target).missing
    if let first = missing.first, !dropsMissing {
      throw DataFileError(
        .badValue, file: file, expected: "a value to learn in column \"\(target)\" of every row",
        found: "none in \(missing.count) of \(table.rowCount) rows, the first\(table.place(of: first))",
        hint: "--drop-missing leaves such rows out")
    }
    let rows = missing.isEmpty ? table : try table.withoutMissing(in: [target])
    let parts = try rows.split(
      validation: validation, seed: seed, stratifiedBy: isClass ? target : nil, keepsOne: keepsOne)
    guard parts.train.rowCount > 0, parts.validation.rowCount > 0 else {
      throw DataFileError(
        .badValue, file: file, expected: "rows to learn from, and rows to check by",
        found: "\(rows.rowCount) in all, of which \(parts.validation.rowCount) would be kept to check by",
        hint: "--validation takes another share than \(validation)")
    }
    (train, check) = (parts.train, parts.validation)
  }
}
