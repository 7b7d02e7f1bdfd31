/// How errors speak where a caller gave one example, [C, ...], that runs as a batch of one: of the caller's axes.
package enum SingleExample {
  @TaskLocal fileprivate static var isGiven = false

  static var isRunning: Bool { isGiven }

  /// An axis as the caller counts them.
  static func axis(_ axis: Int) -> Int { isGiven ? axis - 1 : axis }

  /// A shape of the batch as the caller gave it.
  static func shape(_ shape: Shape) -> Shape { isGiven ? Shape(shape.sizes.dropFirst()) : shape }

  static func spec(_ spec: TensorSpec) -> TensorSpec { TensorSpec(shape(spec.shape), spec.dtype) }
}

extension Tensor {
  /// `body` of this example as a batch of one, its results without the axis of the batch.
  package func asBatchOfOne(_ body: (Tensor) -> [Tensor]) -> [Tensor] {
    let batch = unsqueezed(0)
    return SingleExample.$isGiven.withValue(true) { body(batch) }.map { $0.squeezed(0) }
  }
}
