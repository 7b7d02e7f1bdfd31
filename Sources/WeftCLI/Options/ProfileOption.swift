import ArgumentParser
import Weft

/// `--profile [FILE]`.
struct ProfileOption: ParsableArguments {
  @Option(
    name: .customLong("profile"), defaultAsFlag: "",
    help: ArgumentHelp(
      "Tell at the end what took time and memory; into FILE goes a trace for ui.perfetto.dev or chrome://tracing.",
      valueName: "file"))
  var file: String?

  /// Runs `body`, under a profiler if one was asked for, and prints what it saw, also if `body` fails.
  func run<Result>(_ body: () throws -> Result) throws -> Result {
    guard let file else { return try body() }
    let profiler = Profiler()
    let outcome = Swift.Result { try profiler.record(body) }
    let profile = profiler.profile
    print(profile)
    let result = try outcome.get()
    if !file.isEmpty {
      try profile.writeTrace(to: file)
      print("\ntrace: \(file); open it in ui.perfetto.dev or chrome://tracing")
    }
    return result
  }
}
