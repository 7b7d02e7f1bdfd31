/// A chart of training curves, drawn as SVG: one panel beside the other, each with its lines, axes and legend.
///
/// ```swift
/// let chart = Chart("Handwritten digits", panels: [
///   Chart.Panel("loss", lines: [Chart.Line("train", trainLosses), Chart.Line("validation", validationLosses)]),
///   Chart.Panel("accuracy", unit: .percent, lines: [Chart.Line("validation", accuracies)]),
/// ])
/// try AtomicFile.write(chart.svg, to: "curves.svg")
/// ```
public struct Chart: Hashable, Sendable {
  /// A place in a panel.
  public struct Point: Hashable, Sendable {
    /// The epoch, the step, or whatever the horizontal axis counts.
    public var x: Double
    /// The value there; one that is not finite is left out, and marked.
    public var y: Double

    /// The point (x, y).
    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// One curve.
  public struct Line: Hashable, Sendable {
    /// What the legend calls it.
    public var name: String
    /// Its points, from left to right.
    public var points: [Point]
    /// Over how many points the line is averaged; above 1, the points themselves are drawn faintly behind it.
    public var averagedOver: Int

    /// A line through points.
    public init(_ name: String, points: [Point], averagedOver: Int = 1) {
      self.name = name
      self.points = points
      self.averagedOver = averagedOver
    }

    /// A line through values at 1, 2, 3 and so on: one for each epoch.
    public init(_ name: String, _ values: [Double], averagedOver: Int = 1) {
      let points = values.enumerated().map { Point(Double($0.offset + 1), $0.element) }
      self.init(name, points: points, averagedOver: averagedOver)
    }
  }

  /// How a panel's values are written.
  public enum Unit: Hashable, Sendable {
    /// As they are.
    case number
    /// As hundredths: 0.98 is 98%.
    case percent
  }

  /// How a panel's vertical axis is divided.
  public enum Scale: Hashable, Sendable {
    /// Equal steps are equal distances.
    case linear
    /// Equal ratios are equal distances; taken as linear where a value is not above zero.
    case logarithmic
    /// Logarithmic where a linear axis would show little but a flat line: where all values are above zero and span two
    /// decades, or one with three quarters of them in the lowest tenth. Percentages stay linear.
    case automatic
  }

  /// One pair of axes with its lines.
  public struct Panel: Hashable, Sendable {
    /// What it shows.
    public var title: String
    /// How values are written.
    public var unit: Unit
    /// How the vertical axis is divided.
    public var scale: Scale
    /// The curves.
    public var lines: [Line]

    /// A panel.
    public init(_ title: String, unit: Unit = .number, scale: Scale = .automatic, lines: [Line]) {
      self.title = title
      self.unit = unit
      self.scale = scale
      self.lines = lines
    }
  }

  /// The heading over all panels.
  public var title: String
  /// What the horizontal axes count.
  public var xLabel: String
  /// The panels, from left to right.
  public var panels: [Panel]

  /// A chart.
  public init(_ title: String, xLabel: String = "epoch", panels: [Panel]) {
    self.title = title
    self.xLabel = xLabel
    self.panels = panels
  }
}
