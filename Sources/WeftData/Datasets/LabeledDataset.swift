import WeftTensor

/// Samples with a class each: what `Trainer` trains a classifier on and evaluates it by.
///
/// `LabeledImages` and `LabeledTensors` hold such data in memory. One of your own says how many samples and classes
/// there are, and gives out batches:
/// ```swift
/// struct Spectrograms: LabeledDataset {
///   let files: [(path: String, label: Int)]
///   let classCount = 35
///   var count: Int { files.count }
///
///   func batch(at indices: [Int], context: LoadingContext) throws(DataFileError) -> LabeledBatch { ... }
/// }
/// ```
public protocol LabeledDataset: Dataset where Batch == LabeledBatch {
  /// The number of classes; labels go from 0 to one below it.
  var classCount: Int { get }
}

/// Samples and their classes.
public struct LabeledBatch: TensorBatch {
  /// What the network reads, one sample after another along the first axis.
  public var inputs: Tensor
  /// The class of each sample, [N] in int64.
  public var labels: Tensor

  /// A batch of these.
  public init(inputs: Tensor, labels: Tensor) {
    self.inputs = inputs
    self.labels = labels
  }

  /// The inputs, where they are images.
  public var images: Tensor {
    get { inputs }
    set { inputs = newValue }
  }
}

extension LabeledBatch {
  /// The inputs and the labels.
  public var tensors: [Tensor] { [inputs, labels] }

  public init(tensors: [Tensor]) { self.init(inputs: tensors[0], labels: tensors[1]) }
}
