import WeftTensor

/// One panel of a chart: title, legend, axes and lines.
struct ChartPanelSVG {
  /// Fewer points than this are drawn as dots too.
  private static let mostDots = 40
  /// As many lines are told apart by their strokes alone; of more each has marks, in the legend too.
  private static let mostStrokes = 4
  /// What a further row of the legend takes.
  private static let rowHeight = 18.0

  private let panel: Chart.Panel
  private let xLabel: String
  private let lines: [ChartLine]
  private let horizontal: ChartAxis
  private let vertical: ChartAxis
  private let top: Double
  /// The rectangle between the axes.
  private let plot: (left: Double, top: Double, right: Double, bottom: Double)
  /// The legend's entries in rows.
  private let legend: [[String]]
  /// The whole panel's height: what was asked for, and more where the legend has several rows.
  let height: Double

  /// - Parameter top: What is left free above the title.
  init(_ panel: Chart.Panel, xLabel: String, width: Double, height: Double, top: Double = 0) {
    self.top = top
    self.panel = panel
    self.xLabel = xLabel
    lines = panel.lines.map { ChartLine($0.points) }
    horizontal = .horizontal(lines.flatMap(\.points).map(\.x) + lines.compactMap(\.firstNotFinite?.x))
    var values = lines.flatMap(\.points).map(\.y)
    // A share that stays the same lies between nothing and all.
    if panel.unit == .percent, Set(values).count == 1, (0...1).contains(values[0]) { values += [0, 1] }
    vertical = .vertical(values, scale: panel.scale.chosen(for: values, panel.unit))
    let axis = vertical
    let labels = axis.ticks.map { Self.label($0, axis, panel.unit) }
    let (left, right) = (max(68, ChartAxis.room(for: labels)), width - 24)
    legend = Self.legend(panel, lines, room: right - left)
    let more = Self.rowHeight * Double(max(1, legend.count) - 1)
    plot = (left: left, top: top + 56 + more, right: right, bottom: height - 52 + more)
    self.height = height + more
  }

  var text: String {
    heading + axes + zip(panel.lines, lines).enumerated().map { curve($1.0, $1.1, $0) }.joined()
  }
}

extension ChartPanelSVG {
  private static func color(_ index: Int) -> String { SVG.colors[index % SVG.colors.count] }
  private static func dash(_ index: Int) -> String { SVG.dashes[index % SVG.dashes.count] }
  /// Another one in each round of the strokes, so that stroke and mark together tell sixteen lines apart.
  private static func shape(_ index: Int) -> Int { index + index / SVG.dashes.count }
  private var hasMarks: Bool { panel.lines.count > Self.mostStrokes }

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
    var index = 0
    for (row, entries) in legend.enumerated() {
      var (x, y) = (plot.left, top + 34 + Self.rowHeight * Double(row))
      for entry in entries {
        let (color, dash) = (Self.color(index), Self.dash(index))
        text += SVG.segment((x, y), (x + 20, y), color: color, width: 3, dash: dash)
        if hasMarks { text += SVG.mark(at: (x + 10, y), color: color, shape: Self.shape(index)) }
        text += SVG.text(entry, at: (x + 24, y + 4.5))
        (x, index) = (x + Self.legendWidth(entry), index + 1)
      }
    }
    return text
  }

  /// The legend's entries: without the values where the panel is too narrow for these, and in rows where the names do not
  /// stand beside each other. A name is cut short where it is wider than the panel.
  private static func legend(_ panel: Chart.Panel, _ lines: [ChartLine], room: Double) -> [[String]] {
    let full = zip(panel.lines, lines).map { line, drawn in
      let last = ChartLine.averaged(drawn.points, over: line.averagedOver).last
      return line.name + (last.map { " " + written($0.y, panel.unit) } ?? "")
    }
    if full.reduce(0, { $0 + legendWidth($1) }) <= room + 16 { return [full] }
    let letters = max(2, Int((room - 24) / 7.2))
    var (rows, width) = ([[String]](), Double.infinity)
    for line in panel.lines {
      let entry = line.name.count <= letters ? line.name : line.name.prefix(letters - 1) + "…"
      if width + legendWidth(entry) > room + 16 { (rows, width) = (rows + [[]], 0) }
      rows[rows.count - 1].append(entry)
      width += legendWidth(entry)
    }
    return rows
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
        text += stretch.map { SVG.mark(at: place($0), color: color, shape: Self.shape(index)) }.joined()
      } else if hasMarks {
        text += Self.some(of: smooth).map { SVG.mark(at: place($0), color: color, shape: Self.shape(index)) }.joined()
      }
    }
    return text + (drawn.firstNotFinite.map(mark) ?? "")
  }

  /// A few points of a long line, its last one among them.
  private static func some(of points: [Chart.Point]) -> [Chart.Point] {
    let step = max(1, points.count / 6)
    return stride(from: points.count - 1, through: 0, by: -step).map { points[$0] }
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
  private static func written(_ value: Double, _ unit: Chart.Unit) -> String {
    unit == .percent ? NumberText.significant(value * 100, 4) + "%" : NumberText.significant(value, 4)
  }
}
