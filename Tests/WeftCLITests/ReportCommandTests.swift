import Foundation
import Testing
import Weft

/// `weft report`.
@Suite struct ReportCommandTests {
  @Test func runsAreReportedSideBySide() throws {
    let folder = try TemporaryFolder()
    for (name, seed) in [("a", "1"), ("b", "2")] {
      let outcome = try Program.run(
        "train", "digits", "--epochs", "2", "--seed", seed, "--health", "20", "--out", folder(name))
      #expect(outcome.status == 0 && outcome.output.contains("report.html"), "\(outcome.complaint)")
      #expect(try folder.text("\(name)/report.html").contains("Gradient health"))
    }
    let outcome = try Program.run("report", folder("a"), folder("b"), "--out", folder("page.html"))
    #expect(outcome.status == 0 && outcome.output == "\(folder("page.html")): 2 runs\n", "\(outcome.complaint)")
    let page = try folder.text("page.html")
    #expect(page.contains("Side by side") && page.contains("src=\"data:image/png;base64,"))
    #expect(page.contains("Confusion on the test data"))
    let none = try Program.run("report", folder("c"))
    #expect(none.status == 1 && none.complaint.contains("there is no run"))
    try AtomicFile.write("{", to: folder("a/findings.json"))
    let damaged = try Program.run("report", folder("a"), "--out", folder("page.html"))
    #expect(damaged.status == 1 && damaged.complaint.contains("findings.json: expected what a training found"))
    #expect(try folder.text("page.html") == page)
  }

  /// A run that was stopped has curves; what its model errs at is known in the end.
  @Test func aRunThatHasNotEndedIsReportedAsFarAsItIs() throws {
    let folder = try TemporaryFolder()
    #expect(try Program.run("train", "digits", "--epochs", "1", "--out", folder("a")).status == 0)
    try FileManager.default.removeItem(atPath: folder("a/findings.json"))
    let outcome = try Program.run("report", folder("a"), "--out", folder("page.html"))
    #expect(outcome.status == 0 && outcome.output.hasSuffix(": 1 run\n"))
    #expect(try folder.text("page.html").contains("is known when the training has ended"))
  }
}
