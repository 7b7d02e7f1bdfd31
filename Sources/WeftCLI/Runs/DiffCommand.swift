import ArgumentParser
import Weft

struct DiffCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Tell what two runs differ in: settings, data, machine, metrics, weights.",
    discussion: "The exit code is 0 for the same weights to the bit, 1 for others.")

  @Argument(help: "A run folder.")
  var first: String
  @Argument(help: "Another.")
  var second: String

  func run() throws {
    let runs = try [first, second].map { path -> StoredRun in
      guard RunFolder(path).exists else { throw CommandFailure("\(path): there is no run") }
      let run = StoredRun(RunFolder(path))
      if let problem = run.problem { throw CommandFailure(problem) }
      return run
    }
    let comparison = RunComparison(runs[0], runs[1])
    let (text, isSame) = try comparison.weights()
    for line in comparison.settings + comparison.metrics + [text] { print(shown(line)) }
    if !isSame { throw ExitCode(1) }
  }
}
