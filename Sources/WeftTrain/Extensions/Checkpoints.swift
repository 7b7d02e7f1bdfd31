import Foundation
import WeftData
import WeftIO
import WeftNN
import WeftTensor

/// Writes the whole state of a training to files, so that it can go on after anything: the last ones, and those that were
/// best by a measure. Others are removed, after a new one is in place.
///
/// ```swift
/// trainer.extensions = [Checkpoints(in: "runs/prices", everySteps: 500, best: .init("loss", count: 3))]
/// try trainer.resume(from: "runs/prices")       // nothing, where there is none yet
/// try trainer.fit(loader, validation: check, epochs: 100)
/// ```
/// One is written after each epoch, when the training is interrupted (Ctrl-C, SIGTERM, a cancelled task) and when it is
/// stopped within an epoch. A write that fails, as on a full disk, ends the training with an error, and so do weights
/// that are not finite, from which nothing can go on; those that are there stay. A training that begins anew where those
/// of a longer one are is refused: resume it, or choose another folder.
///
/// After an early stop the model has the weights of the last epoch. For those of the best one:
///
/// ```swift
/// try checkpoints.restoreBest(to: model)
/// ```
public final class Checkpoints: TrainingExtension {
  /// Which ones are best.
  public struct Best: Sendable {
    /// The measure, as `loss` or the name of a metric.
    public var measure: String
    /// Whether the least or the largest is best.
    public var goal: PlateauSchedule.Goal
    /// How many to keep.
    public var count: Int

    /// By default the one with the least of a measure.
    public init(_ measure: String, goal: PlateauSchedule.Goal = .least, count: Int = 1) {
      (self.measure, self.goal, self.count) = (measure, goal, max(1, count))
    }
  }

  /// One that was among the best.
  struct Kept: Codable {
    var name: String
    var value: Double
  }

  /// Where the files are.
  public let folder: String
  /// After how many steps one is written, beside the end of each epoch; nil for that alone.
  public let everySteps: Int?
  /// After how many seconds, at the next step.
  public let everySeconds: Double?
  /// How many of the last ones are kept.
  public let keepLast: Int
  /// Which ones are best.
  public let best: Best?
  /// How long the last one took to write, in seconds.
  public private(set) var lastSeconds = 0.0
  /// The paths of those that are best by the measure, the best first.
  public var bestPaths: [String] { ranking.map { "\(folder)/\($0.name)" } }
  private var ranking: [Kept] = []
  private var lastTime = monotonicSeconds()

  /// - Parameters:
  ///   - folder: Where the files go; it is made at the first one.
  ///   - everySteps: After how many steps one is written, beside the end of each epoch; nil for that alone.
  ///   - everySeconds: The same by time, for long epochs; nil for none.
  ///   - keepLast: How many of the last ones are kept, at least 1.
  ///   - best: Which others are kept, by a measure after each epoch.
  public init(
    in folder: String, everySteps: Int? = nil, everySeconds: Double? = 600, keepLast: Int = 2, best: Best? = nil
  ) {
    (self.folder, self.everySteps, self.everySeconds) = (folder, everySteps, everySeconds)
    (self.keepLast, self.best) = (max(1, keepLast), best)
  }

  public func handle(_ event: TrainingEvent, in training: Training) throws {
    switch event {
    case .began:
      restartClock(training)
      if training.isWriter { try checkPlace(training) }
    case .epochEnded(let summary): try rank(summary)
    case .settled(let isEpochEnd): if isEpochEnd || isDue(training) { try save(training) }
    case .interrupted: try save(training)
    case .ended: if training.cursor.batch > 0, training.cut == nil { try save(training) }
    default: break
    }
  }

  func restartClock(_ training: Training) { lastTime = training.clock }

  /// Those of a training that came further would be taken for this one's, the next time that one resumes.
  ///
  /// - Throws: `TensorError`.
  private func checkPlace(_ training: Training) throws {
    for name in Self.names(in: folder).reversed() {
      guard let step = Self.step(of: name), step > training.step else { return }
      // Damaged ones were passed over by a resume.
      guard (try? TrainingState(contentsOf: "\(folder)/\(name)")) != nil else { continue }
      throw TensorError(
        .value, operation: "Checkpoints", expected: "a folder without checkpoints from after step \(training.step)",
        got: "\(folder)/\(name), of another training",
        hint: "go on with that one: `resume(from:)`, or choose another folder")
    }
  }

  func isDue(_ training: Training) -> Bool {
    // Several copies would have to average gradients that an update averages anyway.
    if training.replicas != nil, training.accumulated > 0 { return false }
    if let everySteps, everySteps > 0, training.step % everySteps == 0 { return true }
    return everySeconds.map { training.clock - lastTime >= $0 } ?? false
  }

  private func rank(_ summary: EpochSummary) throws {
    guard let best else { return }
    let value = try summary.measure(named: best.measure, for: "Checkpoints")
    guard !value.isNaN else { return }
    let name = Self.name(step: summary.step)
    // An epoch of a stream may end at the step at which it was cut.
    ranking.removeAll { $0.name == name }
    ranking.append(Kept(name: name, value: value))
    ranking.sort { best.goal == .least ? $0.value < $1.value : $0.value > $1.value }
    ranking = Array(ranking.prefix(best.count))
  }

  /// Writes one now.
  ///
  /// - Throws: `FileWriteError`, and `TensorError` where a weight is not finite; what is there stays.
  public func save(_ training: Training) throws { try save(training, in: folder) }

