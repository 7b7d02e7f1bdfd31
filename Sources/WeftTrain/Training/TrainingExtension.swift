/// What happens in a training, in the order in which it happens: a closed list.
public enum TrainingEvent: Sendable {
  /// It begins, or goes on after a resume.
  case began
  /// An epoch begins, or goes on: `training.epoch`.
  case epochBegan
  /// A step is about to be taken.
  case stepBegan
  /// The gradients are there and not used yet: divided by a scaler's factor, not clipped, no update. Not in
  /// replayed steps; see `TrainingExtension.looksInside`.
  case gradientsReady
  /// A batch was trained on.
  case stepEnded(samples: Int, loss: Double)
  /// The loss of a step is no finite number.
  case lossNotFinite
  /// Of a loss that is finite, some gradients are not: seen where gradients are clipped, or an extension looks at them.
  /// The update that they are for is not made yet.
  case gradientsNotFinite
  /// Data that is not trained on was measured, between two steps of an epoch or at its end.
  case validated(Measures)
  /// What the epoch came to: also in `training.history`. An epoch that so many steps cut short is told then, and again
  /// under the same number when it went on and was whole; what `savedState()` gave before the cut is restored in between.
  case epochEnded(EpochSummary)
  /// All that a step, or an epoch, led to is done: the time to save.
  case settled(isEpochEnd: Bool)
  /// Ctrl-C, a request to terminate or a cancelled task: the training is about to end, between two steps.
  case interrupted
  /// It is over, by itself or by an extension's `stop`.
  case ended
}

/// Something that takes part in a training: it is told what happens, may look at all of it, change what it likes and
/// stop it.
///
/// ```swift
/// final class Announcer: TrainingExtension {
///   func handle(_ event: TrainingEvent, in training: Training) {
///     if case .epochEnded(let summary) = event { print(summary.epoch, summary.train.loss) }
///   }
/// }
/// ```
public protocol TrainingExtension: AnyObject {
  /// Something happened.
  ///
  /// - Throws: What ends the training.
  func handle(_ event: TrainingEvent, in training: Training) throws

  /// Whether the step that begins now must be run as it stands, with `.gradientsReady` and hooks, though others are
  /// replayed. The numbers are the same either way. By default false.
  func looksInside(_ training: Training) -> Bool

  /// What must be known for the training to go on exactly, as text; nil for nothing, the default.
  func savedState() throws -> String?

  /// Takes up what `savedState()` gave.
  func restore(_ state: String) throws

  /// Whether that is taken up again where an epoch that so many steps cut short goes on, as if it had not been told. No
  /// for what stays true of the cut, as a file that was written then. By default true.
  var forgetsCutEpochs: Bool { get }

  /// The training is over, in whatever way: by itself, by an interrupt or by an error. What was held for it alone, as a
  /// lock, is let go of. By default nothing is.
  func letGo()
}

extension TrainingExtension {
  public func looksInside(_ training: Training) -> Bool { false }
  public func savedState() throws -> String? { nil }
  public func restore(_ state: String) throws {}
  public var forgetsCutEpochs: Bool { true }
  public func letGo() {}

  /// What its state is called in a checkpoint.
  var stateName: String { String(describing: type(of: self)) }
}

/// An extension that is a closure.
final class ClosureExtension: TrainingExtension {
  private let body: (TrainingEvent, Training) throws -> Void

  init(_ body: @escaping (TrainingEvent, Training) throws -> Void) { self.body = body }

  func handle(_ event: TrainingEvent, in training: Training) throws { try body(event, training) }
}
