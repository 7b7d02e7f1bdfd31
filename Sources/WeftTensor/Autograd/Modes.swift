/// What holds for the code now running: task-local, never bound to a thread.
///
/// An object, so that reading the present modes, which every operation does, copies one reference.
package final class Modes: @unchecked Sendable {
  // Unchecked, as an object for many threads and in its properties: an instance changes only inside `with`, before
  // anybody else sees it.

  /// Whether operations are recorded for gradients.
  @exclusivity(unchecked) package var isRecording = true
  /// What results made while recording is off remember of the reason.
  @exclusivity(unchecked) package var recordingOff: Blockage?
  /// Whether each result is checked for values that are not finite.
  @exclusivity(unchecked) package var detectsAnomalies = false {
    didSet { if detectsAnomalies != oldValue { arrange() } }
  }
  @exclusivity(unchecked) package var errorScope: ErrorScope? { didSet { arrange() } }
  /// Who measures what runs now.
  @exclusivity(unchecked) var profiler: (any Measurer)? { didSet { arrange() } }
  /// What stands in for the values of parameters and buffers, by the object.
  @exclusivity(unchecked) package var substitutes: [ObjectIdentifier: Tensor]?
  /// The innermost transform whose function runs now.
  @exclusivity(unchecked) var transform: TransformScope?
  /// The casts of operands, with mixed precision.
  @exclusivity(unchecked) var autocast: AutocastScope? { didSet { if autocast !== oldValue { arrange() } } }
  /// Who looks on.
  @exclusivity(unchecked) var tracer: (any Interpreter & AnyObject)? { didSet { if tracer !== oldValue { arrange() } } }
  /// Who writes down what runs now.
  @exclusivity(unchecked) package var recorder: (any Witness)? { didSet { if recorder !== oldValue { arrange() } } }
  /// The checkpoint whose body runs now.
  @exclusivity(unchecked) var checkpoint: CheckpointRegion?
  /// The modules whose forward pass runs now, outermost first, joined by dots.
  @exclusivity(unchecked) package var modulePath = ""
  /// The model whose call this is, in its first one and in those that record.
  @exclusivity(unchecked) package var calledModel: AnyObject?

  /// What a call passes on its way to its kernel (`Note: The door`); never empty.
  @exclusivity(unchecked) private(set) var interpreters: [any Interpreter] = [Evaluator()]
  /// Where the evaluator stands among them.
  @exclusivity(unchecked) private(set) var evaluatorPlace = 0

  @TaskLocal package static var current = Modes()

  /// The type that operands are cast to now.
  package var autocastType: DType? { autocast?.dtype }
  /// Whether the function of a transform, or the body of a checkpoint, runs now.
  package var isTransformed: Bool { transform != nil || checkpoint != nil }

  /// Whether what runs now ran before: the body of a checkpoint, in the backward pass. What it leaves behind beside its
  /// results is there already.
  package var isRecomputing: Bool { checkpoint?.isRecomputing ?? false }

  private init() {}

  private init(_ other: Modes) {
    isRecording = other.isRecording
    recordingOff = other.recordingOff
    detectsAnomalies = other.detectsAnomalies
    errorScope = other.errorScope
    profiler = other.profiler
    substitutes = other.substitutes
    transform = other.transform
    autocast = other.autocast
    tracer = other.tracer
    recorder = other.recorder
    checkpoint = other.checkpoint
    modulePath = other.modulePath
    calledModel = other.calledModel
    interpreters = other.interpreters
    evaluatorPlace = other.evaluatorPlace
  }

  private func arrange() {
    let before: [(any Interpreter)?] = [errorScope, tracer, autocast]
    let behind: [(any Interpreter)?] = [
      recorder as? any Interpreter, detectsAnomalies ? AnomalyDetector() : nil, profiler,
    ]
    interpreters = before.compactMap { $0 } + [Evaluator()] + behind.compactMap { $0 }
    evaluatorPlace = before.count { $0 != nil }
  }

  /// These modes with `change` made to them.
  package func with(_ change: (inout Modes) -> Void) -> Modes {
    var copy = Modes(self)
    change(&copy)
    return copy
  }

  /// Runs `body` under the present modes with `change` made to them.
  package static func with<Result>(
    _ change: (inout Modes) -> Void, _ body: () throws -> Result
  ) rethrows -> Result {
    try $current.withValue(current.with(change), operation: body)
  }
}

/// Runs `body` without recording operations: results require no gradient.
public func noGrad<Result>(
  file: StaticString = #fileID, line: UInt = #line, _ body: () throws -> Result
) rethrows -> Result {
  try Modes.with(
    {
      $0.isRecording = false
      $0.recordingOff = Blockage(.recordingOff(CallSite(file: file, line: line)))
    }, body)
}

/// Runs `body` with recording on, inside a `noGrad`.
public func enableGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Modes.with({ $0.isRecording = true }, body)
}
