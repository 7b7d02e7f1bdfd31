import ArgumentParser
import Foundation
import Weft
import WeftMPI

/// The `weft` program: trains, evaluates, shows and serves networks, and tells what the machine offers.
@main
struct WeftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weft", abstract: "Deep learning in Swift: train, evaluate, look at and serve networks.",
    version: weftVersion,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, PredictCommand.self, SummaryCommand.self, ExplainCommand.self,
      RunsCommand.self, ReportCommand.self, DiffCommand.self, EmbedCommand.self, ClassifyCommand.self,
      TuneCommand.self, GenerateCommand.self, ChatCommand.self, TranscribeCommand.self, ServeCommand.self,
      ONNXCommand.self, InspectCommand.self, ConvertCommand.self, DoctorCommand.self, BenchCommand.self,
      OpsCommand.self, OpCommand.self,
    ])

  /// Runs the command; a failure is one line on standard error and an exit status.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
      try StandardOutput.finish()
    } catch let error as Interrupt.Received {
      Complaint.say("\(error)")
      Foundation.exit(error.exitCode)
    } catch {
      if let code = error as? ExitCode { Foundation.exit(code.rawValue) }
      // To the argument parser, its own errors are usage or a request for help; any other is a plain failure.
      guard exitCode(for: error) == .failure else { explainUsage(error) }
      Complaint.say("\(error)")
      Foundation.exit(1)
    }
  }

  /// Ends with the parser's words, or with a better suggestion where a subcommand's name is not known.
  private static func explainUsage(_ error: any Error) -> Never {
    let words = CommandLine.arguments.dropFirst()
    if let message = unknownSubcommand(of: WeftCommand.self, words) { exit(withError: ValidationError(message)) }
    exit(withError: error)
  }

  /// What to say of the first word that names no subcommand, where one is near; nil where there is no such word.
  private static func unknownSubcommand(
    of command: any ParsableCommand.Type, _ words: ArraySlice<String>
  ) -> String? {
    let known = command.configuration.subcommands
    guard let word = words.first, !known.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
    if let next = known.first(where: { $0.configuration.commandName == word }) {
      return unknownSubcommand(of: next, words.dropFirst())
    }
    let near = suggestion(for: word, among: known.compactMap { $0.configuration.commandName })
    return near.isEmpty ? nil : "There is no subcommand '\(word)'\(near)"
  }
}
