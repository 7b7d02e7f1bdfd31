import WeftNN

/// Lowers the learning rate when a measure has stopped getting better: a `PlateauSchedule` after each epoch.
public final class RateOnPlateau: TrainingExtension {
  /// The schedule with what it has counted.
  public private(set) var schedule: PlateauSchedule
  /// The measure, as `loss` or the name of a metric.
  public let measure: String

  /// - Parameter measure: `loss`, or the name of a metric; of the validation data, where there is some.
  public init(_ schedule: PlateauSchedule, watching measure: String = "loss") {
    (self.schedule, self.measure) = (schedule, measure)
  }

  public func handle(_ event: TrainingEvent, in training: Training) throws {
    switch event {
    case .began where training.step == 0: training.optimizer.learningRate = schedule.rate
    case .epochEnded(let summary):
      training.optimizer.learningRate = schedule.step(try summary.measure(named: measure, for: "RateOnPlateau"))
    default: break
    }
  }

  public func savedState() throws -> String? { try StateText.encode(schedule) }
  public func restore(_ state: String) throws { schedule = try StateText.decode(PlateauSchedule.self, from: state) }
}
