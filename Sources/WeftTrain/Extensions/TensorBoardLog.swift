import WeftIO
import WeftNN
import WeftTensor

/// Shows a training in TensorBoard: the loss and the learning rate of steps, and after each epoch its measures, how the
/// weights are distributed, and what its parts took.
///
/// ```swift
/// trainer.extensions.append(TensorBoardLog(in: "runs/first"))     // then: tensorboard --logdir runs
/// ```
/// A training that goes on adds another file to the folder, which TensorBoard shows as the same run.
public final class TensorBoardLog: TrainingExtension {
  /// The folder of the run.
  public let folder: String
  /// After how many steps their loss is added.
  public let everySteps: Int
  /// Whether the weights' distributions are added after each epoch.
  public let hasHistograms: Bool
  private var board: TensorBoard?
  private var before = PhaseSeconds()

  /// - Parameters:
  ///   - folder: The folder of the run; it is made if it is missing.
  ///   - everySteps: After how many steps their loss is added, from 1.
  ///   - histograms: Whether the weights' distributions are added after each epoch.
  public init(in folder: String, everySteps: Int = 10, histograms: Bool = true) {
    (self.folder, self.everySteps, hasHistograms) = (folder, max(1, everySteps), histograms)
  }

  /// - Throws: `FileWriteError`.
  public func handle(_ event: TrainingEvent, in training: Training) throws {
    guard training.isWriter else { return }
    switch event {
    case .began: (board, before) = (try TensorBoard(folder), training.seconds)
    case .stepEnded(_, let loss):
      guard training.step % everySteps == 0 else { return }
      board?.add("step/loss", loss, step: training.step)
      board?.add("step/learning_rate", training.optimizer.learningRate, step: training.step)
    case .validated(let measures):
      // At the end of an epoch as well.
      for (name, value) in measures.all { board?.add("\(name)/validation", value, step: training.step) }
    case .epochEnded(let summary): try add(summary, training)
    case .interrupted, .ended: try board?.flush()
    default: break
    }
  }

  private func add(_ summary: EpochSummary, _ training: Training) throws {
    let (step, now) = (summary.step, training.seconds)
    for (name, value) in summary.train.all { board?.add("\(name)/train", value, step: step) }
    let taken = now.since(before)
    for phase in TrainingPhase.allCases {
      board?.add("seconds/\(phase)", taken[phase], step: step)
      if training.memory[phase] > 0 {
        board?.add("memory/\(phase)_bytes", Double(training.memory[phase]), step: step)
      }
    }
    board?.add("memory/peak_bytes", Double(Machine.current.peakMemory), step: step)
    before = now
    if hasHistograms {
      for (name, parameter) in training.model.namedParameters() {
        board?.add("weights/\(name)", histogramOf: parameter.value, step: step)
      }
    }
    try board?.flush()
  }

  public func letGo() {
    // What could not be written was told by `flush`.
    try? board?.close()
    board = nil
  }
}
