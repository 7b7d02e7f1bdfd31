/// What both products with a mask ask of their operands.
enum MaskCheck {
  static func product(_ inputs: [TensorSpec], _ dtype: DType?, operation: String) throws(TensorError) -> TensorSpec {
    guard inputs[0].shape.rank >= 2, inputs[1].shape.rank >= 2 else {
      throw TensorError(
        .shape, operation: operation, operands: [("a", inputs[0]), ("b", inputs[1])],
        expected: "matrices, [..., m, k] and [..., k, n]", got: "\(inputs[0].shape) and \(inputs[1].shape)")
    }
    return try MatMul(dtype: dtype).outputs(for: Array(inputs.prefix(2)))[0]
  }

  /// - Parameter matrix: What the mask's last two axes are to broadcast to.
  static func mask(_ inputs: [TensorSpec], _ matrix: Shape, operation: String) throws(TensorError) {
    let lead = Shape.broadcast(inputs[0].shape.leading, inputs[1].shape.leading) ?? []
    guard inputs[2].dtype == .bool, Shape.broadcast(inputs[2].shape, lead + matrix) == lead + matrix else {
      throw TensorError(
        .shape, operation: operation, operands: [("mask", inputs[2])],
        expected: "a mask that broadcasts to \(lead + matrix)", got: "\(inputs[2].shape)")
    }
  }

  static func batched(_ batch: Batch, _ operation: some TensorOperation) -> [Tensor] {
    let rank = batch.specs.prefix(2).map(\.shape.rank).max() ?? 2
    if !batch.isBatched.prefix(2).contains(true) {
      // The mask alone differs.
      let a = batch.whole(0)
      let ones = Array(repeating: 1, count: rank - batch.inputs[0].rank)
      let wide = a.reshaped(to: Shape([batch.size] + ones + batch.inputs[0].shape.sizes))
      return apply(operation, [wide, batch.inputs[1], batch.aligned(2, rank: rank)])
    }
    return apply(operation, batch.inputs.indices.map { batch.aligned($0, rank: rank) })
  }

  static func shape(_ a: ReferenceArray, _ mask: ReferenceArray) -> [Int] {
    Shape.broadcast(Shape(a.shape), Shape(mask.shape))?.sizes ?? a.shape
  }
}

extension Tensor {
  /// 0 in this type.
  var zero: Tensor { Tensor(zeros: [], dtype: dtype) }

  /// This mask of a matrix `a` as one of aᵀ.
  func turned(for a: Tensor) -> Tensor {
    rank >= 2 ? transposed() : expanded(to: Shape(a.shape.sizes.suffix(2))).transposed()
  }
}