  func save(_ training: Training, in folder: String) throws {
    let start = monotonicSeconds()
    // Copies have the same weights: all come to the same here, before any of them waits for another.
    try checkWeights(training)
    let state = try training.state()
    lastTime = training.clock
    guard training.isWriter else { return }
    let name = Self.name(step: training.step)
    try AtomicFolder.makeFolders(above: "\(folder)/\(name)")
    try state.write(to: "\(folder)/\(name)")
    prune(folder, after: name)
    if training.replicas == nil { lastTime = monotonicSeconds() }
    lastSeconds = monotonicSeconds() - start
  }

  /// - Throws: `TensorError` where a training has nothing left that is worth a file, and the place of an older one.
  private func checkWeights(_ training: Training) throws {
    guard let name = training.brokenWeight else { return }
    throw TensorError(
      .notFinite, operation: "Checkpoints", expected: "weights that are finite after step \(training.step)",
      got: "others in `\(name)`; no checkpoint was written, and those of before stay",
      hint: "go on from the last one with a lower learning rate or clipped gradients; `GradientHealth(every: 1)` finds "
        + "the first such value")
  }

  /// Those from after the one that was just written are damaged: they count for nothing here, and are overwritten or
  /// removed when the training comes there.
  private func prune(_ folder: String, after written: String) {
    let names = Self.names(in: folder)
    let own = names.prefix((names.firstIndex(of: written) ?? names.count - 1) + 1)
    let kept = Set(Array(own.suffix(keepLast)) + ranking.map(\.name) + [written])
    for name in own where !kept.contains(name) { unlink("\(folder)/\(name)") }
  }

  /// Gives the model the weights that were best by the measure, as after an early stop.
  ///
  /// - Parameter ofAverage: Whether the averages are meant, as where those were measured (`validatesAverage`).
  /// - Throws: `TensorError` where none are known, `DataFileError` where the file is gone or damaged.
  public func restoreBest(to model: Module, ofAverage: Bool = false) throws {
    guard let path = bestPaths.first else {
      throw TensorError(
        .value, operation: "Checkpoints.restoreBest", expected: "an epoch that was measured by `best`",
        got: best == nil ? "checkpoints without `best`" : "none so far")
    }
    try TrainingState(contentsOf: path).restoreWeights(of: model, ofAverage: ofAverage, from: path)
  }

  public func savedState() throws -> String? { try StateText.encode(ranking) }
  public func restore(_ state: String) throws { ranking = try StateText.decode([Kept].self, from: state) }
  /// The file that was written at the cut stays, and may be the best.
  public var forgetsCutEpochs: Bool { false }
}

extension Checkpoints {
  private static func name(step: Int) -> String {
    let digits = String(step)
    return "step-" + String(repeating: "0", count: max(0, 10 - digits.count)) + digits + ".safetensors"
  }

  /// The step of a checkpoint by its name; nil for another file.
  private static func step(of name: String) -> Int? {
    let (start, end) = ("step-", ".safetensors")
    guard name.hasPrefix(start), name.hasSuffix(end), name.utf8.count > start.utf8.count + end.utf8.count else {
      return nil
    }
    // Not a file of the user's own, as step-final.safetensors: it would be removed as an old one.
    guard let step = Int(name.dropFirst(start.count).dropLast(end.count)), self.name(step: step) == name else {
      return nil
    }
    return step
  }

  /// Those in a folder, the oldest first.
  static func names(in folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let known = names.compactMap { name in step(of: name).map { (name: name, step: $0) } }
    return known.sorted { $0.step < $1.step }.map(\.name)
  }

  /// The paths of those in a folder, the oldest first.
  public static func paths(in folder: String) -> [String] { names(in: folder).map { "\(folder)/\($0)" } }

  /// The newest one in a folder that is whole, and the errors of those that were newer and are not; nil where there are
  /// none.
  ///
  /// - Throws: The newest one's error, where none is whole.
  public static func latest(
    in folder: String
  ) throws(DataFileError) -> (path: String, state: TrainingState, damaged: [DataFileError])? {
    var damaged: [DataFileError] = []
    for path in paths(in: folder).reversed() {
      do throws(DataFileError) { return (path, try TrainingState(contentsOf: path), damaged) } catch {
        damaged.append(error)
      }
    }
    if let first = damaged.first { throw first }
    return nil
  }
}

extension Trainer {
  /// Goes on from the newest whole checkpoint in a folder, if there is one; `fit` then ends as it would have without a
  /// stop, to the bit.
  ///
  /// - Returns: Whether there was one. One that is damaged is passed over, with a line on standard error.
  /// - Throws: `DataFileError` where none is whole, `CheckpointError` or `TensorError` for that of another model.
  @discardableResult
  public func resume(from folder: String) throws -> Bool {
    if let replicas { return try resumeTogether(replicas, from: folder) }
    guard let (path, state, damaged) = try Checkpoints.latest(in: folder) else { return false }
    for error in damaged { ProgressOutput.standardError.write("passed over: \(error)\n") }
    try restore(state, from: path)
    return true
  }

  /// The newest whole checkpoint of a folder as rank 0 finds it, which all must be able to read.
  private func resumeTogether(_ replicas: any Replicas, from folder: String) throws -> Bool {
    do {
      let found = training.isWriter ? try Checkpoints.latest(in: folder) : nil
      for error in found?.damaged ?? [] { ProgressOutput.standardError.write("passed over: \(error)\n") }
      let path = try replicas.gather(found?.path ?? "", for: "the checkpoint to go on from")[0]
      if path.isEmpty { return false }
      try restore(try found?.state ?? TrainingState(contentsOf: path), from: path)
      return true
    } catch {
      replicas.leave(because: error)
      throw error
    }
  }
}
