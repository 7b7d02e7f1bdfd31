import ArgumentParser
import Foundation
import Weft

/// The `weft` program: trains, evaluates and shows networks, and tells what the machine offers.
@main
struct WeftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "weft", abstract: "Deep learning in Swift: train, evaluate and look at networks.",
    version: weftVersion,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, PredictCommand.self, SummaryCommand.self, DoctorCommand.self,
      BenchCommand.self,
    ])

  /// Runs the command; a failure is one line on standard error and an exit status.
  static func main() {
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let error as Interrupt.Received {
      complain("\(error)")
      Foundation.exit(error.exitCode)
    } catch let error where isOwn(error) {
      complain("\(error)")
      Foundation.exit(1)
    } catch {
      exit(withError: error)
    }
  }

  /// Errors of the library, as opposed to those of the command line's grammar.
  private static func isOwn(_ error: any Error) -> Bool {
    error is DataFileError || error is FileWriteError || error is TensorError || error is CheckpointError
      || error is CommandFailure
  }

  private static func complain(_ message: String) {
    let line = message.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.joined(separator: "; ")
    FileHandle.standardError.write(Data("weft: \(line)\n".utf8))
  }
}

/// A request that cannot be met, in one line.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
