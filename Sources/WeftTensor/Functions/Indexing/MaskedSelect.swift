extension Tensor {
  /// The elements where the mask holds, in row-major order. Tensor and mask broadcast.
  ///
  /// Shape: [n], n the number of places where the mask holds. Gradient: g put back into zeros at those places.
  public func maskedSelected(_ mask: Tensor) -> Tensor {
    do throws(TensorError) {
      let operands = [(name: "tensor", spec: spec), (name: "mask", spec: mask.spec)]
      try mask.spec.requireMask(operation: "maskedSelect", operands: operands)
      let shape = try broadcastShape(of: [spec, mask.spec], operation: "maskedSelect")
      if mask.isBatched {
        throw .batchedMask(
          "maskedSelect", mask, hint: "`Tensor.where(mask, x, 0)` keeps what is chosen where it stands")
      }
      let positions = mask.expanded(to: shape).nonzeroPositions()
      return expanded(to: shape).reshaped(to: [-1]).indexSelected(positions, axis: 0)
    } catch {
      return .failed(error)
    }
  }
}
