import WeftNN
import WeftTensor

/// What a checkpoint says beside tensors: counts, metrics, extensions.
private struct SavedTraining: Codable {
  var step: Int
  var accumulated: Int
  var meter: Meter.Saved
  var history: [EpochSummary]
  var extensions: [String: String]
  var stopReason: String?
  var cut: CutEpoch?
  /// Of several copies, by rank; nil where there was one.
  var copies: [CopyState]?

  /// A file may say anything: numbers that can be no counts are not counted on.
  ///
  /// - Throws: `TensorError`.
  func check(_ cursor: LoaderCursor) throws(TensorError) {
    let epochs = history.flatMap { summary in
      [summary.epoch, summary.step, summary.train.sampleCount, summary.validation?.sampleCount ?? 0]
    }
    let parts = (copies ?? []).map(\.meter.sampleCount)
    let rates = cut.map { $0.ratesBefore + $0.ratesAfter } ?? []
    if let wrong = rates.first(where: { !($0.isFinite && $0 >= 0) }) {
      throw TensorError(
        .value, operation: "Trainer.restore", expected: "learning rates that are finite and not negative",
        got: "\(wrong)", hint: "the file was not written by a Trainer: take another checkpoint")
    }
    let counts = [step, accumulated, meter.sampleCount, cursor.epoch, cursor.batch] + epochs + parts
    guard let wrong = counts.first(where: { !StateText.counts.contains($0) }) else { return }
    throw TensorError(
      .value, operation: "Trainer.restore", expected: "counts of steps, epochs and samples from 0", got: "\(wrong)",
      hint: "the file was not written by a Trainer: take another checkpoint")
  }
}

extension Trainer {
  private static var note: String { "training" }

  /// All that the training depends on, between two steps: to be written to a file. Of several copies each must ask, and
  /// that of rank 0 is whole.
  public func state() throws -> TrainingState {
    try shareGradients()
    let states = try extensionStates()
    let copies = try copies()
    let meter = try copies.map { try training.meter.sum(of: $0.map(\.meter)) } ?? training.meter
    let scores = Enclosures()
    let saved = SavedTraining(
      step: training.step, accumulated: training.accumulated, meter: try scores.enclose { try meter.saved() },
      history: training.history, extensions: states, stopReason: training.stopReason,
      cut: training.cut, copies: copies)
    var state = TrainingState(
      model, optimizer, scaler: scaler, average: average, parts: parts, cursor: training.cursor,
      // What becomes of the gradients of further parts, the step alone knows.
      includesGradients: training.accumulated > 0 || !parts.isEmpty, notes: [Self.note: try StateText.encode(saved)])
    if let replicas { state.tensors = try replicas.gather(state.tensors) }
    state.tensors += scores.tensors.enumerated().map { (name: "measure.\($0)", tensor: $1) }
    return state
  }

  private func copies() throws -> [CopyState]? {
    guard let replicas else { return nil }
    let own = CopyState(generator: Random.generator, meter: try training.meter.saved())
    let texts = try replicas.gather(try StateText.encode(own), for: "random numbers and measures")
    return try texts.map { try StateText.decode(CopyState.self, from: $0) }
  }

  /// Each copy goes on with what it had, if there are as many; else what was measured is counted once.
  private func restoreCopy(_ saved: SavedTraining) throws {
    guard let replicas else { return }
    training.hasMeanGradients = true
    if let copies = saved.copies, copies.count == replicas.count {
      Random.generator = copies[replicas.rank].generator
      try training.meter.restore(copies[replicas.rank].meter)
      training.isSeeded = true
    } else {
      if replicas.rank > 0 { training.meter.reset() }
      training.isSeeded = false
    }
  }

