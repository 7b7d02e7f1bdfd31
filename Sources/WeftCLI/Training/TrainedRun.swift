import ArgumentParser
import Weft

/// A run folder opened again: its network with the trained weights.
struct TrainedRun {
  let configuration: RunConfiguration
  let architecture: Architecture
  let model: Module

  init(_ path: String) throws {
    let folder = RunFolder(path)
    configuration = try folder.configuration()
    if let plan = try RunPlan.of(folder) {
      throw CommandFailure(
        "\(path): a run of \(plan.command); weft predict, explain, report and onnx export open it, this command does not"
      )
    }
    guard let architecture = Architecture(rawValue: configuration.architecture) else {
      throw CommandFailure(
        "\(folder.configurationPath): unknown architecture \(configuration.architecture); "
          + "this program knows \(Architecture.allCases.map(\.rawValue).joined(separator: ", "))"
          + suggestion(for: configuration.architecture, among: Architecture.allCases.map(\.rawValue)))
    }
    self.architecture = architecture
    model = architecture.build()
    try model.load(from: folder.weightsPath)
    model.eval()
  }

  /// The test images of the run's dataset.
  /// - Parameter data: The folder of the files, for datasets that are not embedded.
  func testImages(data: String?) throws -> LabeledImages {
    if configuration.dataset == "digits" {
      guard data == nil else {
        throw CommandFailure("this run was trained on the digits that the program has in it: leave --data out")
      }
      return Digits.test
    }
    guard configuration.dataset == "mnist" else {
      throw CommandFailure("unknown dataset \(configuration.dataset) in the run's configuration")
    }
    guard let data else { throw CommandFailure("this run was trained on MNIST: name the files' folder with --data") }
    return try MNIST.load(.test, from: data)
  }
}
