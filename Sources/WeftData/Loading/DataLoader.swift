import WeftTensor

/// Batches of a dataset, in order or shuffled, loaded ahead on threads.
///
/// ```swift
/// let loader = DataLoader(Digits.train, batchSize: 128, shuffle: true, seed: 7)
/// for batch in loader { ... }            // one epoch; the next loop is the next epoch
/// ```
/// The order depends on (seed, epoch) alone: not on the number of threads, nor on what ran before.
public final class DataLoader<Source: Dataset> {
  /// Where the samples come from.
  public let dataset: Source
  /// The samples of a batch; the last one may have fewer.
  public let batchSize: Int
  /// Whether each epoch has an order of its own.
  public let shuffles: Bool
  /// What the orders, and the samples' augmentation, depend on beside the epoch.
  public let seed: UInt64
  /// Whether a last batch of fewer samples is left out.
  public let dropsLast: Bool
  /// The number of loading threads; 0 loads on the caller's, when asked.
  public let workers: Int
  /// How many batches may wait ready.
  public let prefetch: Int
  /// The epoch that the next loop goes through; set it to resume.
  public var epoch = 0
  /// The part of each batch that is loaded, where several processes share the batches; nil for all of it.
  public var share: BatchShare?

  /// - Parameters:
  ///   - shuffle: Whether each epoch has an order of its own.
  ///   - dropLast: Whether a last batch of fewer samples is left out.
  ///   - workers: The number of loading threads; 0 loads on the caller's, when asked.
  ///   - prefetch: How many batches may wait ready.
  ///
  /// Misuse: batches of less than one sample, fewer than no threads, or none ready.
  public init(
    _ dataset: Source, batchSize: Int = 1, shuffle: Bool = false, seed: UInt64 = 0, dropLast: Bool = false,
    workers: Int = 1, prefetch: Int = 4
  ) {
    self.dataset = dataset
    for (name, value, least) in [("batchSize", batchSize, 1), ("workers", workers, 0), ("prefetch", prefetch, 1)]
    where value < least {
      report(
        TensorError(.value, operation: "DataLoader", expected: "\(name) from \(least)", got: "\(value)"))
    }
    self.batchSize = Swift.max(1, batchSize)
    self.shuffles = shuffle
    self.seed = seed
    self.dropsLast = dropLast
    self.workers = Swift.max(0, workers)
    self.prefetch = Swift.max(1, prefetch)
  }

  /// The number of batches in an epoch.
  public var count: Int {
    dropsLast ? dataset.count / batchSize : (dataset.count + batchSize - 1) / batchSize
  }

  /// The samples of each batch of an epoch.
  public func order(epoch: Int) -> [[Int]] {
    let samples =
      shuffles
      ? randomPermutation(count: dataset.count, seed: seed, stream: UInt64(truncatingIfNeeded: epoch))
      : Array(0..<dataset.count)
    return (0..<count).map { Array(samples[($0 * batchSize)..<Swift.min(($0 + 1) * batchSize, samples.count)]) }
  }

  /// How many samples of a batch of any epoch are this share's, and how many there are: what copies of a model that learn
  /// together weigh their means by.
  ///
  /// - Parameter place: Which batch of the epoch, from 0; one that the epoch does not have has no samples.
  public func samples(ofBatch place: Int) -> (own: Int, all: Int) {
    let all = (0..<count).contains(place) ? Swift.min(batchSize, dataset.count - place * batchSize) : 0
    return (share.map { $0.range(of: all).count } ?? all, all)
  }

  /// The batches of `epoch`, one after another; `next()` throws what loading threw.
  ///
  /// - Parameter start: How many batches of the epoch to pass over, unread: those that a training has seen already.
  public func batches(epoch: Int, from start: Int = 0) -> BatchIterator<Source> {
    let batches = order(epoch: epoch).dropFirst(Swift.max(0, start))
    return BatchIterator(
      dataset, order: share.map { share in batches.map { share.loaded(of: $0) } } ?? Array(batches),
      context: LoadingContext(seed: seed, epoch: epoch), workers: workers, prefetch: prefetch)
  }

  /// Goes through the next epoch.
  /// - Throws: what `body` throws, and what loading threw, with the sample's index.
  public func forEach(_ body: (Source.Batch) throws -> Void) throws {
    defer { epoch += 1 }
    var iterator = batches(epoch: epoch)
    while let batch = try iterator.next() { try body(batch) }
  }
}

extension DataLoader: Sequence where Source.Failure == Never {
  /// The batches of the next epoch.
  public func makeIterator() -> Iterator {
    defer { epoch += 1 }
    return Iterator(base: batches(epoch: epoch))
  }

  /// The batches of one epoch of a dataset that cannot fail.
  public struct Iterator: IteratorProtocol {
    fileprivate var base: BatchIterator<Source>
    public mutating func next() -> Source.Batch? { base.next() }
  }
}

/// The batches of one epoch.
public struct BatchIterator<Source: Dataset> {
  private let dataset: Source
  private let order: [[Int]]
  private let context: LoadingContext
  private let prefetcher: Prefetcher<Result<Source.Batch, Source.Failure>>?
  private var position = 0

  init(_ dataset: Source, order: [[Int]], context: LoadingContext, workers: Int, prefetch: Int) {
    self.dataset = dataset
    self.order = order
    self.context = context
    prefetcher =
      workers == 0
      ? nil
      : Prefetcher(count: order.count, workers: workers, ahead: prefetch) { place in
        Self.load(dataset, order[place], context)
      }
  }

  /// The next batch; nil at the end of the epoch. After an error there is none.
  public mutating func next() throws(Source.Failure) -> Source.Batch? {
    guard position < order.count else { return nil }
    let place = position
    position += 1
    let result = prefetcher?.take(place) ?? Self.load(dataset, order[place], context)
    if case .failure = result { position = order.count }
    return try result.get()
  }

  private static func load(
    _ dataset: Source, _ indices: [Int], _ context: LoadingContext
  ) -> Result<Source.Batch, Source.Failure> {
    do throws(Source.Failure) { return .success(try dataset.batch(at: indices, context: context)) } catch {
      return .failure(error)
    }
  }
}