  /// Takes up a state that a trainer of such a model, optimizer and extensions gave: `fit` then goes on as if it had
  /// never stopped, to the bit.
  ///
  /// - Parameter source: What errors call the state's origin.
  /// - Throws: `CheckpointError` or `TensorError` for the state of another model or optimizer.
  public func restore(_ state: TrainingState, from source: String = "the training state") throws {
    guard let text = state.notes[Self.note] else {
      throw TensorError(
        .value, operation: "Trainer.restore", expected: "the state of a Trainer", got: "one without its counts",
        hint: "`TrainingState.restore` takes up one that a loop of your own has made")
    }
    let saved: SavedTraining
    do { saved = try StateText.decode(SavedTraining.self, from: text) } catch {
      throw TensorError(.value, operation: "Trainer.restore", expected: "the counts of a Trainer", got: "\(error)")
    }
    try saved.check(state.cursor)
    try NamedParts(parts).checkNoneIsLost(of: state.tensors, from: source)
    var meter = Meter(metrics)
    let scores = state.tensors.filter { $0.name.hasPrefix("measure.") }.map(\.tensor)
    do { try Enclosures(scores).enclose { try meter.restore(saved.meter) } } catch let error as DecodingError {
      throw TensorError(.value, operation: "Trainer.restore", expected: "what metrics have counted", got: "\(error)")
    }
    training.cursor = try state.restore(
      to: model, optimizer, scaler: scaler, average: average, parts: parts, from: source)
    (training.step, training.accumulated, training.meter) = (saved.step, saved.accumulated, meter)
    (training.history, training.cut) = (saved.history, saved.cut)
    training.resetStop(to: saved.stopReason)
    try restoreCopy(saved)
    try restoreExtensions(saved.extensions)
  }

  /// What extensions have counted, by name.
  func extensionStates() throws -> [String: String] {
    var states: [String: String] = [:]
    for (name, part) in namedExtensions { states[name] = try part.savedState() }
    return states
  }

  func restoreExtensions(_ states: [String: String], where isMeant: (any TrainingExtension) -> Bool = { _ in true })
    throws
  {
    for (name, part) in namedExtensions where isMeant(part) {
      if let state = states[name] { try part.restore(state) }
    }
  }

  /// Each extension under the name of its type, the second of a type as `EarlyStopping.2`.
  private var namedExtensions: [(name: String, part: any TrainingExtension)] {
    var counts: [String: Int] = [:]
    return extensions.map { part in
      let count = (counts[part.stateName] ?? 0) + 1
      counts[part.stateName] = count
      return (part.stateName + (count == 1 ? "" : ".\(count)"), part)
    }
  }
}

extension Trainer {
  /// What the present epoch would go on from, to be asked for before extensions are told of its end.
  func cutEpoch(of feed: Feed<Batch>) throws -> CutEpoch {
    let rates = optimizer.groups.map(\.learningRate)
    return CutEpoch(
      extensions: try extensionStates(), ratesBefore: rates, ratesAfter: rates, batches: feed.count,
      isStopTakenBack: false)
  }

  /// Tells extensions that the epoch was cut short, and notes what they made of it.
  func sendCut(_ summary: EpochSummary) throws {
    try training.measure(.extensions) {
      for part in extensions {
        let wasStopped = training.stopReason != nil
        try part.handle(.epochEnded(summary), in: training)
        // Who counts nothing has decided it once and for all.
        if !wasStopped, training.stopReason != nil { training.cut?.isStopTakenBack = try part.savedState() != nil }
      }
    }
    training.cut?.ratesAfter = optimizer.groups.map(\.learningRate)
  }

  /// The epoch that was cut short goes on, if one was; with other data the next one begins.
  func reopenEpoch(_ feed: Feed<Batch>) throws {
    guard let cut = training.cut.take() else { return }
    guard cut.batches == feed.count else {
      training.cursor = LoaderCursor(epoch: training.cursor.epoch + 1)
      training.meter.reset()
      return
    }
    if training.history.last?.epoch == training.epoch { training.history.removeLast() }
    if cut.isStopTakenBack { training.resetStop(to: nil) }
    try restoreExtensions(cut.extensions) { $0.forgetsCutEpochs }
    for (group, (before, after)) in zip(optimizer.groups, zip(cut.ratesBefore, cut.ratesAfter)) {
      // A rate that was set since by the program itself stands, and so does one that nobody changed.
      if before != after, group.learningRate == after { group.learningRate = before }
    }
  }
}
