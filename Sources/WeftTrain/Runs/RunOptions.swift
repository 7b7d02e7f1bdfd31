/// What a training was asked for beside what its numbers follow from: taken up again when it goes on.
public struct RunOptions: Codable, Sendable, Hashable {
  /// Where the data was found, as a path from the root; nil for data that the program has in it.
  public var source: String?
  /// After how many steps a checkpoint is written, beside those of each epoch.
  public var saveEvery: Int?
  /// How many checkpoints are kept.
  public var keep: Int?
  /// After how many steps gradients are looked at.
  public var health: Int?
  /// Whether steps are recorded and replayed.
  public var isRecorded = false
  /// Whether batch normalization takes the statistics of all ranks.
  public var synchronizesBatchNorm = false
  /// Whether the optimizer's state is shared out among the ranks.
  public var sharesOptimizer = false

  /// Nothing but what every training does.
  public init() {}
}
