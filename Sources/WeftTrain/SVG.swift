import WeftTensor

/// The pieces of SVG that charts are made of.
enum SVG {
  static let ink = "#1f2328"
  static let softInk = "#59636e"
  static let grid = "#e4e8ec"
  static let warning = "#cf222e"
  /// Colors that stay apart for most kinds of color blindness (after P. Tol, "Colour schemes", 2021).
  static let colors = ["#0b6bcb", "#e8590c", "#2f9e44", "#9c36b5", "#0c8599", "#b08900"]
  /// What tells lines apart where there is no color.
  static let dashes = ["", "7 4", "2 4", "10 4 2 4"]

  enum Anchor: String {
    case start, middle, end
  }

  static func text(
    _ content: String, at place: (x: Double, y: Double), size: Int = 13, color: String = softInk, weight: Int = 400,
    anchor: Anchor = .start
  ) -> String {
    "<text x=\"\(number(place.x))\" y=\"\(number(place.y))\" font-size=\"\(size)\" font-weight=\"\(weight)\" "
      + "fill=\"\(color)\" text-anchor=\"\(anchor.rawValue)\">\(escaped(content))</text>\n"
  }

  static func segment(
    _ from: (x: Double, y: Double), _ to: (x: Double, y: Double), color: String, width: Double = 1, dash: String = ""
  ) -> String {
    "<line x1=\"\(number(from.x))\" y1=\"\(number(from.y))\" x2=\"\(number(to.x))\" y2=\"\(number(to.y))\" "
      + "stroke=\"\(color)\" stroke-width=\"\(number(width))\"\(dashed(dash))/>\n"
  }

  private static func dashed(_ dash: String) -> String { dash.isEmpty ? "" : " stroke-dasharray=\"\(dash)\"" }

  static func path(
    _ places: [(x: Double, y: Double)], color: String, width: Double, opacity: Double = 1, dash: String = ""
  ) -> String {
    guard !places.isEmpty else { return "" }
    let steps = places.map { "\(number($0.x)) \(number($0.y))" }.joined(separator: "L")
    return "<path d=\"M\(steps)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"\(number(width))\" "
      + "stroke-linejoin=\"round\" stroke-linecap=\"round\" stroke-opacity=\"\(number(opacity))\"\(dashed(dash))/>\n"
  }

  /// A mark of a point: a circle, a square, a triangle or a diamond, by the line's number.
  static func mark(at place: (x: Double, y: Double), color: String, shape: Int) -> String {
    let (x, y) = place
    let paint = "fill=\"\(color)\" stroke=\"#ffffff\"/>\n"
    func polygon(_ corners: [(Double, Double)]) -> String {
      "<polygon points=\"\(corners.map { "\(number(x + $0.0)),\(number(y + $0.1))" }.joined(separator: " "))\" " + paint
    }
    switch shape % 4 {
    case 0: return "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"3.2\" " + paint
    case 1: return polygon([(-3, -3), (3, -3), (3, 3), (-3, 3)])
    case 2: return polygon([(0, -4.2), (3.8, 3), (-3.8, 3)])
    default: return polygon([(0, -4.4), (4.4, 0), (0, 4.4), (-4.4, 0)])
    }
  }

  /// A circle that others show through.
  static func ring(at place: (x: Double, y: Double), color: String) -> String {
    "<circle cx=\"\(number(place.x))\" cy=\"\(number(place.y))\" r=\"3\" fill=\"none\" stroke=\"\(color)\" "
      + "stroke-opacity=\"0.6\"/>\n"
  }

  /// A coordinate, with as many digits as the eye sees.
  static func number(_ value: Double) -> String {
    value == value.rounded() ? NumberText.fixed(value, 0) : NumberText.fixed(value, 2)
  }

  /// Text as XML wants it; control characters, which XML forbids, are left out.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n", "\r": escaped += " "
      case "\u{0}"..."\u{1F}", "\u{FFFE}"..."\u{FFFF}": break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
