import ArgumentParser
import Weft

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page on a run, or on several side by side: curves, mistakes, gradients, settings.",
    discussion: """
      The page is one HTML file that asks nothing of a network. A training writes one of its own into its folder when \
      it ends, as report.html.
      """)

  @Argument(help: "The run folders.")
  var folders: [String]
  @Option(help: "The file to write.")
  var out = "report.html"

  func validate() throws {
    if folders.count > 12 { throw ValidationError("a report shows at most 12 runs") }
  }

  func run() throws {
    for folder in folders where !RunFolder(folder).exists { throw CommandFailure("\(folder): there is no run") }
    try RunReport(folders.map { RunFolder($0) }).write(to: out)
    print("\(out): \(folders.count == 1 ? "1 run" : "\(folders.count) runs")")
  }
}
