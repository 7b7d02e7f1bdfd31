import ArgumentParser
import Foundation
import Weft
import WeftONNX

struct ONNXRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run an ONNX model on tensors from a file.",
    discussion: """
      Inputs are looked for by the model's names, in a .npz or .safetensors file (or another of tensors), or in a folder \
      with a file of one array for each, as in image.npy.
      """)

  @Argument(help: "The model.")
  var model: String
  @Option(help: "The file or folder with the inputs.")
  var inputs: String
  @Option(help: "The file to write the results to: .npz or .safetensors.")
  var output: String
  @Option(name: .customLong("value"), help: "A value to write, of the results or any node's; by default all results.")
  var values: [String] = []

  func run() throws {
    let model = try ONNXModel(from: self.model)
    let given = try tensors()
    let wanted = values.isEmpty ? nil : values
    let started = ContinuousClock.now
    let results = try noGrad { try model.run(given, outputs: wanted) }
    let time = ContinuousClock.now - started
    var written: [(name: String, tensor: Tensor)] = []
    for name in wanted ?? model.summary.outputs.map(\.name) {
      guard let value = results[name] else { continue }
      written += Self.tensors(name, value)
    }
    try TensorFile.write(written, to: output)
    for (name, tensor) in written { print("\(shown(name))  \(tensor.spec)") }
    print("\(shown(output)): \(written.count) tensors, computed in \(time.formatted(.units(allowed: [.milliseconds])))")
  }

  private func tensors() throws -> [String: Tensor] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: inputs, isDirectory: &isFolder) else {
      throw CommandFailure("no file or folder \(inputs)")
    }
    guard isFolder.boolValue else {
      return Dictionary(try TensorFile(inputs).tensors().map { ($0.name, $0.tensor) }, uniquingKeysWith: { $1 })
    }
    var found: [String: Tensor] = [:]
    for file in try FileManager.default.contentsOfDirectory(atPath: inputs).sorted() where !file.hasPrefix(".") {
      let tensors = try TensorFile("\(inputs)/\(file)").tensors()
      let name = String(file.prefix { $0 != "." })
      for entry in tensors { found[tensors.count == 1 ? name : entry.name] = entry.tensor }
    }
    return found
  }

  /// The tensors of a value; of a sequence each with its number.
  private static func tensors(_ name: String, _ value: ONNXValue) -> [(name: String, tensor: Tensor)] {
    switch value {
    case .tensor(let tensor): [(name, tensor)]
    case .sequence(let values): values.enumerated().flatMap { tensors("\(name).\($0)", $1) }
    case .none: []
    }
  }
}
