import WeftTensor

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
}

/// The version of this library.
public let weftVersion = "0.1.0"
