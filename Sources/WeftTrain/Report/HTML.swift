import WeftTensor

/// Pieces of HTML; every text of a file's or a user's passes `text`.
enum HTML {
  static func text(_ content: String) -> String { SVG.escaped(content) }

  /// A text whose lines are kept, as in `pre`.
  static func lines(_ content: String) -> String {
    content.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { text(String($0)) }.joined(
      separator: "\n")
  }

  /// A name in so many letters at most, which says that it was longer.
  static func shortened(_ name: String, to letters: Int) -> String {
    name.count <= letters ? name : name.prefix(letters - 1) + "…"
  }

  /// A table that scrolls by itself where it is wider than the page.
  ///
  /// - Parameter rows: Cells of HTML, the first of each row its heading.
  static func table(_ heads: [String], _ rows: [[String]], caption: String? = nil, kind: String = "") -> String {
    let head = heads.map { "<th scope=\"col\">\($0)</th>" }.joined()
    let body = rows.map { row in
      let cells = row.dropFirst().map { "<td>\($0)</td>" }.joined()
      return "<tr><th scope=\"row\">\(row.first ?? "")</th>\(cells)</tr>"
    }
    let title = caption.map { "<caption>\(text($0))</caption>" } ?? ""
    return "<div class=\"wide\"><table class=\"\(kind)\">\(title)<thead><tr>\(head)</tr></thead>\n<tbody>"
      + body.joined(separator: "\n") + "</tbody></table></div>\n"
  }

  /// A drawing, as wide as its place.
  static func figure(_ drawing: String, width: Double, height: Double, title: String) -> String {
    let box = "0 0 \(SVG.number(width)) \(SVG.number(height))"
    return "<figure><svg viewBox=\"\(box)\" role=\"img\" aria-label=\"\(text(title))\">\n"
      + "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\(drawing)</svg></figure>\n"
  }

  static func number(_ value: Double) -> String { value.isNaN ? "-" : NumberText.significant(value) }

  /// A share in hundredths.
  static func percent(_ share: Double) -> String {
    share.isFinite ? NumberText.fixed(share * 100, 1) + "%" : "-"
  }
}
