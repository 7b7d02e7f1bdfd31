import WeftTensor

// The drawings of a report: each a panel of its own, so that a telephone shows them one below the other.
extension RunReport {
  /// Large enough for its letters where a telephone shows it.
  private static let size = (width: 360.0, height: 270.0)

  static func chart(_ panel: Chart.Panel, xLabel: String) -> String {
    let drawn = ChartPanelSVG(panel, xLabel: xLabel, width: size.width, height: size.height, top: 8)
    return HTML.figure(
      drawn.text, width: size.width, height: drawn.height, title: "\(panel.title) by \(xLabel)")
  }

  private static func unit(_ measure: String) -> Chart.Unit { measure.hasSuffix("accuracy") ? .percent : .number }

  /// The curves of one run.
  static func curves(_ run: ReportedRun) -> String {
    let charts = run.measures.map { measure in
      let lines = ["train", run.validation].compactMap { data in
        run.run.values("\(data)_\(measure)").map { Chart.Line(data, $0) }
      }
      return chart(Chart.Panel(measure, unit: unit(measure), lines: lines), xLabel: "epoch")
    }
    return charts.isEmpty ? "" : "<div class=\"charts\">\n\(charts.joined())</div>\n"
  }

  /// The same measure of several runs.
  static func comparison(_ runs: [ReportedRun]) -> String {
    var measures: [String] = []
    for run in runs { for measure in run.measures where !measures.contains(measure) { measures.append(measure) } }
    let charts = measures.map { measure in
      let lines = runs.compactMap { run in run.curve(measure).map { Chart.Line(run.name, $0) } }
      return chart(Chart.Panel(measure, unit: unit(measure), lines: lines), xLabel: "epoch")
    }
    return charts.isEmpty ? "" : "<h3>Side by side</h3>\n<div class=\"charts\">\n\(charts.joined())</div>\n"
  }

  /// How gradients and updates went.
  static func health(_ history: HealthHistory?) -> String {
    guard let history, !history.points.isEmpty else { return "" }
    func line(_ name: String, _ value: (HealthHistory.Point) -> Double?) -> Chart.Line {
      Chart.Line(
        name, points: history.points.compactMap { point in value(point).map { .init(Double(point.step), $0) } })
    }
    var panels = [Chart.Panel("norm of all gradients", lines: [line("norm", \.gradientNorm)])]
    let ratios = ["least", "middle", "largest"].enumerated().map { place, name in
      line(name) { $0.updateRatios.indices.contains(place) ? $0.updateRatios[place] : nil }
    }
    panels.append(Chart.Panel("update / weights of a layer", scale: .logarithmic, lines: ratios))
    let dead = line("share", \.deadShare)
    if !dead.points.isEmpty { panels.append(Chart.Panel("units that give one value", unit: .percent, lines: [dead])) }
    return "<h3>Gradient health</h3>\n<div class=\"charts\">\n"
      + panels.map { chart($0, xLabel: "step") }.joined() + "</div>\n" + layers(history.last)
  }

  private static func layers(_ report: HealthReport?) -> String {
    guard let report else { return "" }
    let rows = report.layers.prefix(200).map { layer in
      [HTML.text(layer.name.isEmpty ? "(model)" : layer.name)]
        + [layer.weightNorm, layer.gradientNorm, layer.updateRatio].map(HTML.number)
    }
    return "<details><summary>Layer by layer, step \(report.step)</summary>"
      + HTML.table(["layer", "weights", "gradients", "update/weights"], Array(rows)) + "</details>\n"
  }

  /// Numbers that were to be found out against what the model said; on the line both are the same.
  static func scatter(_ numbers: RunFindings.Numbers?) -> String {
    guard let numbers else { return "" }
    let pairs = zip(numbers.truth, numbers.predictions).filter { $0.isFinite && $1.isFinite }.prefix(2000)
    guard !pairs.isEmpty else { return "" }
    let axis = ChartAxis.vertical(pairs.flatMap { [$0.0, $0.1] })
    let left = max(62, ChartAxis.room(for: axis.ticks.map(axis.label)))
    // The last label stands under the end of the axis, half of it beyond.
    let right = size.width - max(14, ChartAxis.room(for: axis.ticks.suffix(1).map(axis.label)) / 2)
    let plot = (left: left, top: 30.0, right: right, bottom: size.height - 44)
    func x(_ value: Double) -> Double { plot.left + axis.fraction(value) * (plot.right - plot.left) }
    func y(_ value: Double) -> Double { plot.bottom - axis.fraction(value) * (plot.bottom - plot.top) }
    var drawing = SVG.text(
      "predicted by true \(HTML.shortened(numbers.name, to: 20))", at: (plot.left, 20), size: 15, color: SVG.ink)
    for tick in axis.ticks {
      drawing += SVG.segment((plot.left, y(tick)), (plot.right, y(tick)), color: SVG.grid)
      drawing += SVG.text(axis.label(tick), at: (plot.left - 6, y(tick) + 4.5), anchor: .end)
    }
    for tick in [axis.ticks.first, axis.ticks.last].compactMap({ $0 }) {
      drawing += SVG.text(axis.label(tick), at: (x(tick), plot.bottom + 18), anchor: .middle)
    }
    let (low, high) = (axis.range.lowerBound, axis.range.upperBound)
    drawing += SVG.segment((x(low), y(low)), (x(high), y(high)), color: SVG.softInk, dash: "5 4")
    for (truth, prediction) in pairs { drawing += SVG.ring(at: (x(truth), y(prediction)), color: SVG.colors[0]) }
    drawing += SVG.text("true", at: ((plot.left + plot.right) / 2, plot.bottom + 36), anchor: .middle)
    return "<h3>True and predicted</h3>\n<div class=\"charts\">\n"
      + HTML.figure(drawing, width: size.width, height: size.height, title: "predicted by true \(numbers.name)")
      + "</div>\n"
  }
}
