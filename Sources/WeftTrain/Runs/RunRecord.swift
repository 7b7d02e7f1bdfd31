import WeftIO
import WeftNN
import WeftTensor

/// Keeps a `RunFolder` up to date while a training runs: weights, metrics and curves after each epoch, checkpoints to go
/// on from, and a manifest.
///
/// A checkpoint is one file and tells everything; the rest follows from it and is written after it. So whatever ends the
/// training, the last checkpoint stands, and a training that goes on from it mends what was written after. A run that
/// stood in the folder before is replaced in one step, when this one has something to save: its first checkpoint, be it
/// for an epoch, `everySteps` or an interrupt. A folder of anything else is never replaced, and one that another training
/// writes to is refused (`RunLock`).
public final class RunRecord: TrainingExtension {
  /// The folder.
  public let folder: RunFolder
  /// Writes the checkpoints.
  public let checkpoints: Checkpoints
  private let validation: String
  private let files: [RunFile]
  private var manifest: RunManifest
  /// Whether the folder holds this run by now, not an older one or none.
  public var holdsRun: Bool { isOwn }
  private var isOwn: Bool
  private var lock: RunLock?
  /// The step after which the weights and metrics in the folder were measured.
  private var writtenStep = -1

  /// - Parameters:
  ///   - isResumed: Whether the folder holds this very run, and `manifest` is its own.
  ///   - everySteps: After how many steps a checkpoint is written, beside those of each epoch.
  ///   - keepLast: How many checkpoints are kept.
  ///   - best: Which others are kept.
  ///   - validation: What the validation data is called.
  ///   - files: What else is written whenever the weights are.
  public init(
    _ folder: RunFolder, _ manifest: RunManifest, isResumed: Bool = false, everySteps: Int? = nil, keepLast: Int = 2,
    best: Checkpoints.Best? = nil, validation: String = "validation", files: [RunFile] = []
  ) {
    (self.folder, self.manifest, isOwn, self.validation) = (folder, manifest, isResumed, validation)
    self.files = files
    checkpoints = Checkpoints(in: folder.checkpointsPath, everySteps: everySteps, keepLast: keepLast, best: best)
    if isResumed { self.manifest.resumed.append(RunManifest.now) }
  }

  public func handle(_ event: TrainingEvent, in training: Training) throws {
    switch event {
    case .began: try begin(training)
    case .settled(let isEpochEnd):
      guard isOwn else {
        if isEpochEnd || checkpoints.isDue(training) { try writeAnew(training) }
        return
      }
      try checkpoints.handle(event, in: training)
      if isEpochEnd { try writeAll(training) }
    case .interrupted: if isOwn { try checkpoints.save(training) } else { try writeAnew(training) }
    case .ended:
      manifest.ended = RunManifest.now
      guard isOwn else { return try writeAnew(training) }
      try checkpoints.handle(event, in: training)
      // Stopped within an epoch: the checkpoint tells it, the weights stay those of the last whole one.
      if training.cursor.batch == 0 || training.cut != nil { try writeAll(training) }
      try write(training)
    default: try checkpoints.handle(event, in: training)
    }
  }

  /// - Throws: `TensorError` where something else stands in the folder, or another run's checkpoints.
  private func begin(_ training: Training) throws {
    checkpoints.restartClock(training)
    if training.isWriter, lock == nil {
      // Where no folder can be made, the first that writes says so.
      try? AtomicFolder.makeFolders(above: folder.path)
      lock = try RunLock(folder.path)
    }
    if isOwn {
      try checkpoints.handle(.began, in: training)
      return try write(training)
    }
    guard !training.isWriter || folder.isReplaceable else {
      throw TensorError(
        .value, operation: "RunRecord", expected: "a new or empty folder, or one that holds a run",
        got: "\(folder.path) with other files", hint: "choose another folder: a run replaces all that is in its own")
    }
    if try training.agreed(!folder.exists) { try writeAnew(training) }
  }

  /// Of several copies one writes; all take part in what it asks them for.
  private func write(_ training: Training) throws { if training.isWriter { try folder.write(manifest) } }

  private func writeAll(_ training: Training) throws {
    guard writtenStep != training.history.last?.step ?? 0, training.isWriter else { return }
    try folder.write(training.model, manifest, training.history, validation: validation, files)
    writtenStep = training.history.last?.step ?? 0
  }

  /// The first time: in place of whatever stood there, in one step.
  private func writeAnew(_ training: Training) throws {
    guard training.isWriter else {
      try checkpoints.save(training)
      return isOwn = true
    }
    let staged = try AtomicFolder(replacing: folder.path)
    let inside = RunFolder(staged.stagingPath)
    try inside.write(training.model, manifest, training.history, validation: validation, files)
    try checkpoints.save(training, in: inside.checkpointsPath)
    try staged.commit()
    (isOwn, writtenStep) = (true, training.history.last?.step ?? 0)
  }

  public func savedState() throws -> String? { try checkpoints.savedState() }
  public func restore(_ state: String) throws { try checkpoints.restore(state) }
  public func letGo() { lock = nil }
}
