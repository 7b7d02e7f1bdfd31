import WeftTensor

/// A batch that is nothing but tensors, samples along the first axis of each: what a step of training must be given for
/// it to be recorded and replayed.
public protocol TensorBatch: Sendable {
  /// All tensors of the batch, always in the same order.
  var tensors: [Tensor] { get }
  /// The batch of such tensors, as many as `tensors` gives.
  init(tensors: [Tensor])
}
