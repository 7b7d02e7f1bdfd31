import Foundation
import Weft

/// What is in a file, as a table; with pictures where it goes to a screen.
struct InspectionText {
  private let file: TensorFile
  private let rows: [InspectedTensor]
  private let isScreen = Terminal.width != nil

  init(_ file: TensorFile, _ rows: [InspectedTensor]) { (self.file, self.rows) = (file, rows) }

  var text: String {
    let elements = file.entries.reduce(0) { $0 + $1.shape.elementCount }
    var lines = [
      "\(shown(file.path)): \(file.format.rawValue), \(file.entries.count) tensors, \(Amount.grouped(elements)) elements"
        + ", " + Amount.bytes(file.byteCount)
    ]
    if !file.metadata.isEmpty { lines += ["", "beside the tensors:"] + metadata }
    if !rows.isEmpty { lines += [""] + table }
    lines += rows.compactMap { row in row.damage.map { "\n\(shown(row.entry.name)) cannot be read: \(shown($0))" } }
    if !file.skipped.isEmpty {
      lines += ["", "left out:"] + file.skipped.map { "  \(shown($0.name)): \(shown($0.reason))" }
    }
    return lines.joined(separator: "\n")
  }

  private var metadata: [String] {
    file.metadata.map { key, value in
      let text = shown(value.description)
      return "  \(shown(key)): \(text.count > 100 ? text.prefix(100) + "..." : text[...])"
    }
  }

  private var table: [String] {
    let hasValues = rows.contains { $0.distribution != nil }
    let titles = ["name", "type", "shape", "size"] + (hasValues ? ["least", "most", "mean", "deviation"] : [])
    let lines = [titles] + rows.map { row in cells(of: row, hasValues: hasValues) }
    let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.indices.map { place in
      let padded = titles.indices.map { column -> String in
        let cell = lines[place][column]
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column < 3 ? cell + space : space + cell
      }
      let line = padded.joined(separator: "  ") + (place > 0 ? picture(of: rows[place - 1]) : "")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  private func cells(of row: InspectedTensor, hasValues: Bool) -> [String] {
    let entry = row.entry
    let cells = [shown(entry.name), "\(entry.type)", "\(entry.shape)", Amount.bytes(entry.byteCount)]
    guard hasValues else { return cells }
    guard let values = row.distribution else { return cells + ["", "", "", ""] }
    return cells + [values.least, values.most, values.mean, values.deviation].map(Amount.short)
  }

  private func picture(of row: InspectedTensor) -> String {
    guard let values = row.distribution else { return "" }
    let warning = values.nonFinite > 0 ? "  \(values.nonFinite) not finite" : ""
    guard isScreen else { return warning }
    return "  \(values.picture(isUnicode: Amount.isUnicode))\(warning)"
  }
}
