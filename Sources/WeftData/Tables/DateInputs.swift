// Note: Dates in tables
//
// A date is neither a number nor a category: as a text it is another one in each row, and of rows that come later none
// was seen. What a network can use is in its parts. Time goes on (a number, with which trends are learned), and time comes
// round: months, days of the month, weekdays and hours, of which weekdays, months and hours are categories, since nothing
// says that Sunday is much of what Saturday is. A part that is the same in every row says nothing and is left out.

/// What a column of dates is learned from, a part of it.
struct DateInput: Hashable, Sendable, Codable {
  enum Part: String, Hashable, Sendable, Codable {
    /// Days since 1970, in UTC where the text names its zone; a number.
    case days
    /// A category; as the parts that follow by the clock of the text itself.
    case month
    /// Of the month, a number.
    case day
    /// A category.
    case weekday
    /// A category.
    case hour
    /// Of the day, a number.
    case seconds

    static func all(of form: DateForm) -> [Part] {
      form == .clock ? [.seconds, .hour] : [.days, .month, .day, .weekday, .hour]
    }
  }

  var form: DateForm
  var part: Part

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  private static let weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

  /// This part of a column's dates, as a column.
  func column(_ times: [CivilTime?], of name: String) -> TableColumn {
    let name = "\(name): \(part.rawValue)"
    switch part {
    case .days: return TableColumn(name, times.map { $0?.moment ?? .nan })
    case .seconds: return TableColumn(name, times.map { $0?.seconds ?? .nan })
    case .day: return TableColumn(name, times.map { $0.map { Double($0.day) } ?? .nan })
    case .month: return TableColumn(name, times.map { $0.map { Self.months[$0.month - 1] } })
    case .weekday: return TableColumn(name, times.map { $0.map { Self.weekdays[$0.weekday] } })
    case .hour: return TableColumn(name, times.map { $0.map { String(Int($0.seconds) / 3600 % 24) } })
    }
  }
}

extension DateForm {
  /// The dates of a column; nil for those that are missing.
  ///
  /// - Throws: `DataFileError` that names the line of what is no such date.
  func times(of column: TableColumn, in table: Table) throws(DataFileError) -> [CivilTime?] {
    var times: [CivilTime?] = []
    for (row, text) in column.texts.enumerated() {
      let time = text.flatMap { CivilTime($0, as: self) }
      if let text, time == nil {
        throw DataFileError(
          .badValue, file: table.source, expected: "dates or times as \(example) in column \"\(column.name)\"",
          found: "\"\(text.prefix(40))\"\(table.place(of: row))", hint: "an empty field stands for a missing one")
      }
      times.append(time)
    }
    return times
  }
}

extension TableColumn {
  /// How all texts of a column write dates or times; none where one of them is neither. Two where nobody can tell the day
  /// from the month.
  var dateForms: [DateForm] {
    guard case .texts(let texts) = values, let first = texts.lazy.compactMap({ $0 }).first else { return [] }
    // Few columns come further.
    let possible = DateForm.allCases.filter { CivilTime(first, as: $0) != nil }
    return possible.filter { form in texts.allSatisfy { $0.map { CivilTime($0, as: form) != nil } ?? true } }
  }

}

extension Table {
  /// The columns of dates whose day nobody can tell from the month.
  package var unclearDates: [String] { columns.filter { $0.dateForms.count > 1 }.map(\.name) }
}
