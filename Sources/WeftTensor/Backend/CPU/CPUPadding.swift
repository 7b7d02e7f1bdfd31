import CWeft

extension CPUBackend {
  func padded(_ input: Tensor, before: [Int], value: Double, mode: Continuation?, as spec: TensorSpec) -> Tensor {
    let filling = Tensor(full: [], value, dtype: spec.dtype)
    let order = Self.orderOfDense(input) ?? AxisValues(0..<input.rank)
    let result = Tensor(uninitialized: spec)
    if result.isInvalid || result.rank == 0 { return result.isInvalid ? result : input.contiguous() }
    let lead = input.rank - before.count
    func inOrder(_ values: (Int) -> Int) -> [Int64] { order.map { Int64(values($0)) } }
    let amounts = inOrder { $0 < lead ? 0 : before[$0 - lead] }
    let (shape, sizes) = (inOrder { spec.shape.axes[$0] }, inOrder { input.shape.axes[$0] })
    let strides = inOrder { input.strides[$0] }
    withExtendedLifetime((input, filling)) {
      strides.withUnsafeBufferPointer { strides in
        var operand = weft_operand(
          data: input.baseAddress, strides: strides.baseAddress, dtype: Int32(input.dtype.rawValue))
        weft_pad(
          Self.kernelMode(mode), Int32(input.rank), amounts, shape, sizes, &operand, filling.baseAddress,
          result.baseAddress)
      }
    }
    return result.view(shape: spec.shape, strides: Layout.denseStrides(spec.shape, order: order), offset: 0)
  }

  /// The order of the axes in memory of a tensor without gaps; nil for others.
  private static func orderOfDense(_ tensor: Tensor) -> AxisValues? {
    let order = Layout.memoryOrder(tensor.shape, tensor.strides)
    let dense = Layout.denseStrides(tensor.shape, order: order)
    return Layout.agree(dense, tensor.strides, on: tensor.shape) ? order : nil
  }

  private static func kernelMode(_ mode: Continuation?) -> weft_pad_mode {
    switch mode {
    case nil: WEFT_PAD_CONSTANT
    case .reflect: WEFT_PAD_REFLECT
    case .replicate: WEFT_PAD_REPLICATE
    case .circular: WEFT_PAD_CIRCULAR
    }
  }
}
