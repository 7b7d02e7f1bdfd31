import WeftTensor

/// One panel of a chart: title, legend, axes and lines.
struct ChartPanelSVG {
  /// Fewer points than this are drawn as dots too.
  private static let mostDots = 40

  private let panel: Chart.Panel
  private let xLabel: String
  private let lines: [ChartLine]
  private let horizontal: ChartAxis
  private let vertical: ChartAxis
  private let top: Double
  /// The rectangle between the axes.
  private let plot: (left: Double, top: Double, right: Double, bottom: Double)

  /// - Parameter top: What is left free above the title.
  init(_ panel: Chart.Panel, xLabel: String, width: Double, height: Double, top: Double = 0) {
    self.top = top
    self.panel = panel
    self.xLabel = xLabel
    lines = panel.lines.map { ChartLine($0.points) }
    horizontal = .horizontal(lines.flatMap(\.points).map(\.x) + lines.compactMap(\.firstNotFinite?.x))
    let values = lines.flatMap(\.points).map(\.y)
    vertical = .vertical(values, scale: panel.scale.chosen(for: values, panel.unit))
    let axis = vertical
    let labels = axis.ticks.map { Self.label($0, axis, panel.unit) }
    plot = (left: max(68, ChartAxis.room(for: labels)), top: top + 56, right: width - 24, bottom: height - 52)
  }

  var text: String {
    heading + axes + zip(panel.lines, lines).enumerated().map { curve($1.0, $1.1, $0) }.joined()
  }
}

extension ChartPanelSVG {
  private static func color(_ index: Int) -> String { SVG.colors[index % SVG.colors.count] }
  private static func dash(_ index: Int) -> String { SVG.dashes[index % SVG.dashes.count] }

  private func place(_ point: Chart.Point) -> (x: Double, y: Double) {
    (x: plot.left + horizontal.fraction(point.x) * (plot.right - plot.left), y: height(of: point.y))
  }

  private func height(of value: Double) -> Double {
    plot.bottom - vertical.fraction(value) * (plot.bottom - plot.top)
  }

  /// The title, and below it the legend: a stroke, a name and the last value for each line.
  private var heading: String {
    let title = panel.title + (vertical.isLogarithmic ? " (logarithmic)" : "")
    // Over the axes; farther left, and then in smaller letters, where there is no room.
    let (length, room) = (8.6 * Double(title.count), plot.right + 16)
    let size = max(10, min(15, Int(15 * room / max(1, length))))
    let start = min(plot.left, max(8, 8 + room - length))
    var text = SVG.text(title, at: (start, top + 16), size: size, color: SVG.ink, weight: 600)
    var x = plot.left
    for (index, entry) in legend.enumerated() {
      let (color, dash) = (Self.color(index), Self.dash(index))
      text += SVG.segment((x, top + 34), (x + 20, top + 34), color: color, width: 3, dash: dash)
      text += SVG.text(entry, at: (x + 24, top + 38.5))
      x += Self.legendWidth(entry)
    }
    return text
  }

  /// The legend's entries: without the values, and the names cut short, where the panel is too narrow for them.
  private var legend: [String] {
    let names = panel.lines.map(\.name)
    let full = zip(panel.lines, lines).map { line, drawn in
      let last = ChartLine.averaged(drawn.points, over: line.averagedOver).last
      return line.name + (last.map { " " + written($0.y) } ?? "")
    }
    let room = plot.right - plot.left
    if full.reduce(0, { $0 + Self.legendWidth($1) }) <= room + 16 { return full }
    if names.reduce(0, { $0 + Self.legendWidth($1) }) <= room + 16 { return names }
    let letters = max(1, Int((room / Double(names.count) - 40) / 7.2))
    return names.map { $0.count > letters ? $0.prefix(letters - 1) + "…" : $0 }
  }

  /// What an entry takes: letters of this size are about 7 wide.
  private static func legendWidth(_ entry: String) -> Double { 24 + 7.2 * Double(entry.count) + 16 }

  private var axes: String {
    var text = ""
    for tick in vertical.ticks {
      let y = height(of: tick)
      text += SVG.segment((plot.left, y), (plot.right, y), color: SVG.grid)
      text += SVG.text(Self.label(tick, vertical, panel.unit), at: (plot.left - 8, y + 4.5), anchor: .end)
    }
    for tick in horizontal.ticks {
      let x = place(Chart.Point(tick, vertical.range.lowerBound)).x
      text += SVG.segment((x, plot.bottom), (x, plot.bottom + 5), color: SVG.softInk)
      text += SVG.text(NumberText.fixed(tick, horizontal.digits), at: (x, plot.bottom + 20), anchor: .middle)
    }
    text += SVG.segment((plot.left, plot.bottom), (plot.right, plot.bottom), color: SVG.softInk)
    return text + SVG.text(xLabel, at: ((plot.left + plot.right) / 2, plot.bottom + 40), anchor: .middle)
  }

  private func curve(_ line: Chart.Line, _ drawn: ChartLine, _ index: Int) -> String {
    let (color, dash) = (Self.color(index), Self.dash(index))
    var text = ""
    for stretch in drawn.stretches {
      if line.averagedOver > 1 {
        text += SVG.path(ChartLine.thinned(stretch).map(place), color: color, width: 1, opacity: 0.25)
      }
      let smooth = ChartLine.averaged(stretch, over: line.averagedOver)
      text += SVG.path(ChartLine.thinned(smooth).map(place), color: color, width: 2.2, dash: dash)
      if stretch.count <= Self.mostDots, line.averagedOver <= 1 {
        text += stretch.map { SVG.mark(at: place($0), color: color, shape: index) }.joined()
      }
    }
    return text + (drawn.firstNotFinite.map(mark) ?? "")
  }

  /// A mark where a value first was not finite.
  private func mark(_ point: Chart.Point) -> String {
    let x = place(Chart.Point(point.x, vertical.range.lowerBound)).x
    let top = "\(SVG.number(x)) \(SVG.number(plot.top))V\(SVG.number(plot.bottom))"
    let isRight = horizontal.fraction(point.x) > 0.5
    return "<path d=\"M\(top)\" stroke=\"\(SVG.warning)\" stroke-dasharray=\"4 4\"/>\n"
      + SVG.text(
        "\(point.y) at \(NumberText.fixed(point.x, horizontal.digits))", at: (x + (isRight ? -6 : 6), plot.top + 12),
        color: SVG.warning, anchor: isRight ? .end : .start)
  }

  /// A tick's label.
  private static func label(_ value: Double, _ axis: ChartAxis, _ unit: Chart.Unit) -> String {
    guard unit == .percent else { return axis.label(value) }
    if axis.isLogarithmic { return NumberText.significant(value * 100, 4) + "%" }
    return NumberText.fixed(value * 100, max(0, axis.digits - 2)) + "%"
  }

  /// A value in the legend.
  private func written(_ value: Double) -> String {
    panel.unit == .percent ? NumberText.significant(value * 100, 4) + "%" : NumberText.significant(value, 4)
  }
}
