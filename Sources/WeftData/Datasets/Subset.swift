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
    if let wrong = indices.first(where: { !(0..<source.count).contains($0) }) {
      throw TensorError(
        .index, operation: "Subset", expected: "indices of \(source.count) samples", got: "index \(wrong)")
    }
    self.init(checked: source, indices)
  }

  fileprivate init(checked source: Source, _ indices: [Int]) {
    self.source = source
    self.indices = indices
  }

  public var count: Int { indices.count }

  public func batch(at places: [Int], context: LoadingContext) throws(Source.Failure) -> Source.Batch {
    try source.batch(at: places.map { indices[$0] }, context: context)
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
    guard (0...1).contains(share) else {
      throw TensorError(.value, operation: "split", expected: "a share from 0 to 1", got: "\(share)")
    }
    let order = randomPermutation(count: count, seed: seed, stream: 0)
    let held = Int((Double(count) * share).rounded())
    return (
      train: Subset(checked: self, order.dropFirst(held).sorted()),
      validation: Subset(checked: self, order.prefix(held).sorted())
    )
  }
}
