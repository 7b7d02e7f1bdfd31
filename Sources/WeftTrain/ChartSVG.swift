import WeftTensor

/// The document that shows a chart.
struct ChartSVG {
  private static let panelWidth = 480.0
  private static let panelHeight = 340.0
  private static let headingHeight = 52.0

  private let chart: Chart

  init(_ chart: Chart) { self.chart = chart }

  var text: String {
    let width = Self.panelWidth * Double(max(1, chart.panels.count))
    let drawn = chart.panels.map {
      ChartPanelSVG($0, xLabel: chart.xLabel, width: Self.panelWidth, height: Self.panelHeight)
    }
    let height = Self.headingHeight + (drawn.map(\.height).max() ?? Self.panelHeight)
    let panels = drawn.enumerated().map { index, panel in
      let origin = (Double(index) * Self.panelWidth, Self.headingHeight)
      return "<g transform=\"translate(\(SVG.number(origin.0)) \(SVG.number(origin.1)))\">\n" + panel.text + "</g>\n"
    }
    let size = "width=\"\(SVG.number(width))\" height=\"\(SVG.number(height))\""
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) "
      + "viewBox=\"0 0 \(SVG.number(width)) \(SVG.number(height))\" role=\"img\" font-size=\"13\" "
      + "font-family=\"system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', Arial, sans-serif\">\n"
      + "<title>\(SVG.escaped(chart.title))</title>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
      + SVG.text(chart.title, at: (24, 34), size: 18, color: SVG.ink, weight: 600) + panels.joined() + "</svg>\n"
  }
}

extension Chart {
  /// The chart as an SVG document.
  public var svg: String { ChartSVG(self).text }
}
