import WeftNN
import WeftTensor

/// Looks into a training now and then: how large gradients and updates are in each layer, which units are dead, and where
/// the first value arose that is no finite number.
///
/// ```swift
/// let health = GradientHealth(every: 100) { report in print(report) }
/// trainer.extensions.append(health)
/// ```
/// Between the steps that it looks into it costs one comparison. Those it looks into run as they stand, also where others
/// are replayed, and train the same to the bit.
///
/// A loss that is not finite is noticed at every step, gradients that are not in the steps that are looked into and in
/// those whose gradients are clipped. The step is then computed again with every operation checked, and the training
/// ends, before the update, with the error of the first that gave such a value, forward or backward, with its module. In
/// a training of recorded steps the update has been made by then, so the error may name the weights instead. Steps with
/// a `GradScaler` may have such gradients: it leaves them out.
public final class GradientHealth: TrainingExtension {
  /// After how many steps it looks again.
  public let every: Int
  /// Whether a loss or gradients that are not finite end the training; else what was found is in `findings` alone.
  public let stopsWhenNotFinite: Bool
  /// The last of what was seen.
  public private(set) var report: HealthReport?
  /// Where values arose that are not finite, with the step.
  public private(set) var findings: [(step: Int, error: TensorError)] = []
  private let tell: ((HealthReport) -> Void)?
  private var nextStep = 0
  private var probe: HealthProbe?
  /// The step that was explained in this training, which may be gone into again by the next.
  private var toldStep: Int?

  /// - Parameters:
  ///   - every: After how many steps it looks again, from 1.
  ///   - stopsWhenNotFinite: Whether a loss or gradients that are not finite end the training.
  ///   - tell: Takes each report.
  public init(every: Int = 100, stopsWhenNotFinite: Bool = true, tell: ((HealthReport) -> Void)? = nil) {
    (self.every, self.stopsWhenNotFinite, self.tell) = (max(1, every), stopsWhenNotFinite, tell)
  }

  public func looksInside(_ training: Training) -> Bool { training.step >= nextStep }

  public func handle(_ event: TrainingEvent, in training: Training) throws {
    switch event {
    case .began: (nextStep, toldStep) = ((training.step + every - 1) / every * every, nil)
    case .stepBegan: if training.step >= nextStep { beginLooking(training) }
    case .gradientsReady:
      probe?.takeGradients()
      if probe?.mayBeBroken == true, training.brokenGradient != nil { training.hasBrokenGradients = true }
    case .lossNotFinite: try explain(training, .loss)
    case .gradientsNotFinite: try explain(training, .gradients)
    case .stepEnded(_, let loss):
      if !loss.isFinite { try explain(training, .loss) }
      finish(training)
    case .interrupted, .ended: probe = nil
    default: break
    }
  }

  private func beginLooking(_ training: Training) {
    let present = probe ?? HealthProbe(training.model)
    probe = present
    present.beginStep()
    training.looks.append(present.ownLook)
  }

  private func finish(_ training: Training) {
    // In the middle of an accumulation there was no update yet: the next step is looked into as well.
    guard let probe, let report = probe.report(step: training.step) else { return }
    self.probe = nil
    nextStep = (training.step + every - 1) / every * every
    self.report = report
    tell?(report)
  }

  private enum Symptom: String {
    case loss = "a finite loss"
    case gradients = "finite gradients"
  }

  private func explain(_ training: Training, _ symptom: Symptom) throws {
    if toldStep == training.repeatStepNumber { return }
    toldStep = training.repeatStepNumber
    let error = cause(training, symptom)
    findings.append((training.repeatStepNumber, error))
    guard stopsWhenNotFinite else { return }
    probe = nil
    throw error
  }

  private func cause(_ training: Training, _ symptom: Symptom) -> TensorError {
    if let wrong = training.model.namedParameters().first(where: { !$0.parameter.value.isFiniteThroughout }) {
      return TensorError(
        .notFinite, operation: "GradientHealth", operands: [(wrong.name, wrong.parameter.value.spec)],
        expected: "weights that are finite before step \(training.repeatStepNumber)",
        got: "others in `\(wrong.name)`, since an earlier update",
        hint: "lower the learning rate, clip gradients (`settings.gradientNorm`), or look at each step: "
          + "`GradientHealth(every: 1)`")
    }
    func unexplained(_ found: String) -> TensorError {
      TensorError(
        .notFinite, operation: "GradientHealth",
        expected: "\(symptom.rawValue) in step \(training.repeatStepNumber)",
        got: (symptom == .loss ? "another, " : "others, ") + found)
    }
    let isOne = training.replicas == nil
    if symptom == .loss, !isOne, training.ownLoss.isFinite {
      return unexplained("of another rank's samples: see what that one says")
    }
    do { try detectAnomalies { try training.repeatStep?() } } catch let error as TensorError { return error } catch {}
    if symptom == .gradients, training.accumulated > 0 {
      return unexplained("of an earlier batch of those that the update is for")
    }
    return unexplained(
      "which did not come again when the step was repeated" + (isOne ? "" : " with this rank's samples alone"))
  }
}
