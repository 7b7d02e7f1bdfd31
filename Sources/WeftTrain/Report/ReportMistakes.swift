import Foundation
import WeftTensor

// Where a model errs: its confusion of classes, and the samples with the largest errors.
extension RunReport {
  /// With more classes than this a matrix is no longer read: the commonest mistakes are listed instead.
  private static let mostClasses = 24
  private static let mostFields = 12

  static func confusion(_ findings: RunFindings) -> String {
    guard !findings.confusion.isEmpty else { return "" }
    let body = findings.classes.count <= mostClasses ? matrix(findings) : commonest(findings)
    return "<h3>Confusion on the \(HTML.text(findings.data)) data</h3>\n" + body + recalls(findings)
  }

  private static func matrix(_ findings: RunFindings) -> String {
    let names = findings.classes.map { HTML.text(HTML.shortened($0, to: 24)) }
    let titles = findings.classes.map { " title=\"\(HTML.text($0))\"" }
    let rows = findings.confusion.enumerated().map { truth, row in
      let total = max(1, row.reduce(0, +))
      let cells = row.enumerated().map { prediction, count in
        cell(count, share: Double(count) / Double(total), isOwn: truth == prediction)
      }
      return "<tr><th scope=\"row\"\(titles[truth])>\(names[truth])</th>\(cells.joined())</tr>"
    }
    let heads = zip(names, titles).map { "<th scope=\"col\"\($1)>\($0)</th>" }.joined()
    return "<p class=\"soft\">Rows: what it is. Columns: what the model says. Framed: right.</p>\n"
      + "<div class=\"wide\"><table class=\"confusion\"><thead><tr><th scope=\"col\"></th>\(heads)</tr></thead>\n<tbody>"
      + rows.joined(separator: "\n") + "</tbody></table></div>\n"
  }

  private static func cell(_ count: Int, share: Double, isOwn: Bool) -> String {
    let shade =
      isOwn || count == 0 ? "" : " style=\"background: rgba(var(--mark), \(NumberText.fixed(0.15 + 0.6 * share, 2)))\""
    return "<td\(isOwn ? " class=\"own\"" : "")\(shade)>\(count == 0 ? "&middot;" : "\(count)")</td>"
  }

  private static func commonest(_ findings: RunFindings) -> String {
    let pairs = findings.confusion.enumerated().flatMap { truth, row in
      row.enumerated().filter { $0.offset != truth && $0.element > 0 }.map { (truth, $0.offset, $0.element) }
    }
    let rows = pairs.sorted { ($1.2, $0.0, $0.1) < ($0.2, $1.0, $1.1) }.prefix(30).map { truth, prediction, count in
      [HTML.text(findings.classes[truth]), HTML.text(findings.classes[prediction]), "\(count)"]
    }
    return rows.isEmpty
      ? "<p>No mistakes.</p>\n"
      : HTML.table(["what it is", "what the model says", "samples"], Array(rows), caption: "The commonest mistakes")
  }

  /// Of each class, how much of it was found, and how much of what was taken for it is of it.
  private static func recalls(_ findings: RunFindings) -> String {
    let matrix = findings.confusion
    let rows = matrix.indices.map { place -> (recall: Double, cells: [String]) in
      let (right, truth) = (matrix[place][place], matrix[place].reduce(0, +))
      let predicted = matrix.reduce(0) { $0 + $1[place] }
      let recall = share(Double(right), of: Double(truth))
      let cells = [
        HTML.text(findings.classes[place]), "\(truth)", HTML.percent(recall),
        HTML.percent(share(Double(right), of: Double(predicted))),
      ]
      return (recall.isNaN ? 2 : recall, cells)
    }
    let worst = rows.sorted { $0.recall < $1.recall }.prefix(50).map(\.cells)
    return "<details><summary>Class by class</summary>"
      + HTML.table(["class", "samples", "recall", "precision"], Array(worst)) + "</details>\n"
  }

  static func worst(_ findings: RunFindings) -> String {
    guard !findings.worst.isEmpty else { return "" }
    let hasPictures = findings.worst.contains { $0.picture != nil }
    return "<h3>Where the model is most wrong</h3>\n" + (hasPictures ? pictures(findings.worst) : rows(findings.worst))
  }

  private static func pictures(_ samples: [RunFindings.Sample]) -> String {
    let figures = samples.map { sample in
      let (truth, prediction) = (HTML.text(sample.truth), HTML.text(sample.prediction))
      let image = sample.picture.map {
        "<img alt=\"\(truth)\" src=\"data:image/png;base64,\($0.base64EncodedString())\">"
      }
      return "<figure>\(image ?? "")<figcaption>is <b>\(truth)</b>, said <b>\(prediction)</b>"
        + "<br><small>\(HTML.text(sample.name)), loss \(HTML.number(sample.error))</small></figcaption></figure>"
    }
    return "<div class=\"pictures\">\n\(figures.joined(separator: "\n"))</div>\n"
  }

  private static func rows(_ samples: [RunFindings.Sample]) -> String {
    var (names, known): ([String], Set<String>) = ([], [])
    for field in samples.flatMap(\.fields) where known.insert(field.name).inserted { names.append(field.name) }
    let shown = names.prefix(mostFields)
    let rows = samples.map { sample -> [String] in
      let values = Dictionary(sample.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      return [sample.name, sample.truth, sample.prediction, HTML.number(sample.error)].map { HTML.text($0) }
        + shown.map { HTML.text(HTML.shortened(values[$0] ?? "", to: 40)) }
    }
    let heads = ["", "true", "predicted", "error"] + shown.map { HTML.text(HTML.shortened($0, to: 40)) }
    let rest = names.count - shown.count
    return HTML.table(heads, rows) + (rest > 0 ? "<p class=\"soft\">columns not shown: \(rest)</p>\n" : "")
  }
}
