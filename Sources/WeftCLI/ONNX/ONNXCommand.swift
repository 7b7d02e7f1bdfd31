import ArgumentParser

struct ONNXCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "onnx", abstract: "Run, look at and test ONNX models.",
    subcommands: [ONNXRunCommand.self, ONNXInspectCommand.self, ONNXTestCommand.self])
}
