import WeftNN

/// Ends a training when a measure has stopped getting better. It looks at the validation data, or where there is none at
/// the training data, after each epoch.
public final class EarlyStopping: TrainingExtension {
  /// The measure, as `loss` or the name of a metric.
  public let measure: String
  /// Whether the least or the largest is best.
  public let goal: PlateauSchedule.Goal
  /// How many epochs in a row may be no better.
  public let patience: Int
  /// By how much an epoch must be better to count as better.
  public let minimumChange: Double
  /// The best so far.
  public var best: Double? { counts.best }
  /// The epoch of the best so far, from 1.
  public var bestEpoch: Int { counts.bestEpoch }
  private var counts = Counts()

  private struct Counts: Codable {
    var best: Double?
    var bestEpoch = 0
    var bad = 0
  }

  /// - Parameters:
  ///   - measure: `loss`, or the name of a metric.
  ///   - patience: How many epochs in a row may be no better.
  ///   - minimumChange: By how much an epoch must be better to count as better.
  public init(
    watching measure: String = "loss", goal: PlateauSchedule.Goal = .least, patience: Int = 5,
    minimumChange: Double = 0
  ) {
    (self.measure, self.goal, self.patience) = (measure, goal, max(0, patience))
    self.minimumChange = minimumChange
  }

  public func handle(_ event: TrainingEvent, in training: Training) throws {
    guard case .epochEnded(let summary) = event else { return }
    let value = try summary.measure(named: measure, for: "EarlyStopping")
    let isBetter = counts.best.map { goal == .least ? value < $0 - minimumChange : value > $0 + minimumChange }
    if isBetter ?? !value.isNaN {
      counts = Counts(best: value, bestEpoch: summary.epoch, bad: 0)
    } else {
      counts.bad += 1
    }
    if counts.bad > patience {
      training.stop(
        because: "\(measure) has not been better than \(counts.best.map { "\($0)" } ?? "nothing")"
          + " of epoch \(counts.bestEpoch) for \(counts.bad) epochs")
    }
  }

  public func savedState() throws -> String? { try StateText.encode(counts) }
  public func restore(_ state: String) throws { counts = try StateText.decode(Counts.self, from: state) }
}
