import CWeft

// Running reductions and positions of extremes along an axis.
extension CPUBackend {
  /// The elements in the order of the axes: one that lies in another is copied first, for what crosses memory in two orders
  /// at once takes several times as long.
  private static func inOrder(_ input: Tensor) -> Tensor {
    // What repeats lies in no order.
    let order = Layout.memoryOrder(input.shape, input.strides).filter { input.strides[$0] != 0 }
    return zip(order, order.dropFirst()).allSatisfy { $0 < $1 } ? input : input.contiguous()
  }

  func scan(_ input: Tensor, axis: Int, multiplies: Bool) -> Tensor {
    let input = Self.inOrder(input)
    let result = Tensor(uninitialized: TensorSpec(input.shape, input.dtype))
    let mode = multiplies ? WEFT_SCAN_PRODUCT : WEFT_SCAN_SUM
    Self.withOperands([input, result], shape: input.shape) { rank, shape, operands in
      weft_scan(rank, shape, Int32(axis), mode, operands, operands + 1)
    }
    return result
  }

  func runningExtreme(_ input: Tensor, axis: Int, largest: Bool) -> (values: Tensor, places: Tensor) {
    let input = Self.inOrder(input)
    let values = Tensor(uninitialized: TensorSpec(input.shape, input.dtype))
    let places = Tensor(uninitialized: TensorSpec(input.shape, .int64))
    Self.withOperands([input, values, places], shape: input.shape) { rank, shape, operands in
      weft_scan_extreme(rank, shape, Int32(axis), largest, operands, operands + 1, operands + 2)
    }
    return (values, places)
  }

  func ctcScores(
    _ emissions: Tensor, skips: Tensor, lengths: Tensor, ends: Tensor, least: Double, backward: Bool
  ) -> Tensor {
    let (emissions, skips, lengths, ends) = (
      emissions.contiguous(), skips.contiguous(), lengths.contiguous(), ends.contiguous()
    )
    let result = Tensor(uninitialized: emissions.spec)
    guard !result.isInvalid else { return result }
    let sizes = emissions.shape.sizes.map(Int64.init)
    withExtendedLifetime((emissions, skips, lengths, ends)) {
      weft_ctc_scores(
        Int32(emissions.dtype.rawValue), sizes[0], sizes[1], sizes[2], backward, least, emissions.baseAddress,
        skips.baseAddress.assumingMemoryBound(to: UInt8.self), lengths.baseAddress.assumingMemoryBound(to: Int64.self),
        ends.baseAddress, result.baseAddress)
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
