import CWeft

// Running reductions and positions of extremes along an axis.
extension CPUBackend {
  func scan(_ input: Tensor, axis: Int, by reduction: Reduction) -> Tensor {
    let result = Tensor(uninitialized: TensorSpec(input.shape, input.dtype))
    let mode =
      switch reduction {
      case .sum: WEFT_SCAN_SUM
      case .product: WEFT_SCAN_PRODUCT
      case .maximum: WEFT_SCAN_MAXIMUM
      case .minimum: WEFT_SCAN_MINIMUM
      }
    Self.withOperands([input, result], shape: input.shape) { rank, shape, operands in
      weft_scan(rank, shape, Int32(axis), mode, operands, operands + 1)
    }
    return result
  }

  func argReduce(_ input: Tensor, axis: Int, largest: Bool) -> Tensor {
    let result = Tensor(uninitialized: TensorSpec(input.shape.removing(axes: [axis], keepDims: true), .int64))
    Self.withOperands([input, result], shape: input.shape) { rank, shape, operands in
      weft_arg_reduce(rank, shape, Int32(axis), largest, operands, operands + 1)
    }
    return result
  }
}
