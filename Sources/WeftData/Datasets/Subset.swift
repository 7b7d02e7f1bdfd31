import WeftTensor

/// Some of a dataset's samples, which stay where they are.
public struct Subset<Source: Dataset>: Dataset {
  /// The dataset that holds the samples.
  public let source: Source
  /// The samples' indices in the source.
  public let indices: [Int]

  /// The samples of `source` at `indices`.
  ///
  /// - Throws: `TensorError` for an index that the source does not have.
  public init(_ source: Source, at indices: [Int]) throws(TensorError) {
    if let error = TensorError.place(indices, of: source.count, "samples", operation: "Subset") { throw error }
    self.init(checked: source, indices)
  }

  fileprivate init(checked source: Source, _ indices: [Int]) {
    self.source = source
    self.indices = indices
  }

  public var count: Int { indices.count }

  public func batch(at places: [Int], context: LoadingContext) throws(Source.Failure) -> Source.Batch {
    let places = existing(places, of: count, "samples", operation: "Subset")
    return try source.batch(at: places.map { indices[$0] }, context: context)
  }
}

extension Subset: LabeledDataset where Source: LabeledDataset {
  public var classCount: Int { source.classCount }
}

extension Dataset {
  /// Two parts without a sample in common: one to train on, one to choose by. Which sample falls into which depends on
  /// the seed alone; in either the samples keep their order.
  ///
  /// ```swift
  /// let (train, validation) = try data.split(validation: 0.2, seed: 7)
  /// ```
  /// - Parameter share: The part of the samples to validate with, from 0 to 1, rounded to whole samples.
  /// - Throws: `TensorError` for a share that is none.
  public func split(
    validation share: Double, seed: UInt64 = 0
  ) throws(TensorError) -> (train: Subset<Self>, validation: Subset<Self>) {
    let parts = try splitIndices(count, share, seed)
    return (train: Subset(checked: self, parts.train), validation: Subset(checked: self, parts.validation))
  }
}

extension LabeledImages {
  /// Two parts without a sample in common, each with its own copy of its images, so that one of them can be augmented:
  /// ```swift
  /// let (train, validation) = try data.split(validation: 0.2, seed: 7)
  /// let changed = AugmentedImages(train, transforms: [RandomFlip()])
  /// ```
  /// - Parameter share: The part of the samples to validate with, from 0 to 1, rounded to whole samples.
  /// - Throws: `TensorError` for a share that is none.
  public func split(
    validation share: Double, seed: UInt64 = 0
  ) throws(TensorError) -> (train: LabeledImages, validation: LabeledImages) {
    let parts = try splitIndices(count, share, seed)
    return (subset(parts.train), subset(parts.validation))
  }
}

extension ImageFolder {
  /// Two parts without a file in common, each of which has transforms of its own:
  /// ```swift
  /// var (train, validation) = try data.split(validation: 0.2, seed: 7)
  /// train.transforms = [RandomResizedCrop(width: 224, height: 224), RandomFlip()]
  /// ```
  /// - Parameter share: The part of the samples to validate with, from 0 to 1, rounded to whole samples.
  /// - Throws: `TensorError` for a share that is none.
  public func split(
    validation share: Double, seed: UInt64 = 0
  ) throws(TensorError) -> (train: ImageFolder, validation: ImageFolder) {
    let parts = try splitIndices(count, share, seed)
    return (with(parts.train.map { files[$0] }), with(parts.validation.map { files[$0] }))
  }
}

/// The places of `count` samples to train on and those to validate with, each in order.
private func splitIndices(
  _ count: Int, _ share: Double, _ seed: UInt64
) throws(TensorError) -> (train: [Int], validation: [Int]) {
  guard (0...1).contains(share) else {
    throw TensorError(.value, operation: "split", expected: "a share from 0 to 1", got: "\(share)")
  }
  let order = randomPermutation(count: count, seed: seed, stream: 0)
  let held = Int((Double(count) * share).rounded())
  return (order.dropFirst(held).sorted(), order.prefix(held).sorted())
}
