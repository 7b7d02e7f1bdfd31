import Foundation
import Weft

/// What a training from the command line is about: its data, its network, and what is said of them.
protocol TrainingTask {
  associatedtype Network: Module
  associatedtype Samples: Dataset where Samples.Batch: TensorBatch
  associatedtype Check: Dataset where Check.Batch == Samples.Batch

  /// What run folders call the network, as `cnn`.
  var architecture: String { get }
  /// What run folders call the data, as `mnist`.
  var dataset: String { get }
  /// The path of the data; nil where it needs no other, or several.
  var source: String? { get }
  /// The run's folder in `runs`, where none is named.
  var folderName: String { get }
  /// What is learned from.
  var train: Samples { get }
  /// What is measured after each epoch, and not learned from.
  var check: Check { get }
  /// What that is called: `test`, `validation`.
  var checkName: String { get }
  /// How much data there is, in words.
  var amount: String { get }
  /// How many threads load batches.
  var workers: Int { get }
  /// The highest learning rate, where none is asked for.
  var peakLearningRate: Double { get }
  /// How a run of one's own data is opened again; nil where its configuration says all.
  var plan: RunPlan? { get }
  /// What takes part in the training beside progress and run folder.
  var extensions: [any TrainingExtension] { get }

  /// How many epochs, where none are asked for.
  func defaultEpochs(steps: Int) -> Int
  /// A new network with weights from the process's random generator.
  func build() -> Network
  func trainer(
    _ network: Network, _ optimizer: Optimizer, _ settings: TrainerSettings
  ) -> Trainer<Network, Samples.Batch>
  /// What tells the data from other data, by part.
  func fingerprints() throws -> [String: DataFingerprint]
  /// The last measures of the data that was not learned from, in words; nil for none worth words.
  func result(_ measures: Measures) -> String?
  /// Where the trained network errs.
  func findings(of network: Network) throws -> RunFindings
}

extension TrainingTask {
  var source: String? { nil }
  var checkName: String { "validation" }
  var workers: Int { 1 }
  var plan: RunPlan? { nil }
  var extensions: [any TrainingExtension] { [] }

  func fingerprints() throws -> [String: DataFingerprint] {
    ["train": try DataFingerprint(of: train), checkName: try DataFingerprint(of: check)]
  }

  /// Goes through the data that is not learned from, in its order and in evaluation mode.
  func look(_ network: Network, _ body: (Samples.Batch) throws -> Void) throws {
    network.eval()
    try withTensorErrors {
      try noGrad {
        var batches = DataLoader(check, batchSize: 256, workers: workers).batches(epoch: 0)
        while let batch = try batches.next() {
          try Interrupt.check()
          try body(batch)
        }
      }
    }
  }

  /// As many epochs as come to this many steps, within limits.
  static func epochs(for steps: Int, of stepsPerEpoch: Int, within limits: ClosedRange<Int>) -> Int {
    min(max(steps / max(1, stepsPerEpoch), limits.lowerBound), limits.upperBound)
  }
}

/// What a file or folder is called, without its ending: the name of a run on it.
func stem(of path: String) -> String {
  let name = URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
  let first = name.split(separator: ".").first.map(String.init)
  return first.map { $0 == "/" ? "data" : $0 } ?? "data"
}

/// The last part of a path, as a run's configuration names its data.
func fileName(of path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent }
