import WeftTensor

// Note: Recorded steps
//
// A step of training does the same operations each time. `Recorded` runs the program's own code for the first two batches
// of a shape and has both runs written down (`Note: Programs`). If they are the same program, later batches replay it: no
// shape rules, no graph, no module is visited, and every value goes as soon as nobody needs it. The numbers are those of
// the code, to the bit.
//
// What could make a replay wrong is kept out, in this order:
//   the compiler     the step is `@Sendable`: a captured variable, or a model that was not handed in, does not compile
//   the recorder     what goes past the door is told to it; what it cannot repeat makes the step stay as it is
//   the second run   a number of the program's that changed makes another program
//   `PartState`      what modules store, the objects that they refer to at any depth (`ReachedObjects`), and what
//                    parameters are, is compared before each replay; a change is recorded anew
//   later runs       the 8th, the 64th, the 512th ... is recorded again, and must be the same program still
//   memory           knows which run made it: a run that met another thread is not taken down, and the next one is
//                    recorded in its place (`Note: Recordings and threads`)
// What is left is what nobody can look at from outside: a number behind a global, a closure, a pointer, a lock around an
// array, or an object of Foundation; a branch taken seldom; what is decided by the text of a tensor, which is printed while
// a step is recorded as well. Such a change shows in the next of the later runs, if it lasts until then, and not before:
// between the 64th and the 512th the numbers may be those of the state that was recorded. Later runs are few since one
// costs as much as several replays.

/// A step of training that is recorded as it runs and then replayed, with the same numbers to the bit.
///
/// ```swift
/// let step = Recorded(model, optimizer) { model, optimizer, images, labels in
///   optimizer.zeroGrad()
///   let loss = crossEntropy(model(images), classIndices: labels)
///   loss.backward()
///   optimizer.step()
///   return loss
/// }
/// for (images, labels) in loader { print(try step(images, labels).item()) }
/// ```
/// The step is run as it stands for the first two batches of each shape, and now and then later, when what it does is
/// compared again. It goes on so, says why on standard error, and has the reason in `whyNotReplayed`, where a replay could
/// not do what it does: it reads numbers of tensors (`item()`; return the tensor and read it outside), decides by them,
/// sets a learning rate (give the optimizer a `schedule`), calls hooks, uses what other threads compute while it runs (in
/// four recorded runs, each of which has the next one recorded in its place: once may be chance), or a number that changed
/// from one run to the next.
///
/// Everything that the step changes is to be handed in: models, optimizers, a `GradScaler`, a `WeightAverage`. Dropout and
/// other random numbers are drawn anew, batch normalization counts, gradients are clipped and accumulated, `train()`,
/// `freeze()` and a layer's settings are noticed, also in objects that layers refer to. Results have no history: their
/// gradients were taken in the step.
///
/// A replay cannot notice what changes behind a global variable, in what a closure captured, behind a pointer or a `Mutex`
/// of more than plain numbers, in the elements of a `ManagedBuffer`, and in Foundation's objects (`NSMutableArray`); nor
/// what is decided by a tensor's text, as by `"\(x)"`. It goes on with what was recorded until the step is compared
/// again, in the 8th, the 64th, the 512th run and so on. Keep such a number in a property of the model, or hand it in as
/// a tensor.
///
/// One step belongs to one thread or task at a time, whichever it is. Any number of steps are recorded and replayed at once
/// in as many threads, each with its own models, and beside threads that load batches, evaluate or serve.
///
/// A replay holds no more memory than the step as it stands does. A run that is recorded holds a copy of the parameters
/// more: what it read stays until the step has changed it, so that memory tells which value an operation got.
///
/// What a replay does not do: what the step does beside tensors, as printing or appending a loss to a list, and decide by
/// what `clipGradientNorm` or `GradScaler.step` gave back. Inside a transform, `noGrad` or `detectAnomalies`, and for
/// inputs that require a gradient, the step runs as it stands.
public final class Recorded {
  private let parts: [any TrainingPart]
  private let inputCount: Int?
  private let body: ([Tensor]) throws -> [Tensor]
  private var recordings: [StepRecording] = []
  /// Whether the last run that was recorded changed what modules store, for the first time in a row: it may have made a
  /// table that is kept from then on, and is not taken down.
  private var hasJustSettled = false
  /// Why the first shape that is not replayed is not; nil while none is known.
  public private(set) var whyNotReplayed: TensorError?
  /// How many calls were replayed.
  public private(set) var replayCount = 0

  /// How many recordings are made, of other shapes or of a changed model, before steps run as they stand.
  static let limit = 8

  package init(_ parts: [any TrainingPart], inputs: Int?, _ body: @escaping ([Tensor]) throws -> [Tensor]) {
    (self.parts, inputCount, self.body) = (parts, inputs, body)
  }

  /// Runs the step on a batch and gives its first result.
  ///
  /// - Throws: `TensorError` for the first misuse of an operation, as an index out of range, or a step without a result;
  ///   what the step throws.
  @discardableResult
  public func callAsFunction(_ batch: Tensor...) throws -> Tensor {
    guard let first = try run(batch).first else {
      throw TensorError(.unsupported, operation: "Recorded", expected: "a step with a result", got: "one without")
    }
    return first
  }

  /// Runs the step on a batch and gives its results.
  ///
  /// - Throws: `TensorError` for the first misuse of an operation, as an index out of range; what the step throws.
  @discardableResult
  public func run(_ batch: [Tensor]) throws -> [Tensor] {
    if let inputCount, batch.count != inputCount {
      throw TensorError(
        .value, operation: "Recorded", expected: inputCount == 1 ? "a tensor" : "\(inputCount) tensors",
        got: "\(batch.count)")
    }
    guard isRecordable(batch) else { return try runAsItStands(batch) }
    if let place = recordings.firstIndex(where: { $0.fits(batch) && $0.isUnchanged }) {
      return try run(batch, as: place)
    }
    guard recordings.count < Self.limit else {
      let change = recordings.last { $0.fits(batch) }?.firstChange
      giveUp(.tooManyRecordings(recordings.map(\.specs), batch.map(\.spec), change))
      return try runAsItStands(batch)
    }
    recordings.append(StepRecording(of: batch, TrainingParts(parts)))
    return try run(batch, as: recordings.count - 1)
  }

  /// What is replayed for a batch of this shape, for printing; nil where nothing is yet.
  public func program(for batch: Tensor...) -> Program? { recordings.first { $0.fits(batch) }?.program }

  /// The same as it is run, with neighbouring formulas joined.
  package func plan(for batch: Tensor...) -> StepPlan? { recordings.first { $0.fits(batch) }?.plan }

  private func run(_ batch: [Tensor], as place: Int) throws -> [Tensor] {
    if let plan = recordings[place].planForNextRun() {
      replayCount += 1
      return try plan.run(batch).map { $0.detached(by: Self.historyGone) }
    }
    if case .refused(let reason) = recordings[place].stage {
      giveUp(reason)
      return try runAsItStands(batch)
    }
    let parts = TrainingParts(parts)
    let outside = Outside(parts.cells, objects: parts.objects)
    let (results, outcome) = try Program.recording(step: body, with: batch, changing: outside)
    recordings[place].take(outcome, outside)
    let isSettling = !recordings[place].isUnchanged && !hasJustSettled
    hasJustSettled = isSettling
    if isSettling {
      recordings.remove(at: place)
    } else if case .refused(let reason) = recordings[place].stage {
      giveUp(reason)
    }
    return results.map { $0.detached(by: Self.historyGone) }
  }

  private func runAsItStands(_ batch: [Tensor]) throws -> [Tensor] {
    try withTensorErrors { try body(batch) }.map { $0.detached(by: Self.historyGone) }
  }

  private static let historyGone = Blockage(
    .other { "it is a result of a recorded step, which took its gradients: call `backward()` in the step" })

  /// Whether the step runs in the open: nobody else records or transforms it, and its inputs are plain.
  private func isRecordable(_ batch: [Tensor]) -> Bool {
    let modes = Modes.current
    return modes.recorder == nil && modes.substitutes == nil && modes.isRecording && !modes.isTransformed
      && !modes.detectsAnomalies
      && batch.allSatisfy { !$0.requiresGrad && !$0.isBatched && !$0.isInvalid }
  }

  private func giveUp(_ reason: TensorError) {
    if whyNotReplayed != nil { return }
    whyNotReplayed = reason
    say("a recorded step is not replayed, and runs as it stands: \(reason)")
  }
}

extension Recorded: CustomStringConvertible {
  /// As in `a step of Sequential and AdamW: 7 calls replayed`, with the reason where it is not replayed any more.
  public var description: String {
    let names = parts.map { "\(type(of: $0))" }.joined(separator: " and ")
    let reason = whyNotReplayed.map { "; runs as it stands: \($0)" } ?? ""
    return "a step of \(names): \(replayCount) \(replayCount == 1 ? "call" : "calls") replayed" + reason
  }
}

/// What it counts is no matter of the step's.
extension Recorded: WatchedOtherwise {}

extension TensorError {
  fileprivate static func tooManyRecordings(
    _ known: [[TensorSpec]], _ next: [TensorSpec], _ change: String?
  ) -> TensorError {
    let changing = next.indices.flatMap { input in
      next[input].shape.sizes.indices.filter { axis in
        known.contains { specs in
          specs.indices.contains(input) && specs[input].shape.rank > axis
            && specs[input].shape[axis] != next[input].shape[axis]
        }
      }.map { "the size of axis \($0) of input \(input)" }
    }
    let changed = "parts that changed \(Recorded.limit) times" + (change.map { ", last in \($0)" } ?? "")
    return TensorError(
      .unsupported, operation: "Recorded",
      expected: "batches of at most \(Recorded.limit) shapes, and a model that stays as it is",
      got: changing.isEmpty ? changed : changing.joined(separator: " and ") + " keeps changing",
      hint: "make batches of one size (drop the last, or pad), and change the model between steps seldom")
  }
}
