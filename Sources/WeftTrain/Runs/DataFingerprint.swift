import WeftData
import WeftIO
import WeftTensor

/// What tells one dataset from another: how many samples, and a sum over all of them in order.
public struct DataFingerprint: Codable, Sendable, Hashable {
  /// The number of samples.
  public var count: Int
  /// CRC-32 of the samples as a model gets them, in hexadecimal.
  public var checksum: String

  /// Reads all of a dataset.
  ///
  /// - Throws: What loading throws.
  public init<Data: Dataset>(of dataset: Data) throws where Data.Batch: TensorBatch {
    var sum = ContentSum()
    for start in stride(from: 0, to: dataset.count, by: 500) {
      let batch = try dataset.batch(at: Array(start..<min(start + 500, dataset.count)))
      for tensor in batch.tensors { sum.add(tensor) }
    }
    (count, checksum) = (dataset.count, sum.text)
  }
}
