import WeftData
import WeftTensor

/// What a step of training gives: the loss, and what metrics look at.
public struct StepOutput {
  /// A scalar, the mean over the batch.
  public var loss: Tensor
  /// What the metrics compare with the targets.
  public var predictions: Tensor?
  /// What the predictions should have been.
  public var targets: Tensor?
  /// What each sample counts for in the metrics, [samples]; nil for 1 each. The loss is as the step made it.
  public var weights: Tensor?

  /// A loss, and for trainers with metrics what they compare.
  public init(loss: Tensor, predictions: Tensor? = nil, targets: Tensor? = nil, weights: Tensor? = nil) {
    (self.loss, self.predictions, self.targets, self.weights) = (loss, predictions, targets, weights)
  }

  private static func tensors(in batch: Any) -> [Tensor] {
    switch batch {
    case let named as [String: Tensor]: named.sorted { $0.key < $1.key }.map(\.value)
    case let all as [Tensor]: all
    case let one as Tensor: [one]
    default: []
    }
  }

  /// How many samples it is of: as many as the batch says, else as the targets or predictions, else as its first tensor.
  package func sampleCount(of batch: Any) -> Int {
    let own = (batch as? any TensorBatch)?.tensors.first { $0.rank > 0 }
    let tensor = own ?? targets ?? predictions ?? Self.tensors(in: batch).first { $0.rank > 0 }
    return tensor.map { $0.rank > 0 ? $0.shape[0] : 1 } ?? 1
  }
}
