/// Numbers as people read them; the same in every locale.
package enum NumberText {
  /// A number with so many digits after the point, at most 15: 0.50 for (0.5, 2).
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    let digits = min(max(digits, 0), 15)
    let scale = power(digits)
    let scaled = (value.magnitude * scale).rounded()
    // Beyond 2^53 no digit after the point is known.
    guard scaled < 0x1p53 else { return "\(value)" }
    let whole = Int(scaled) / Int(scale)
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard digits > 0 else { return "\(sign)\(whole)" }
    let fraction = String(Int(scaled) % Int(scale))
    return "\(sign)\(whole).\(String(repeating: "0", count: digits - fraction.count))\(fraction)"
  }

  /// A number with so many digits that say something: 0.01234, 12.34, 1234, 1.234e-07 for 4.
  package static func significant(_ value: Double, _ digits: Int = 4) -> String {
    guard value.isFinite else { return "\(value)" }
    guard value != 0 else { return "0" }
    let magnitude = exponent(of: value)
    guard (-4..<7).contains(magnitude) else { return scientific(value, magnitude, digits) }
    return fixed(value, max(0, digits - 1 - magnitude))
  }

  /// A whole number in groups of three: 12,345.
  package static func grouped(_ value: Double) -> String {
    let digits = fixed(value.rounded(), 0)
    guard value.magnitude < 0x1p53 else { return digits }
    var text = ""
    for (index, digit) in digits.reversed().enumerated() {
      if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// A time in hours, minutes and seconds: 1:02:03, or 0:42.
  package static func duration(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 3.6e8 else { return "?" }
    let total = Int(max(0, seconds).rounded())
    let (hours, minutes) = (total / 3600, total / 60 % 60)
    let rest = padded(total % 60)
    return hours > 0 ? "\(hours):\(padded(minutes)):\(rest)" : "\(minutes):\(rest)"
  }

  /// The power of ten that a number's first digit counts.
  package static func exponent(of value: Double) -> Int {
    var (magnitude, exponent) = (value.magnitude, 0)
    guard magnitude.isFinite, magnitude > 0 else { return 0 }
    while magnitude >= 10 { (magnitude, exponent) = (magnitude / 10, exponent + 1) }
    while magnitude < 1 { (magnitude, exponent) = (magnitude * 10, exponent - 1) }
    return exponent
  }

  /// Ten to an exponent.
  package static func power(_ exponent: Int) -> Double {
    let magnitude = (0..<exponent.magnitude).reduce(1.0) { product, _ in product * 10 }
    return exponent < 0 ? 1 / magnitude : magnitude
  }

  private static func padded(_ value: Int) -> String { (value < 10 ? "0" : "") + String(value) }

  private static func scientific(_ value: Double, _ exponent: Int, _ digits: Int) -> String {
    let sign = exponent < 0 ? "-" : "+"
    // Divided twice where the power itself would be beyond the largest number.
    let half = exponent / 2
    let mantissa = fixed(value / power(half) / power(exponent - half), digits - 1)
    // 9.9999 is rounded to 10: one power more.
    let isTen = mantissa.drop { $0 == "-" }.hasPrefix("10")
    return isTen ? scientific(value, exponent + 1, digits) : "\(mantissa)e\(sign)\(padded(Int(exponent.magnitude)))"
  }
}
