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
    try replicas.begin(optimizer)
    seedReplica()
    training.agreedClock = try replicas.startSum([training.isWriter ? monotonicSeconds() : 0])()[0]
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
