import Foundation
import WeftIO

extension Explanation {
  /// The page: one HTML file that needs nothing else.
  public var html: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(SVG.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    \(Self.body)
    <script type="application/json" id="pass">\(json)</script>
    <script>
    \(Self.script)
    \(Self.edges)
    </script>
    </body>
    </html>

    """
  }

  /// Writes the page, whole or not at all.
  ///
  /// - Throws: `FileWriteError`.
  public func write(to path: String) throws(FileWriteError) { try AtomicFile.write(html, to: path) }

  private struct Pass: Encodable {
    let title: String
    let loss: Double?
    let parameterCount: Int
    let forwardSeconds: Double
    let backwardSeconds: Double
    let goesBack: Bool
    let modules: [String: String]
    let steps: [ExplainedStep]
    let tensors: [ExplainedTensor]
  }

  /// The pass as the page's program reads it; nothing in it can end the element that holds it.
  private var json: String {
    let pass = Pass(
      title: title, loss: loss.isFinite ? loss : nil, parameterCount: parameterCount, forwardSeconds: forwardSeconds,
      backwardSeconds: backwardSeconds, goesBack: goesBack, modules: modules, steps: steps, tensors: tensors)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Every number was looked at: none is infinite or undefined.
    let data = (try? encoder.encode(pass)) ?? Data("null".utf8)
    return String(decoding: data, as: UTF8.self).replacingOccurrences(of: "<", with: "\\u003c")
  }

  private static let body = """
    <header>
      <h1 id="title"></h1>
      <p id="facts"></p>
      <div class="walk">
        <button id="back" aria-label="One step back">&#9664;</button>
        <input id="place" type="range" min="0" value="0" aria-label="Place in the pass">
        <button id="on" aria-label="One step on">&#9654;</button>
      </div>
      <p id="where" role="status" aria-live="polite"></p>
    </header>
    <main>
      <nav id="graph" aria-label="Modules and operations"></nav>
      <section id="detail" aria-label="The operation"></section>
    </main>
    <footer><p>Marks: &#9675; not reached, &#9679; computed, &#9650; its gradients are known, &#9654; where the walk is. Arcs lead from an operation to those that read its result.</p></footer>
    """
}
