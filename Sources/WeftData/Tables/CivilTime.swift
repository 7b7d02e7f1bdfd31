/// How a column writes its dates.
enum DateForm: String, Hashable, Sendable, Codable, CaseIterable {
  /// 2024-01-31, 2024/1/31, 2024.01.31 and, for the first of a month, 2024-01.
  case yearFirst
  /// 31.1.2024, 31/01/2024, 31-01-2024.
  case dayFirst
  /// 1/31/2024, 01-31-2024.
  case monthFirst
  /// 31 Jan 2024, Jan 31, 2024, 31-January-2024, with or without a weekday before it.
  case named
  /// A time of the day alone: 14:30, 14:30:05, 2:30 PM.
  case clock

  /// What a value looks like, for messages.
  var example: String {
    switch self {
    case .yearFirst: "2024-01-31"
    case .dayFirst: "31.1.2024"
    case .monthFirst: "1/31/2024"
    case .named: "31 Jan 2024"
    case .clock: "14:30"
    }
  }
}

/// A day of the calendar and a time of that day, as a text says them.
///
/// After a date a time may follow, behind a `T` or a space: hours and minutes, seconds with a fraction, AM or PM, and a zone
/// (`Z`, `UTC`, `GMT`, `+02:00`, `+0200`, `+02`). Years have four digits.
struct CivilTime: Hashable {
  private(set) var year = 1970
  /// From 1.
  private(set) var month = 1
  /// From 1.
  private(set) var day = 1
  /// Since midnight, by the clock that the text was written by.
  private(set) var seconds = 0.0
  /// By how much that clock is ahead of UTC.
  private(set) var offset = 0

  /// Nil for what is no date or time of this form.
  init?(_ text: String, as form: DateForm) {
    var scanner = DateScanner(text)
    if form != .clock {
      guard let date = scanner.date(form), (1...12).contains(date.month),
        (1...Self.days(in: date.month, of: date.year)).contains(date.day)
      else { return nil }
      (year, month, day) = (date.year, date.month, date.day)
      if scanner.isAtEnd { return }
      guard scanner.skipBeforeTime() else { return nil }
    }
    guard let clock = scanner.clock(), let zone = scanner.zone(), scanner.isAtEnd else { return nil }
    (seconds, offset) = (clock, zone)
  }

  private static func days(in month: Int, of year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Whole days since the first of January 1970, by the Gregorian calendar. Years begin in March here, so that the day that
  /// some have more is the last.
  var daysSince1970: Int {
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// From 0 for Monday.
  var weekday: Int { ((daysSince1970 + 3) % 7 + 7) % 7 }

  /// The moment, in days since the first of January 1970 in UTC.
  var moment: Double { Double(daysSince1970) + (seconds - Double(offset)) / 86_400 }
}

/// Reads the parts of a date one after the other.
private struct DateScanner {
  private let bytes: [UInt8]
  private var place = 0
  /// Longer texts are remarks.
  private static let longest = 64
  private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
  private static let longMonths = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
  ]
  private static let weekdays = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday",
  ]

  init(_ text: String) {
    let utf8 = text.utf8
    var slice = utf8.count <= Self.longest ? Array(utf8)[...] : []
    while slice.first == 0x20 { slice.removeFirst() }
    while slice.last == 0x20 { slice.removeLast() }
    bytes = Array(slice)
  }

  var isAtEnd: Bool { place == bytes.count }
  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  /// All digits that follow, if they are so many.
  private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
    let run = bytes[place...].prefix { (0x30...0x39).contains($0) }
    guard digits.contains(run.count) else { return nil }
    place += run.count
    return run.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private mutating func skip(_ characters: String) -> UInt8? {
    guard let next, characters.utf8.contains(next) else { return nil }
    place += 1
    return next
  }

  private mutating func skipAll(_ characters: String) -> Bool {
    let start = place
    while skip(characters) != nil {}
    return place > start
  }

