import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

/// Pages on runs, and what is kept for them.
@Suite struct ReportTests {
  private func run(
    _ folder: String, health: HealthLog? = nil, epochs: Int = 2
  ) throws -> Trainer<Sequential, LabeledBatch> {
    let model = Random.withSeed(3) {
      Sequential {
        Flatten(); Linear(64, 16); ReLU(); Linear(16, 10)
      }
    }
    let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.1), classCount: 10)
    let configuration = RunConfiguration(
      architecture: "small", dataset: "some <digits>", epochs: epochs, batchSize: 16, learningRate: 0.1, seed: 1,
      parameterCount: model.parameterCount)
    let record = RunRecord(
      RunFolder(folder), RunManifest(configuration, data: [:]), everySteps: 1, files: health.map { [.health($0)] } ?? []
    )
    if let health { trainer.extensions.append(health) }
    trainer.extensions.append(record)
    return trainer
  }

  private let loader = DataLoader(Digits.train.subset(Array(0..<64)), batchSize: 16)

  /// A run with everything that a report shows.
  private func findings() -> RunFindings {
    var findings = RunFindings(data: "validation")
    (findings.classes, findings.confusion) = (["cat", "<b>dog</b>"], [[5, 1], [2, 4]])
    findings.numbers = RunFindings.Numbers(name: "price & tax", truth: [1, 2, 3], predictions: [1.5, 2, .nan])
    findings.worst = [
      RunFindings.Sample(
        name: "line 7", truth: "cat", prediction: "\"dog\"", error: 3.5,
        fields: [.init("note", "<script>alert(1)</script>"), .init("size", "4")])
    ]
    findings.texts = [.init(epoch: 1, text: "aa\n  b"), .init(epoch: 2, text: "Tom & Jerry\nsay </pre>")]
    return findings
  }

  @Test func aPageHoldsAllOfARunAndAsksNothingOfANetwork() throws {
    let folder = try TemporaryFolder()
    let log = HealthLog(every: 1)
    let trainer = try run(folder("one"), health: log)
    try trainer.fit(loader, validation: loader, epochs: 2)
    try RunFolder(folder("one")).write(findings())
    let page = try RunReport([RunFolder(folder("one"))]).html
    for text in [
      "Run one", "some &lt;digits&gt;", "2 of 2 epochs, ended", "&lt;b&gt;dog&lt;/b&gt;",
      "Tom &amp; Jerry\nsay &lt;/pre&gt;",
      "&lt;script&gt;alert(1)&lt;/script&gt;", "line 7", "price &amp; tax", "Gradient health",
      "update / weights of a layer",
      "validation accuracy", "batch size", "66.7%", "83.3%",
    ] { #expect(page.contains(text), "\(text)") }
    Self.checkIsSelfContained(page)
  }

  /// No request, no program; all that may be wider than a telephone scrolls or shrinks by itself.
  private static func checkIsSelfContained(_ page: String) {
    #expect(page.hasPrefix("<!doctype html>") && page.hasSuffix("</html>\n"))
    #expect(page.contains("Content-Security-Policy\" content=\"default-src 'none';"))
    for word in ["http:", "https:", "//", "<script", "<link", "<iframe", "@import", "url(", "onload"] {
      #expect(!page.contains(word), "\(word)")
    }
    #expect(page.contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"))
    let tables = page.components(separatedBy: "<table").count - 1
    #expect(tables == page.components(separatedBy: "<div class=\"wide\"><table").count - 1)
    // Drawings have no size of their own.
    #expect(page.components(separatedBy: "<svg").dropFirst().allSatisfy { $0.hasPrefix(" viewBox=\"0 0 360 270\"") })
    for (open, close) in [
      ("<table", "</table>"), ("<figure", "</figure>"), ("<article", "</article>"), ("<svg", "</svg>"),
    ] {
      #expect(page.components(separatedBy: open).count == page.components(separatedBy: close).count, "\(open)")
    }
  }

  @Test func severalRunsStandSideBySide() throws {
    let folder = try TemporaryFolder()
    for (name, epochs) in [("a", 1), ("b", 2)] {
      try run(folder(name), epochs: epochs).fit(loader, validation: loader, epochs: epochs)
    }
    let page = try RunReport([RunFolder(folder("a")), RunFolder(folder("b"))]).html
    #expect(page.contains("2 runs") && page.contains("Side by side") && page.contains("After the last epoch"))
    // The second line of a chart is dashed: it is told from the first without color.
    #expect(page.contains("stroke-dasharray=\"7 4\""))
    #expect(page.components(separatedBy: "<article>").count == 3)
    Self.checkIsSelfContained(page)
    let same = try RunReport([RunFolder(folder("a")), RunFolder(folder("b/../a"))]).html
    #expect(same.contains("<h2>\(folder("b/../a"))</h2>"))
  }

  @Test func whatCannotBeReadIsNamed() throws {
    let folder = try TemporaryFolder()
    let none = RunFolder(folder("none"))
    #expect(throws: DataFileError.self) { try RunReport([none]) }
    try run(folder("one")).fit(loader, epochs: 1)
    let one = RunFolder(folder("one"))
    var wrong = findings()
    wrong.confusion = [[1], [2]]
    try one.write(wrong)
    do {
      _ = try RunReport([one])
      Issue.record("lists of other lengths were taken")
    } catch {
      #expect(
        "\(error)"
          == "\(one.findingsPath): expected a count for each pair of classes, and pairs of numbers, "
          + "found lists of other lengths [data.bad-value]")
    }
    wrong.confusion = [[.max, .max], [1, 1]]
    try one.write(wrong)
    #expect(throws: DataFileError.self) { try RunReport([one]) }
    for text in ["", "{", "[1]", "{\"data\": 3}"] {
      try AtomicFile.write(text, to: one.findingsPath)
      #expect(throws: DataFileError.self) { try RunReport([one]) }
    }
    try one.write(RunFindings(data: "validation"))
    for text in ["{}", "{\"points\":[],\"stride\":0,\"looks\":0}", "{\"points\":[],\"stride\":1,\"looks\":-1}"] {
      try AtomicFile.write(text, to: one.healthPath)
      #expect(throws: DataFileError.self) { try RunReport([one]) }
    }
    try AtomicFile.write("{\"points\":[],\"stride\":1,\"looks\":0}", to: one.healthPath)
    #expect(try RunReport([one]).html.contains("1 of 2 epochs, ended"))
  }

  /// Names that are cut say so, and the settings are a table of texts.
  @Test func longNamesAndTitlesKeepTheirPlaces() throws {
    let folder = try TemporaryFolder()
    try run(folder("one"), health: HealthLog(every: 1)).fit(loader, epochs: 1)
    var found = RunFindings(data: "test")
    found.classes = ["short", String(repeating: "long", count: 10)]
    found.confusion = [[3, 1], [0, 4]]
    try RunFolder(folder("one")).write(found)
    let page = try RunReport([RunFolder(folder("one"))]).html
    let cut = String(repeating: "long", count: 5) + "lon…"
    #expect(page.contains(" title=\"\(found.classes[1])\">\(cut)</th>") && page.contains("<table class=\"settings\">"))
    // The title of many letters begins left of the axis and ends within the drawing, 360 wide.
    let title = try #require(
      page.firstMatch(of: /<text x="([0-9.]+)"[^>]*>update \/ weights of a layer \(logarithmic\)</))
    let start = try #require(Double(title.1))
    #expect(start < 68 && start + 8.6 * 41 <= 361, "\(start)")
  }

  @Test func manyClassesAreAListOfMistakes() throws {
    let folder = try TemporaryFolder()
    try run(folder("one")).fit(loader, epochs: 1)
    var many = RunFindings(data: "test")
    many.classes = (0..<60).map { "kind \($0)" }
    many.confusion = (0..<60).map { row in (0..<60).map { $0 == row ? 9 : $0 == (row + 1) % 60 && row < 2 ? 3 : 0 } }
    try RunFolder(folder("one")).write(many)
    let page = try RunReport([RunFolder(folder("one"))]).html
    #expect(page.contains("The commonest mistakes") && !page.contains("class=\"confusion\""))
    #expect(page.contains("<th scope=\"row\">kind 0</th><td>kind 1</td><td>3</td>"))
    #expect(page.utf8.count < 100_000)
  }

  @Test func gradientsAreKeptOverAStopAndThinnedOut() throws {
    let folder = try TemporaryFolder()
    let whole = HealthLog(every: 1)
    try run(folder("whole"), health: whole, epochs: 3).fit(loader, epochs: 3)
    #expect(whole.history.points.map(\.step) == Array(1...12))
    #expect(
      whole.history.points.allSatisfy { $0.gradientNorm > 0 && $0.updateRatios.count == 3 && $0.deadShare != nil })
    let first = HealthLog(every: 1)
    try run(folder("half"), health: first, epochs: 3).fit(loader, epochs: 1)
    let second = HealthLog(every: 1)
    let trainer = try run(folder("other"), health: second, epochs: 3)
    try trainer.resume(from: folder("half/checkpoints"))
    try trainer.fit(loader, epochs: 3)
    #expect(second.history == whole.history)

    let long = HealthLog(every: 1)
    try run(folder("long"), health: long, epochs: 120).fit(loader, epochs: 120)
    // 480 looks: halved at 400.
    #expect(long.history.points.count == 240 && long.history.points.last?.step == 479)
    #expect(long.history.last?.step == 480)
  }
}

