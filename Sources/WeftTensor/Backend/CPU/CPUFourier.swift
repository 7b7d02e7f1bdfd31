import CWeft

extension CPUBackend {
  func fourier(_ input: Tensor, inverse: Bool, scale: Double) -> Tensor? {
    // An axis that others lie behind is transformed where it is, if nothing but the order of axes is unusual.
    var order = Layout.memoryOrder(input.shape, input.strides)
    let isDense =
      order.last == input.rank - 1
      && Layout.agree(Layout.denseStrides(input.shape, order: order), input.strides, on: input.shape)
    let source = isDense ? input : input.contiguous()
    if !isDense { order = AxisValues(0..<input.rank) }
    let result = Tensor(
      storage: Storage(byteCount: input.spec.byteCount), shape: input.shape,
      strides: Layout.denseStrides(input.shape, order: order), dtype: input.dtype)
    let place = order.firstIndex(of: input.rank - 2) ?? 0
    let sizes = order.map { input.shape.axes[$0] }
    let (outer, inner) = (sizes[..<place].reduce(1, *), sizes[(place + 1)...].dropLast().reduce(1, *))
    let done = withExtendedLifetime(source) {
      weft_fourier(
        Int64(outer), Int64(input.shape[-2]), Int64(inner), inverse, scale, Int32(source.dtype.rawValue),
        source.baseAddress, result.baseAddress)
    }
    return done ? result : nil
  }

  func realFourier(_ input: Tensor, scale: Double) -> Tensor? {
    let source = input.contiguous()
    let length = source.shape[-1]
    let lead = source.shape.sizes.dropLast()
    let result = Tensor(uninitialized: TensorSpec(Shape(lead + [length / 2 + 1, 2]), source.dtype))
    let rows = Int64(Shape(lead).elementCount)
    let done = withExtendedLifetime(source) {
      weft_fourier_real(
        rows, Int64(length), scale, Int32(source.dtype.rawValue), source.baseAddress, result.baseAddress)
    }
    return done ? result : nil
  }

  func mirroredFourier(_ input: Tensor, count: Int, inverse: Bool, scale: Double) -> Tensor? {
    let source = input.contiguous()
    let lead = source.shape.sizes.dropLast(2)
    let result = Tensor(uninitialized: TensorSpec(Shape(lead + [count]), source.dtype))
    guard !result.isInvalid else { return nil }
    let rows = Int64(Shape(Array(lead)).elementCount)
    let done = withExtendedLifetime(source) {
      weft_fourier_mirrored(
        rows, Int64(count), inverse, scale, Int32(source.dtype.rawValue), source.baseAddress, result.baseAddress)
    }
    return done ? result : nil
  }
}
