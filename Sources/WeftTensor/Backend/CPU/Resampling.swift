import CWeft

extension CPUBackend {
  func resample(_ input: Tensor, axis: Int, by sums: ResampleSums) -> Tensor {
    var order = Layout.memoryOrder(input.shape, input.strides)
    let isDense = Layout.agree(Layout.denseStrides(input.shape, order: order), input.strides, on: input.shape)
    let input = isDense ? input : input.contiguous()
    if !isDense { order = AxisValues(0..<input.rank) }
    var shape = input.shape
    shape[axis] = sums.size
    let spec = TensorSpec(shape, input.dtype)
    let result = Tensor(
      storage: Storage(byteCount: spec.byteCount), shape: shape, strides: Layout.denseStrides(shape, order: order),
      dtype: spec.dtype)
    let place = order.firstIndex(of: axis) ?? 0
    let sizes = order.map { input.shape.axes[$0] }
    let (outer, inner) = (sizes[..<place].reduce(1, *), sizes[(place + 1)...].reduce(1, *))
    func run<Weight: BitwiseCopyable>(_ weights: [Weight]) {
      weft_resample(
        Int32(spec.dtype.rawValue), Int64(outer), Int64(input.shape.axes[axis]), Int64(sums.size), Int64(inner),
        sums.starts, sums.places, weights, input.baseAddress, result.baseAddress)
    }
    withExtendedLifetime(input) {
      if spec.dtype == .float64 { run(sums.weights) } else { run(sums.weights.map { Float($0) }) }
    }
    return result
  }
}
