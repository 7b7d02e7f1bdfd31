import WeftData
import WeftIO
import WeftTensor

/// What became of one training or of several, as a page: curves, mistakes, the samples that a model is most wrong at,
/// texts that it wrote, gradients over time, settings.
///
/// ```swift
/// try RunReport([RunFolder("runs/iris"), RunFolder("runs/iris-wide")]).write(to: "report.html")
/// ```
/// The page is one file without a program in it; it asks nothing of a network.
public struct RunReport {
  private let runs: [ReportedRun]

  /// Reads the runs.
  ///
  /// - Throws: `DataFileError` where a folder holds no run, or a file of one cannot be understood.
  public init(_ folders: [RunFolder]) throws {
    var runs = try folders.map { try ReportedRun($0) }
    // Runs of one name in several folders are told apart by their whole paths.
    for place in runs.indices where runs.count(where: { $0.run.name == runs[place].run.name }) > 1 {
      runs[place].name = runs[place].run.folder.path
    }
    self.runs = runs
  }

  /// The page: one HTML file that needs nothing else.
  public var html: String {
    let title = runs.count == 1 ? "Run \(runs[0].name)" : "\(runs.count) runs"
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <title>\(HTML.text(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <h1>\(HTML.text(title))</h1>
      \(runs.count > 1 ? results + Self.comparison(runs) : "")
      <div class="runs">
      \(runs.map { section($0) }.joined())</div>
      \(settings)
      </body>
      </html>

      """
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Throws: `FileWriteError`.
  public func write(to path: String) throws(FileWriteError) { try AtomicFile.write(html, to: path) }

  /// What each run came to in the end, beside the others.
  private var results: String {
    var columns: [String] = []
    for run in runs { for column in run.run.columns where !columns.contains(column) { columns.append(column) } }
    let rows = columns.map { column in
      [HTML.text(column.replacing("_", with: " "))] + runs.map { $0.run.last(column).map(HTML.number) ?? "-" }
    }
    return HTML.table([""] + runs.map { HTML.text($0.name) }, rows, caption: "After the last epoch")
  }

  private func section(_ run: ReportedRun) -> String {
    let (stored, findings) = (run.run, run.findings)
    let configuration = stored.configuration
    let about =
      "\(configuration?.architecture ?? "-") on \(configuration?.dataset ?? "-"), "
      + "\(stored.rows.count) of \(configuration.map { "\($0.epochs)" } ?? "?") epochs, \(stored.state)"
    let last = stored.columns.filter { $0.hasPrefix(run.validation + "_") }.compactMap { column in
      stored.last(column).map { "\(column.replacing("_", with: " ")) \(HTML.number($0))" }
    }
    var parts = ["<article>\n<h2>\(HTML.text(run.name))</h2>\n<p class=\"soft\">\(HTML.text(about))</p>\n"]
    if !last.isEmpty { parts.append("<p>\(HTML.text(last.joined(separator: ", ")))</p>\n") }
    parts.append(Self.curves(run))
    if let findings {
      parts += [
        Self.texts(findings.texts), Self.scatter(findings.numbers), Self.confusion(findings), Self.worst(findings),
      ]
    } else {
      parts.append("<p class=\"soft\">What the model errs at is known when the training has ended.</p>\n")
    }
    return (parts + [Self.health(run.health), "</article>\n"]).joined()
  }

  private static func texts(_ texts: [RunFindings.Text]) -> String {
    guard let last = texts.last else { return "" }
    func shown(_ text: RunFindings.Text) -> String {
      "<p class=\"soft\">after epoch \(text.epoch)</p>\n<pre>\(HTML.lines(text.text))</pre>\n"
    }
    let earlier = texts.dropLast().map(shown).joined()
    return "<h3>What the model writes</h3>\n" + shown(last)
      + (earlier.isEmpty ? "" : "<details><summary>Earlier</summary>\n\(earlier)</details>\n")
  }

  /// What the runs were made by, beside each other.
  private var settings: String {
    let facts = runs.map { run in
      run.run.facts + [
        ("began", run.run.manifest?.began ?? "-"), ("ended", run.run.manifest?.ended ?? "-"),
        ("command", run.run.manifest?.command.joined(separator: " ") ?? "-"),
      ]
    }
    let rows = (facts.first ?? []).indices.map { place in
      [HTML.text(facts[0][place].name)] + facts.map { HTML.text($0[place].value) }
    }
    return "<h3>Settings</h3>\n" + HTML.table([""] + runs.map { HTML.text($0.name) }, rows, kind: "settings")
  }
}
