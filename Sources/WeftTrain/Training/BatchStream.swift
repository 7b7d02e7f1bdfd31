import WeftData
import WeftTensor

/// Batches that come one after the other, of which nobody knows beforehand how many there are: of a file that is read
/// through, of other files that arrive, of a simulation.
///
/// ```swift
/// let stream = BatchStream { epoch in Shards(of: paths, seed: epoch) }      // any sequence of batches
/// try trainer.fit(stream, validation: BatchStream(DataLoader(check, batchSize: 64)), steps: 100_000)
/// ```
/// Data that has a length and can be had sample by sample is better as a `Dataset` with a `DataLoader`, which shuffles,
/// loads on other threads and goes on anywhere at once. So that a training that goes on sees what it would have seen, what
/// an epoch holds must follow from its number.
public struct BatchStream<Batch: Sendable> {
  let open: (LoaderCursor) throws -> () throws -> Batch?

  /// Batches of a sequence.
  ///
  /// - Parameter open: Begins an epoch, counted from 0. Where a training goes on within one, the batches that it has seen are
  ///   made again and passed over.
  public init<Batches: Sequence>(
    _ open: @escaping (_ epoch: Int) throws -> Batches
  ) where Batches.Element == Batch {
    self.init(at: { cursor in
      let generator = Random.generator
      var batches = try open(cursor.epoch).makeIterator()
      for _ in 0..<cursor.batch { if batches.next() == nil { break } }
      // What these drew from the process's random numbers, they drew when they were seen.
      if cursor.batch > 0 { Random.generator = generator }
      return { batches.next() }
    })
  }

  /// Batches of a source that can begin anywhere, or may fail.
  ///
  /// - Parameter open: Begins at a place in the data, and gives what gives the next batch; nil at the end of the epoch.
  public static func seeking(
    _ open: @escaping (LoaderCursor) throws -> () throws -> Batch?
  ) -> BatchStream { BatchStream(at: open) }

  private init(at open: @escaping (LoaderCursor) throws -> () throws -> Batch?) { self.open = open }

  /// The batches of a loader, one epoch after the other.
  public init<Data: Dataset>(_ loader: DataLoader<Data>) where Data.Batch == Batch {
    self.init(at: { cursor in
      var batches = loader.batches(epoch: cursor.epoch, from: cursor.batch)
      return { try batches.next() }
    })
  }
}

/// Where a training's batches come from, as its loop sees it.
struct Feed<Batch: Sendable> {
  /// How many batches an epoch has; nil where nobody knows.
  let count: Int?
  /// The batches from a place on.
  let batches: (LoaderCursor) throws -> () throws -> Batch?
  /// The samples of a batch of an epoch, this copy's and all copies'; nil where nobody knows.
  let samples: ((Int) -> (own: Int, all: Int))?
  /// Whether this copy has but a part of each batch.
  let isShared: Bool

  init<Data: Dataset>(_ loader: DataLoader<Data>) where Data.Batch == Batch {
    (count, isShared) = (loader.count, loader.share != nil)
    samples = { loader.samples(ofBatch: $0) }
    batches = { cursor in
      var batches = loader.batches(epoch: cursor.epoch, from: cursor.batch)
      return { try batches.next() }
    }
  }

  init(_ stream: BatchStream<Batch>) {
    (count, samples, isShared) = (nil, nil, false)
    batches = stream.open
  }
}

extension Trainer {
  /// Trains on a stream until so many epochs are done in all, each as long as the stream gives batches.
  ///
  /// - Parameter validation: What is measured after each epoch, and every `settings.validationInterval` steps.
  /// - Returns: What each epoch came to, those of before included.
  /// - Throws: What an extension, the step or the stream throws, `TensorError` for an epoch without a batch and for several
  ///   copies, and `Interrupt.Received`.
  @discardableResult
  public func fit(
    _ stream: BatchStream<Batch>, validation: BatchStream<Batch>? = nil, epochs: Int
  ) throws -> [EpochSummary] {
    try run(stream, validation, epochs: epochs, steps: nil)
  }

  /// The same until so many steps were taken in all; the stream begins anew as often as that needs. Of one without an end
  /// this is the only end, and all of it one epoch.
  @discardableResult
  public func fit(
    _ stream: BatchStream<Batch>, validation: BatchStream<Batch>? = nil, steps: Int
  ) throws -> [EpochSummary] {
    try run(stream, validation, epochs: nil, steps: steps)
  }

  /// The loss and the metrics on an epoch of a stream, in evaluation mode and without recording; modes are put back.
  ///
  /// - Throws: What the step or the stream throws, and `Interrupt.Received`.
  public func evaluate(_ stream: BatchStream<Batch>) throws -> Measures {
    try checkIsAlone()
    return try measured(model, Feed(stream), Meter(metrics), step).measures
  }

  private func run(
    _ stream: BatchStream<Batch>, _ validation: BatchStream<Batch>?, epochs: Int?, steps: Int?
  ) throws -> [EpochSummary] {
    try checkIsAlone()
    let validate = validation.map { checked in { try self.validate { try self.evaluate(checked) } } }
    return try runShared(Feed(stream), epochs: epochs, steps: steps, validate) {}
  }

  private func checkIsAlone() throws {
    guard let replicas else { return }
    let error = TensorError(
      .unsupported, operation: "Trainer", expected: "a `DataLoader`, of whose batches each copy has a part",
      got: "a stream, for \(replicas.count) copies")
    replicas.leave(because: error)
    throw error
  }
}
