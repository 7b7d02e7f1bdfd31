#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What `strftime_now` takes for the present.
public struct TemplateClock: Sendable {
  let now: @Sendable () -> TemplateTime

  /// The system's time, in its time zone.
  public static let system = TemplateClock { TemplateTime.local }

  /// Always the same moment: results that can be compared.
  public static func fixed(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0
  ) -> TemplateClock {
    let time = TemplateTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    return TemplateClock { time }
  }
}

/// A moment by the calendar.
struct TemplateTime: Sendable {
  var year: Int
  var month: Int
  var day: Int
  var hour: Int
  var minute: Int
  var second: Int
  var microsecond = 0

  static var local: TemplateTime {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    var seconds = now.tv_sec
    localtime_r(&seconds, &parts)
    return TemplateTime(
      year: Int(parts.tm_year) + 1900, month: Int(parts.tm_mon) + 1, day: Int(parts.tm_mday), hour: Int(parts.tm_hour),
      minute: Int(parts.tm_min), second: Int(parts.tm_sec), microsecond: now.tv_nsec / 1000)
  }

  /// Days since 1 January 1970, by the Gregorian calendar.
  private var dayNumber: Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private var weekday: Int { ((dayNumber + 4) % 7 + 7) % 7 }

  private var dayOfYear: Int {
    dayNumber - TemplateTime(year: year, month: 1, day: 1, hour: 0, minute: 0, second: 0).dayNumber + 1
  }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
  private static let weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

  /// The time by a format of C's `strftime`, in English.
  func formatted(_ format: String) -> String {
    var result = ""
    var rest = format.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%", let letter = rest.popFirst() else {
        result.unicodeScalars.append(scalar)
        continue
      }
      let isUnpadded = letter == "-" && !rest.isEmpty
      let kind = isUnpadded ? rest.removeFirst() : letter
      guard let part = part(kind) else {
        result += "%\(isUnpadded ? "-" : "")\(kind)"
        continue
      }
      let trimmed = part.drop { $0 == "0" || $0 == " " }
      result += isUnpadded ? (trimmed.isEmpty ? "0" : String(trimmed)) : part
    }
    return result
  }

  private func padded(_ number: Int, _ width: Int = 2, _ fill: String = "0") -> String {
    let digits = String(number)
    return String(repeating: fill, count: max(0, width - digits.count)) + digits
  }

  private func part(_ kind: Unicode.Scalar) -> String? {
    let hour12 = hour % 12 == 0 ? 12 : hour % 12
    switch kind {
    case "Y": return String(year)
    case "y": return padded(year % 100)
    case "C": return padded(year / 100)
    case "m": return padded(month)
    case "d": return padded(day)
    case "e": return padded(day, 2, " ")
    case "B": return Self.months[(month - 1) % 12]
    case "b", "h": return String(Self.months[(month - 1) % 12].prefix(3))
    case "A": return Self.weekdays[weekday]
    case "a": return String(Self.weekdays[weekday].prefix(3))
    case "H": return padded(hour)
    case "I": return padded(hour12)
    case "k": return padded(hour, 2, " ")
    case "l": return padded(hour12, 2, " ")
    case "M": return padded(minute)
    case "S": return padded(second)
    case "f": return padded(microsecond, 6)
    case "p": return hour < 12 ? "AM" : "PM"
    default: return composedPart(kind)
    }
  }

  private func composedPart(_ kind: Unicode.Scalar) -> String? {
    switch kind {
    case "j": padded(dayOfYear, 3)
    case "u": String(weekday == 0 ? 7 : weekday)
    case "w": String(weekday)
    case "U": padded((dayOfYear + 6 - weekday) / 7)
    case "W": padded((dayOfYear + 6 - (weekday + 6) % 7) / 7)
    case "F": formatted("%Y-%m-%d")
    case "T", "X": formatted("%H:%M:%S")
    case "R": formatted("%H:%M")
    case "D", "x": formatted("%m/%d/%y")
    case "c": formatted("%a %b %e %H:%M:%S %Y")
    case "r": formatted("%I:%M:%S %p")
    case "n": "\n"
    case "t": "\t"
    case "%": "%"
    case "z", "Z": ""
    default: nil
    }
  }
}
