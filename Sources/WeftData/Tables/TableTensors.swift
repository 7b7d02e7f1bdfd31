import WeftTensor

/// The rows of a table for a network with embeddings: numbers apart from categories.
///
/// ```swift
/// let data = try TableTensors(train, by: encoder)
/// for batch in DataLoader(data, batchSize: 64, shuffle: true) {
///   let loss = crossEntropy(network(batch.numbers, batch.categories), classIndices: batch.targets)
/// }
/// ```
public struct TableTensors: Dataset {
  /// Some of the rows, in the order asked for.
  public struct Batch: TensorBatch {
    /// [n, numbers] in float32, on the network's scale.
    public var numbers: Tensor
    /// [n, columns] in int64, the place of each category.
    public var categories: Tensor
    /// Classes [n] in int64, or numbers [n, 1] in float32 on the network's scale.
    public var targets: Tensor

    public init(tensors: [Tensor]) { (numbers, categories, targets) = (tensors[0], tensors[1], tensors[2]) }

    /// The numbers, the categories and the targets.
    public var tensors: [Tensor] { [numbers, categories, targets] }
  }

  private let all: [Tensor]
  public let count: Int

  /// The rows of `table` as `encoder` gives them.
  ///
  /// - Throws: `DataFileError` for what does not fit.
  public init(_ table: Table, by encoder: TableEncoder) throws(DataFileError) {
    let parts = try encoder.parts(of: table)
    all = [parts.numbers, parts.categories, try encoder.targets(of: table)]
    count = table.rowCount
  }

  public func batch(at indices: [Int], context: LoadingContext) -> Batch {
    let places = Tensor(indices)
    return Batch(tensors: noGrad { all.map { $0.indexSelected(places, axis: 0) } })
  }
}

extension TableTensors: CustomStringConvertible {
  /// A line: the number of rows, and the shape and type of each part of one.
  public var description: String {
    let parts = zip(["numbers", "categories", "targets"], all).map { "\($0) \(sample(of: $1))" }
    return "TableTensors: \(count) rows, " + parts.joined(separator: ", ")
  }
}
