import Foundation
import WeftData
import WeftIO
import WeftNN

/// What a training leaves behind: a folder that holds the configuration, the weights, the metrics and a picture of the
/// curves. It is replaced whole after each epoch: whatever ends the training, the last whole epoch stays.
public struct RunFolder: Sendable {
  /// Where the folder stands, or will.
  public let path: String

  /// The folder at a path; nothing is read or made.
  public init(_ path: String) { self.path = path }

  /// The weights, as safetensors.
  public var weightsPath: String { path + "/model.safetensors" }
  /// The `RunConfiguration`, as JSON.
  public var configurationPath: String { path + "/config.json" }

  /// Makes the folders above this one, and sees that a folder can be written here, before hours of work depend on it.
  /// - Throws: `FileWriteError`.
  public func prepare() throws(FileWriteError) {
    try AtomicFolder.makeFolders(above: path)
    _ = try AtomicFolder(replacing: path)
  }

  /// Writes the state after an epoch.
  /// - Throws: `FileWriteError`; the folder is then as it was.
  public func write(_ model: Module, _ configuration: RunConfiguration, _ history: [EpochResult]) throws {
    let folder = try AtomicFolder(replacing: path)
    let staging = folder.stagingPath
    try model.save(to: staging + "/model.safetensors", metadata: ["architecture": configuration.architecture])
    try AtomicFile.write(try configuration.json(), to: staging + "/config.json")
    try AtomicFile.write(Self.metrics(history), to: staging + "/metrics.csv")
    try AtomicFile.write(Self.chart(configuration, history).svg, to: staging + "/curves.svg")
    try folder.commit()
  }

  /// The configuration of the run in this folder.
  /// - Throws: `DataFileError` if there is none or it cannot be understood.
  public func configuration() throws -> RunConfiguration {
    let file = try FileBytes(contentsOf: configurationPath, limit: 1 << 20)
    do { return try JSONDecoder().decode(RunConfiguration.self, from: Data(file.bytes)) } catch {
      throw DataFileError(
        .wrongFormat, file: configurationPath, expected: "the configuration that a training wrote",
        found: "JSON that does not fit it", looksLike: file.kind)
    }
  }

  static func metrics(_ history: [EpochResult]) -> String {
    var table = MetricsCSV()
    for row in history {
      table.append([
        "epoch": Double(row.epoch), "learning_rate": row.learningRate, "train_loss": row.trainLoss,
        "train_accuracy": row.trainAccuracy, "test_loss": row.testLoss, "test_accuracy": row.testAccuracy,
      ])
    }
    return table.text
  }

  static func chart(_ configuration: RunConfiguration, _ history: [EpochResult]) -> Chart {
    Chart(
      "\(configuration.architecture) on \(configuration.dataset)",
      panels: [
        Chart.Panel(
          "loss", lines: [Chart.Line("train", history.map(\.trainLoss)), Chart.Line("test", history.map(\.testLoss))]),
        Chart.Panel(
          "accuracy", unit: .percent,
          lines: [Chart.Line("train", history.map(\.trainAccuracy)), Chart.Line("test", history.map(\.testAccuracy))]),
      ])
  }
}

/// What one must know to repeat a run, or to use its weights.
public struct RunConfiguration: Codable, Sendable, Hashable {
  /// The model's name on the command line, as `cnn`.
  public var architecture: String
  /// The dataset's name on the command line, as `digits`.
  public var dataset: String
  /// How many epochs were asked for.
  public var epochs: Int
  /// The samples of a batch.
  public var batchSize: Int
  /// The learning rate before any schedule.
  public var learningRate: Double
  /// What the weights, the dropout and the order of the data follow from.
  public var seed: UInt64
  /// The elements of all parameters.
  public var parameterCount: Int
  /// Nil in folders written before there was a choice: float32.
  public var precision: String?
  /// The version of this library that wrote it.
  public var weftVersion: String

  /// Of a run of this version of the library.
  public init(
    architecture: String, dataset: String, epochs: Int, batchSize: Int, learningRate: Double, seed: UInt64,
    parameterCount: Int, precision: String? = nil
  ) {
    self.precision = precision
    self.architecture = architecture
    self.dataset = dataset
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.seed = seed
    self.parameterCount = parameterCount
    weftVersion = WeftTrain.weftVersion
  }

  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}

/// The version of this library.
public let weftVersion = "0.1.0"
