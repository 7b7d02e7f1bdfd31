import WeftData
import WeftNN
import WeftTensor

// What a trainer does for a model with copies.

extension Trainer {
  /// Every copy draws other random numbers; the first one those of a training alone.
  func seedReplica() {
    guard let replicas, !training.isSeeded else { return }
    training.isSeeded = true
    if replicas.rank > 0 { Random.generator = Random.generator.derived(replicas.rank) }
  }

  func beginReplicas() throws {
    guard let replicas else { return }
    if let name = parts.keys.sorted().first(where: { parts[$0] is Optimizer }) {
      throw TensorError(
        .unsupported, operation: "Trainer", expected: "copies of a model that one optimizer changes",
        got: "another, `\(name)`, among the parts", hint: "its gradients would be those of each copy alone")
    }
    training.forgetReports()
    try replicas.begin(optimizer)
    seedReplica()
    training.agreedClock = try replicas.startSum([training.isWriter ? monotonicSeconds() : 0])()[0]
  }

  /// Amid an accumulation each copy has gradients of its own parts of the batches. At the end of an epoch, and where the
  /// training is saved, all go on from their mean: what comes of it is the same but for rounding, and a checkpoint need
  /// not hold those of each.
  func shareGradients() throws {
    guard let replicas, training.accumulated > 0, !training.hasMeanGradients else { return }
    replicas.expectGradients()
    try replicas.averageGradients()
    training.hasMeanGradients = true
  }

  /// Tells of a loss, or gradients, that are not finite. The cause lies with one copy's part of the batch, or several: each
  /// says what it found before any of them ends.
  func sendTogether(_ event: TrainingEvent) throws {
    guard let replicas else { return try send(event) }
    var own: (any Error)?
    do { try send(event) } catch { own = error }
    let all = try replicas.gather(own.map { "\($0)" } ?? "", for: "what is not finite")
    if let own { throw own }
    guard let rank = all.firstIndex(where: { !$0.isEmpty }) else { return }
    throw TensorError(
      .notFinite, operation: "Trainer", expected: "a finite loss and gradients on all \(replicas.count) ranks",
      got: "others, of which rank \(rank) says: \(all[rank])")
  }

  /// Runs `body` on this copy's part of the loader's batches; the others are told of an error.
  func sharing<Data: Dataset, Result>(_ loader: DataLoader<Data>, _ body: () throws -> Result) throws -> Result {
    guard let replicas else { return try body() }
    let before = loader.share
    loader.share = BatchShare(replicas.rank, of: replicas.count)
    defer { loader.share = before }
    do { return try body() } catch {
      // Ctrl-C all have agreed on.
      if !(error is Interrupt.Received) { replicas.leave(because: error) }
      throw error
    }
  }
}