  /// The letters that follow, small.
  private mutating func word() -> String {
    let run = bytes[place...].prefix { (0x41...0x5A).contains($0 & 0xDF) }
    place += run.count
    return String(decoding: run.map { $0 | 0x20 }, as: UTF8.self)
  }

  mutating func date(_ form: DateForm) -> (year: Int, month: Int, day: Int)? {
    switch form {
    case .yearFirst: yearFirst()
    case .dayFirst: yearLast("./-").map { (year: $0.year, month: $0.second, day: $0.first) }
    case .monthFirst: yearLast("/-").map { (year: $0.year, month: $0.first, day: $0.second) }
    case .named: named()
    case .clock: nil
    }
  }

  private mutating func yearFirst() -> (year: Int, month: Int, day: Int)? {
    guard let year = number(4...4), let stroke = skip("-/."), let month = number(1...2) else { return nil }
    if isAtEnd, stroke != 0x2E { return (year, month, 1) }
    guard skip("-/.") == stroke, let day = number(1...2) else { return nil }
    return (year, month, day)
  }

  private mutating func yearLast(_ strokes: String) -> (first: Int, second: Int, year: Int)? {
    guard let first = number(1...2), let stroke = skip(strokes), let second = number(1...2), skip(strokes) == stroke,
      let year = number(4...4)
    else { return nil }
    return (first, second, year)
  }

  private mutating func named() -> (year: Int, month: Int, day: Int)? {
    let before = place
    if Self.weekdays.contains(word()) { _ = skipAll(", .") } else { place = before }
    var day = number(1...2)
    if day != nil, !skipAll(" -/.") { return nil }
    let name = word()
    guard let month = (Self.months.firstIndex(of: name) ?? Self.longMonths.firstIndex(of: name)).map({ $0 + 1 })
    else { return nil }
    guard skipAll(" -/.,") else { return nil }
    if day == nil {
      day = number(1...2)
      guard skipAll(" -/,") else { return nil }
    }
    guard let day, let year = number(4...4) else { return nil }
    return (year, month, day)
  }

  /// What stands between a date and a time.
  mutating func skipBeforeTime() -> Bool {
    if skip("Tt") != nil { return true }
    return skipAll(", ")
  }

  /// Seconds since midnight.
  mutating func clock() -> Double? {
    guard var hour = number(1...2), skip(":") != nil, let minute = number(2...2), minute < 60 else { return nil }
    var seconds = 0.0
    if skip(":") != nil {
      guard let whole = number(2...2), whole <= 60 else { return nil }
      seconds = Double(whole)
      if skip(".,") != nil {
        guard let fraction = fraction() else { return nil }
        seconds += fraction
      }
    }
    let before = place
    _ = skipAll(" ")
    let half = word()
    if half == "am" || half == "pm" {
      guard (1...12).contains(hour) else { return nil }
      hour = hour % 12 + (half == "pm" ? 12 : 0)
    } else {
      place = before
    }
    return hour < 24 ? Double(hour * 3600 + minute * 60) + seconds : nil
  }

  private mutating func fraction() -> Double? {
    let run = bytes[place...].prefix { (0x30...0x39).contains($0) }
    place += run.count
    return run.isEmpty ? nil : run.reversed().reduce(0) { ($0 + Double($1 - 0x30)) / 10 }
  }

  /// The zone's seconds ahead of UTC, 0 where none is named; nil for what is no zone.
  mutating func zone() -> Int? {
    if isAtEnd { return 0 }
    _ = skipAll(" ")
    if let sign = skip("+-") {
      var (hours, minutes) = (0, 0)
      if let both = number(4...4) {
        (hours, minutes) = (both / 100, both % 100)
      } else {
        guard let first = number(2...2) else { return nil }
        hours = first
        if skip(":") != nil {
          guard let rest = number(2...2) else { return nil }
          minutes = rest
        }
      }
      guard hours <= 18, minutes < 60 else { return nil }
      return (sign == 0x2D ? -1 : 1) * (hours * 3600 + minutes * 60)
    }
    return ["z", "utc", "gmt"].contains(word()) ? 0 : nil
  }
}
