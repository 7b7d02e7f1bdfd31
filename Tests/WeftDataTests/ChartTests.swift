import Testing
import Weft

@Suite("Charts and tables of metrics")
struct ChartTests {
  private static func chart(_ lines: [Chart.Line], scale: Chart.Scale = .linear) -> String {
    Chart("title", panels: [Chart.Panel("loss", scale: scale, lines: lines)]).svg
  }

  /// How often a piece of text occurs.
  private static func count(_ piece: String, in text: String) -> Int { text.split(separator: piece).count - 1 }

  @Test("A chart has a title, a legend with the last values, ticks and one path a line")
  func contents() {
    let svg = Chart(
      "Digits",
      panels: [
        Chart.Panel("loss", lines: [Chart.Line("train", [2, 1, 0.5]), Chart.Line("validation", [2.1, 1.2, 0.75])]),
        Chart.Panel("accuracy", unit: .percent, lines: [Chart.Line("validation", [0.5, 0.9, 0.975])]),
      ]
    ).svg
    for piece in ["<title>Digits</title>", ">train 0.5000<", ">validation 0.7500<", ">validation 97.50%<", ">100%<"] {
      #expect(svg.contains(piece), "\(piece)")
    }
    #expect(Self.count("<path ", in: svg) == 3)
    // The second line of a panel has squares and dashes: it is told from the first without color.
    #expect(Self.count("<circle ", in: svg) == 6 && Self.count("<polygon ", in: svg) == 3)
    #expect(Self.count("stroke-dasharray=\"7 4\"", in: svg) == 2)
    #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\"") && svg.hasSuffix("</svg>\n"))
  }

