import Foundation
import Weft

/// Numbers in few characters.
enum Amount {
  static func bytes(_ count: Int) -> String {
    var (value, unit) = (Double(count), 0)
    let units = ["B", "KB", "MB", "GB", "TB"]
    while value >= 1000, unit < units.count - 1 { (value, unit) = (value / 1000, unit + 1) }
    return unit == 0 ? "\(count) B" : String(format: value < 10 ? "%.2f %@" : "%.1f %@", value, units[unit])
  }

  static func short(_ value: Double) -> String { value.isFinite ? String(format: "%.4g", value) : "-" }

  static func grouped(_ count: Int) -> String {
    let digits = Array(String(count))
    return String(
      digits.indices.flatMap { place -> [Character] in
        let rest = digits.count - place
        return place > 0 && rest % 3 == 0 ? [",", digits[place]] : [digits[place]]
      })
  }

  /// Whether the terminal shows block characters, as far as the environment tells.
  static var isUnicode: Bool {
    let environment = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    return locale.lowercased().replacingOccurrences(of: "-", with: "").contains("utf8")
  }
}

/// A text of a file's with its control characters escaped: no name moves the cursor or forges a line.
func shown(_ text: String) -> String { text.onOneLine }
