import ArgumentParser

struct ONNXCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "onnx", abstract: "Run, look at, write and test ONNX models.",
    subcommands: [ONNXRunCommand.self, ONNXInspectCommand.self, ONNXExportCommand.self, ONNXTestCommand.self])
}
