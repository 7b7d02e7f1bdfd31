extension Tensor {
  /// `body` of this example as a batch of one, its results without the axis of the batch.
  package func asBatchOfOne(_ body: (Tensor) -> [Tensor]) -> [Tensor] {
    let batch = unsqueezed(0)
    return SingleExample.running { body(batch) }.map { $0.squeezed(0) }
  }
}
