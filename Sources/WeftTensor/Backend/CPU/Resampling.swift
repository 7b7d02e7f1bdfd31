import CWeft

extension CPUBackend {
  func resample(_ input: Tensor, axis: Int, by sums: ResampleSums) -> Tensor {
    along(axis, of: input, size: sums.size) { input, result, outer, inner in
      func run<Weight: BitwiseCopyable>(_ weights: [Weight]) {
        weft_resample(
          Int32(input.dtype.rawValue), outer, Int64(input.shape.axes[axis]), Int64(sums.size), inner, sums.starts,
          sums.places, weights, input.baseAddress, result.baseAddress)
      }
      if input.dtype == .float64 { run(sums.weights) } else { run(sums.weights.map { Float($0) }) }
    }
  }

  func pick(_ input: Tensor, axis: Int, places: [Int32]) -> Tensor {
    along(axis, of: input, size: places.count) { input, result, outer, inner in
      weft_pick(
        Int64(input.dtype.byteCount), outer, Int64(input.shape.axes[axis]), Int64(places.count), inner, places,
        input.baseAddress, result.baseAddress)
    }
  }

  /// A result with `size` elements along an axis that lies in memory as the input does, or as its copy without gaps,
  /// for `body` to fill: with how many elements there are before the axis and behind it in memory.
  private func along(
    _ axis: Int, of input: Tensor, size: Int, _ body: (Tensor, Tensor, _ outer: Int64, _ inner: Int64) -> Void
  ) -> Tensor {
    var order = Layout.memoryOrder(input.shape, input.strides)
    let isDense = Layout.agree(Layout.denseStrides(input.shape, order: order), input.strides, on: input.shape)
    let input = isDense ? input : input.contiguous()
    if !isDense { order = AxisValues(0..<input.rank) }
    var shape = input.shape
    shape[axis] = size
    let spec = TensorSpec(shape, input.dtype)
    let result = Tensor(
      storage: Storage(byteCount: spec.byteCount), shape: shape, strides: Layout.denseStrides(shape, order: order),
      dtype: spec.dtype)
    let place = order.firstIndex(of: axis) ?? 0
    let sizes = order.map { input.shape.axes[$0] }
    let (outer, inner) = (sizes[..<place].reduce(1, *), sizes[(place + 1)...].reduce(1, *))
    withExtendedLifetime(input) { body(input, result, Int64(outer), Int64(inner)) }
    return result
  }
}