/// Where classifiers err most.
@Suite struct FindingsTests {
  @Test func theWorstSamplesAreKept() throws {
    var findings = ClassFindings(classes: ["a", "b"], worst: 2)
    let logits = Tensor([2.0, 0, 0, 3, 0, 1, 1, 0], shape: [4, 2])
    try findings.add(logits, Tensor([0, 0, 1, 1]))
    try findings.add(Tensor([0.0, 10, 5, 0], shape: [2, 2]), Tensor([0, 0]))
    #expect(findings.confusion == [[2, 2], [1, 1]])
    #expect(findings.worst.map(\.index) == [4, 1])
    let worst = try #require(findings.worst.first)
    #expect(worst.truth == 0 && worst.prediction == 1)
    // -log(1 / (1 + e^10)) in float32.
    #expect(abs(worst.loss - 10.0000454) < 1e-5 && abs(worst.probability - 0.9999546) < 1e-6)
    #expect(throws: TensorError.self) { try findings.add(logits, Tensor([0, 0, 1, 2])) }
  }

  @Test func amongManySamplesNoneIsLost() {
    var worst = WorstSamples(3)
    for index in 0..<1000 { worst.add(index, error: Double((index * 379) % 1000)) }
    #expect(worst.worst.map(\.error) == [999, 998, 997])
    worst.add(1000, error: .nan)
    worst.add(1001, error: .infinity)
    #expect(worst.worst.map(\.index).prefix(2) == [1000, 1001])
  }
}
