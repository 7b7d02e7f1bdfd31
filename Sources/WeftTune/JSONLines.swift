import WeftData
import WeftText

/// Files of lines of JSON, an object each, as a table: a column for each key, of numbers where all its values are.
enum JSONLines {
  /// Each has a place in each row.
  private static let mostKeys = 1000

  /// - Throws: `DataFileError` with the line of what is no object of texts and numbers.
  static func table(_ path: String) throws -> Table {
    let file = try Gzip.inflatedIfNeeded(FileBytes(contentsOf: path), limit: FileBytes.defaultLimit)
    var columns: [String: [ConfigValue?]] = [:]
    var (names, rows): ([String], Int) = ([], 0)
    for (number, line) in file.bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { continue }
      for entry in try object(Array(line), path, number + 1) {
        if columns[entry.key] == nil {
          guard names.count < mostKeys else {
            throw DataFileError(
              .limitExceeded, file: path, expected: "at most \(mostKeys) different keys",
              found: "another on line \(number + 1)")
          }
          names.append(entry.key)
        }
        columns[entry.key, default: []] += Array(repeating: nil, count: rows - (columns[entry.key]?.count ?? 0))
        columns[entry.key]?.append(entry.value)
      }
      rows += 1
    }
    return try Table(
      names.map { name in
        let known = columns[name] ?? []
        return column(name, known + Array(repeating: nil, count: rows - known.count))
      })
  }

  private static func object(_ line: [UInt8], _ path: String, _ number: Int) throws(DataFileError) -> [ConfigEntry] {
    func failure(_ expected: String, _ found: String) -> DataFileError {
      DataFileError(.badValue, file: path, expected: "\(expected) on line \(number)", found: found)
    }
    let value: ConfigValue
    do { value = try ConfigReader.read(line, file: path) } catch {
      throw failure("an object of JSON", "\(error.found) where \(error.expected) should be")
    }
    guard case .object(let entries) = value else { throw failure("an object of JSON", value.kind) }
    var seen: Set<String> = []
    for entry in entries {
      guard seen.insert(entry.key).inserted else { throw failure("each key once", "\"\(entry.key)\" twice") }
      switch entry.value {
      case .text, .integer, .number, .null, .boolean: break
      default: throw failure("a text or a number for \"\(entry.key)\"", entry.value.kind)
      }
    }
    return entries
  }

  private static func column(_ name: String, _ values: [ConfigValue?]) -> TableColumn {
    let numbers = values.map(number)
    let areNumbers = zip(values, numbers).allSatisfy { value, number in
      if case .null? = value { true } else { value == nil || number != nil }
    }
    if areNumbers { return TableColumn(name, numbers.map { $0 ?? .nan }) }
    return TableColumn(name, values.map(text))
  }

  private static func number(_ value: ConfigValue?) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .number(let number): number
    case .boolean(let flag): flag ? 1 : 0
    default: nil
    }
  }

  private static func text(_ value: ConfigValue?) -> String? {
    switch value {
    case .text(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .boolean(let flag): "\(flag)"
    default: nil
    }
  }
}
