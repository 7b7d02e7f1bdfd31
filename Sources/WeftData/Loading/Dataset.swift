import WeftTensor

/// Samples by index, given out as batches.
///
/// A dataset in memory never fails: its `Failure` is `Never`, and a `DataLoader` over it is an ordinary sequence. One
/// that reads files throws its own error, and the loader adds which samples were being loaded.
public protocol Dataset: Sendable {
  /// Several samples joined, as a model takes them.
  associatedtype Batch: Sendable
  /// What loading throws; `Never` for data in memory.
  associatedtype Failure: Error = Never

  /// The number of samples.
  var count: Int { get }

  /// The samples at `indices`, in that order, as one batch. Called on several threads at once.
  func batch(at indices: [Int], context: LoadingContext) throws(Failure) -> Batch
}

extension Dataset {
  /// The samples at `indices`, outside any training: without a seed, in epoch 0.
  public func batch(at indices: [Int]) throws(Failure) -> Batch {
    try batch(at: indices, context: LoadingContext())
  }
}

/// What a sample's augmentation may depend on: never on threads or on what was loaded before.
public struct LoadingContext: Hashable, Sendable {
  /// The loader's seed; 0 outside a loader.
  public var seed: UInt64
  /// The loader's epoch; 0 outside a loader.
  public var epoch: Int

  /// By default that of samples outside any training.
  public init(seed: UInt64 = 0, epoch: Int = 0) {
    self.seed = seed
    self.epoch = epoch
  }

  /// A seed for the augmentation of one sample: the same for (seed, epoch, sample), different for any other.
  public func seed(forSample index: Int) -> UInt64 {
    mixed(mixed(mixed(seed) &+ UInt64(truncatingIfNeeded: epoch)) &+ UInt64(truncatingIfNeeded: index))
  }
}

/// The finalizer of SplitMix64: spreads every bit of the input over all bits of the result.
func mixed(_ value: UInt64) -> UInt64 {
  var z = value &+ 0x9E37_79B9_7F4A_7C15
  z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
  z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
  return z ^ (z >> 31)
}

/// A dataset that gives one sample at a time, with a way to join samples to a batch.
public protocol SampleDataset: Dataset where Failure == SampleError {
  /// What `sample(at:context:)` gives.
  associatedtype Sample
  // Stated again, so that both follow from `collate` and from the extension below.
  /// What `collate(_:)` makes of samples.
  associatedtype Batch
  /// The error that names the sample.
  associatedtype Failure = SampleError

  /// The sample at `index`.
  func sample(at index: Int, context: LoadingContext) throws -> Sample

  /// Samples as one batch.
  func collate(_ samples: [Sample]) throws -> Batch
}

extension SampleDataset {
  /// Each sample in turn, joined by `collate(_:)`.
  public func batch(at indices: [Int], context: LoadingContext) throws(SampleError) -> Batch {
    var samples: [Sample] = []
    for index in indices {
      do { samples.append(try withTensorErrors { try sample(at: index, context: context) }) } catch {
        throw SampleError(index: index, epoch: context.epoch, step: "loading", underlying: error)
      }
    }
    do { return try withTensorErrors { try collate(samples) } } catch {
      throw SampleError(
        index: indices.first ?? 0, epoch: context.epoch, step: "joining a batch from", underlying: error)
    }
  }
}

/// A sample that could not be loaded: which one, when, and why.
public struct SampleError: Error, CustomStringConvertible {
  /// The place of the sample in the dataset.
  public let index: Int
  /// The epoch in which it was asked for.
  public let epoch: Int
  /// What was being done.
  public let step: String
  /// What the dataset's own code threw.
  public let underlying: any Error

  /// An error that names the sample, for a dataset that loads in a way of its own.
  public init(index: Int, epoch: Int, step: String, underlying: any Error) {
    self.index = index
    self.epoch = epoch
    self.step = step
    self.underlying = underlying
  }

  public var description: String { "\(step) sample \(index) in epoch \(epoch): \(underlying)" }
}