  @Test("Many lines are told apart by name, stroke and mark, without color too")
  func manyLines() throws {
    let names = (1...12).map { "run number \($0)" }
    for count in [5, 100] {
      let lines = names.enumerated().map { place, name in
        Chart.Line(name, (0..<count).map { Double($0 + place) })
      }
      let svg = Self.chart(lines)
      for name in names { #expect(svg.contains(">\(name)<"), "\(name)") }
      // The stroke's dashes and where the mark's first corner lies from its middle.
      let pattern =
        /x1="([0-9.]+)" y1="([0-9.]+)"[^>]* stroke-width="3"([^>]*)\/>\n<(circle|polygon points="([0-9.]+),([0-9.]+))/
      let strokes = svg.matches(of: pattern).map { match in
        let corner = (Double(match.5 ?? "") ?? 0, Double(match.6 ?? "") ?? 0)
        let (x, y) = (corner.0 - 10 - (Double(match.1) ?? 0), corner.1 - (Double(match.2) ?? 0))
        return match.5 == nil ? "\(match.3) circle" : "\(match.3) \(x.rounded()) \((y * 10).rounded())"
      }
      #expect(strokes.count == 12 && Set(strokes).count == 12, "\(strokes)")
      // The legend has rows, and the drawing the height for them.
      let rows = Set(svg.matches(of: /<text x="[0-9.]+" y="([0-9.]+)"[^>]*>run number/).map { String($0.1) })
      let height = try #require(svg.firstMatch(of: /viewBox="0 0 [0-9.]+ ([0-9.]+)"/).flatMap { Double($0.1) })
      #expect(rows.count > 3 && height >= 392 + 18 * Double(rows.count - 1))
      let ends = svg.matches(of: /<text x="([0-9.]+)"[^>]*>run number [0-9]+</).compactMap { Double($0.1) }
      #expect(ends.allSatisfy { $0 + 13 * 7.2 < 480 })
    }
    let short = Self.chart([Chart.Line("a", [1, 2]), Chart.Line("b", [2, 1])])
    #expect(short.contains("viewBox=\"0 0 480 392\""))
  }

  @Test("What stays the same has an axis that it could move on")
  func flatValues() {
    let share = Chart("x", panels: [Chart.Panel("a", unit: .percent, lines: [Chart.Line("b", [0, 0, 0])])]).svg
    #expect(share.contains(">0%<") && share.contains(">100%<") && !share.contains(">-"))
    let whole = Chart("x", panels: [Chart.Panel("a", unit: .percent, lines: [Chart.Line("b", [1, 1])])]).svg
    #expect(whole.contains(">100%<") && !whole.contains(">150%<"))
    #expect(!Self.chart([Chart.Line("x", [0, 0])]).contains(">-"))
  }

  @Test("Ticks are round numbers")
  func ticks() {
    let svg = Self.chart([Chart.Line("x", [0.03, 0.12, 1.97])])
    for tick in ["0.0", "0.5", "1.0", "1.5", "2.0"] { #expect(svg.contains(">\(tick)<"), "\(tick)") }
    let narrow = Self.chart([Chart.Line("x", [101, 103, 104])])
    for tick in ["101", "102", "103", "104"] { #expect(narrow.contains(">\(tick)<"), "\(tick)") }
    let decades = Self.chart([Chart.Line("x", [1e-4, 1, 900])], scale: .logarithmic)
    for tick in ["0.0001", "0.01", "1", "100", "1000"] { #expect(decades.contains(">\(tick)<"), "\(tick)") }
  }

  @Test("Without a wish the axis suits the values")
  func automaticScale() {
    func isLogarithmic(_ values: [Double], _ unit: Chart.Unit = .number) -> Bool {
      Chart.Scale.automatic.chosen(for: values, unit) == .logarithmic
    }
    // Two decades; one, with most values at the bottom: a line that a linear axis would show flat.
    #expect(isLogarithmic([2.3, 0.5, 0.02]))
    #expect(isLogarithmic([12, 1.1, 1, 0.9, 0.8]))
    #expect(!isLogarithmic([2.3, 1.5, 0.9, 0.6]) && !isLogarithmic([10, 9, 8, 1]))
    #expect(!isLogarithmic([2.3, 0.5, 0]) && !isLogarithmic([5, -5]) && !isLogarithmic([]))
    #expect(!isLogarithmic([0.001, 0.9], .percent))
    let losses = (0..<300).map { 0.001 + 2.3 / (1 + Double($0)) }
    let svg = Chart("long", panels: [Chart.Panel("loss", lines: [Chart.Line("train", losses)])]).svg
    for tick in [">0.01<", ">0.1<", ">1<", ">loss (logarithmic)<"] { #expect(svg.contains(tick), "\(tick)") }
    let wished = Chart("long", panels: [Chart.Panel("loss", scale: .linear, lines: [Chart.Line("train", losses)])]).svg
    #expect(!wished.contains(">0.01<"))
  }

  @Test("Text is escaped")
  func escaping() {
    let svg = Chart("a < b & \"c\"\u{0}\u{1B}", panels: [Chart.Panel("<script>", lines: [])]).svg
    #expect(svg.contains("<title>a &lt; b &amp; &quot;c&quot;</title>"))
    #expect(!svg.contains("<script>"))
    #expect(!svg.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
  }

  @Test("Values that are not finite are left out and marked")
  func notFinite() {
    let svg = Self.chart([Chart.Line("x", [1, 2, .nan, 3, 4, .infinity])])
    #expect(Self.count("stroke-linecap", in: svg) == 2)
    #expect(svg.contains("nan at 3"))
    #expect(!svg.contains("\"nan") && !svg.contains("inf"))
  }

  @Test(
    "No values make it trap",
    arguments: [
      [], [0], [.nan], [.infinity, -.infinity], [5, 5, 5], [-1e308, 1e308],
      [.leastNonzeroMagnitude, .leastNormalMagnitude], [1e15, 1e15 + 0.125], [-0.0, 0], [1e-300, 1e300],
      [.greatestFiniteMagnitude, -.greatestFiniteMagnitude, 1],
    ] as [[Double]])
  func extremes(values: [Double]) {
    for scale in [Chart.Scale.linear, .logarithmic, .automatic] {
      let points = values.map { Chart.Point($0, $0) }
      let lines = [Chart.Line("x", values, averagedOver: 2), Chart.Line("y", points: points)]
      #expect(Self.chart(lines, scale: scale).hasSuffix("</svg>\n"))
    }
  }

  @Test("Labels stand within the picture and differ, however long")
  func longLabels() throws {
    for values in [[2.71e21, 3.28e21], [-1.5e-7, 1.2e-7], [999_000.125, 999_000.5], [1e300, 1.0001e300]] {
      let svg = Self.chart([Chart.Line("x", values)])
      let labels = svg.matches(of: /x="(-?[\d.]+)"[^>]*text-anchor="end"[^>]*>([^<]+)</)
      #expect(labels.count > 2 && Set(labels.map(\.output.2)).count == labels.count, "\(labels.map(\.output.2))")
      for label in labels {
        // Letters of this size are about 7 wide.
        let start = (Double(label.output.1) ?? -1) - 7.2 * Double(label.output.2.count)
        #expect(start >= 0, "\(label.output.2) from \(start)")
      }
    }
  }

  @Test("A million points make a small file, and no peak is lost")
  func thinning() {
    var values = (0..<1_000_000).map { Double($0 % 10) }
    values[777_777] = 100
    let svg = Self.chart([Chart.Line("x", values)])
    #expect(svg.utf8.count < 40_000)
    #expect(svg.contains(">100<") && svg.contains(" 56L"), "the peak reaches the top of the plot")
  }

  @Test("A table of metrics keeps the order of its columns and leaves unknown fields empty")
  func metrics() {
    var metrics = MetricsCSV()
    #expect(metrics.text.isEmpty)
    metrics.append(["epoch": 1, "train loss": 0.1])
    metrics.append([("epoch", 2), ("accuracy, \"top\" 5", 0.975), ("train loss", .nan)])
    #expect(metrics.columns == ["epoch", "train loss", "accuracy, \"top\" 5"])
    #expect(metrics.text == "epoch,train loss,\"accuracy, \"\"top\"\" 5\"\n1,0.1,\n2,nan,0.975\n")
  }

  @Test("What is written can be read back")
  func metricsRoundTrip() throws {
    var metrics = MetricsCSV()
    for value in [0.1, -1e-300, 12_345_678, 1e300, -0.0] { metrics.append(["x": value]) }
    let table = try CSV().numbers(FileBytes(name: "metrics.csv", bytes: Array(metrics.text.utf8)))
    #expect(table.columns == [[0.1, -1e-300, 12_345_678, 1e300, 0]])
  }
}
