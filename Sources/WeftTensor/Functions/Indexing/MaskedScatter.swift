extension Tensor {
  /// This tensor with the elements where the mask holds replaced by those of `source`, in row-major order (PyTorch's
  /// `masked_scatter`). Tensor and mask broadcast; `source` has at least as many elements as places.
  public func maskedScattered(_ mask: Tensor, from source: Tensor) -> Tensor {
    do throws(TensorError) {
      let operands = [
        (name: "tensor", spec: spec), (name: "mask", spec: mask.spec), (name: "source", spec: source.spec),
      ]
      try mask.spec.requireMask(operation: "maskedScatter", operands: operands)
      let shape = try broadcastShape(of: [spec, mask.spec], operation: "maskedScatter")
      if mask.isBatched {
        throw .batchedMask("maskedScatter", mask, hint: "`Tensor.where(mask, v, x)` takes a value for each element")
      }
      let whole = mask.expanded(to: shape)
      let count = whole.sum().item(as: Int.self)
      guard count <= source.elementCount else {
        throw TensorError(
          .shape, operation: "maskedScatter", operands: operands,
          expected: "at least \(count) elements, one for each place where the mask holds",
          got: "\(source.elementCount)")
      }
      let list = source.converted(to: dtype).reshaped(to: [-1]).sliced(axis: 0, to: count)
      let flat = expanded(to: shape).reshaped(to: [-1])
      return flat.scattered(list, at: whole.nonzeroPositions(), axis: 0).reshaped(to: shape)
    } catch {
      return .failed(error)
    }
  }
}
