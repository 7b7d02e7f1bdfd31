import WeftTensor

/// A plain line after each epoch, and every so many steps, to whatever takes lines: a log of the program's own.
///
/// ```swift
/// trainer.extensions.append(LineLog(everySteps: 100) { logger.info("\($0)") })
/// ```
public final class LineLog: TrainingExtension {
  private let everySteps: Int?
  private let write: (String) -> Void
  private var before = PhaseSeconds()

  /// - Parameters:
  ///   - everySteps: After how many steps there is a line, beside that of each epoch; nil for that alone.
  ///   - write: Takes a line, without its end.
  public init(everySteps: Int? = nil, _ write: @escaping (String) -> Void) {
    (self.everySteps, self.write) = (everySteps, write)
  }

  public func handle(_ event: TrainingEvent, in training: Training) {
    switch event {
    case .stepEnded(_, let loss):
      guard let everySteps, everySteps > 0, training.step % everySteps == 0 else { return }
      write("step \(training.step) epoch \(training.epoch) loss \(NumberText.significant(loss))")
    case .epochEnded(let summary):
      let checked = summary.validation?.all.map { (name: "validation_" + $0.name, value: $0.value) } ?? []
      let measures = (summary.train.all + checked).map { "\($0.name) \(NumberText.significant($0.value))" }
      write(
        "epoch \(summary.epoch) step \(summary.step) " + measures.joined(separator: " ") + " " + phases(training))
    default: break
    }
  }

  /// What the epoch's parts took, the most that tensors held in each so far, and the most memory that the process held.
  private func phases(_ training: Training) -> String {
    let now = training.seconds
    defer { before = now }
    let seconds = now.since(before).text { NumberText.fixed($0, 2) + " s" }
    let held = TrainingPhase.allCases.filter { training.memory[$0] > 0 }.map {
      "\($0) \(ProgressView.memory(training.memory[$0]))"
    }
    return seconds + "; tensors at most: " + held.joined(separator: ", ")
      + "; peak \(Machine.current.peakMemory / 1_000_000) MB"
  }
}
