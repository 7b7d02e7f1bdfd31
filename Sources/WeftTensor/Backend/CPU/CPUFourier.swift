import CWeft

extension CPUBackend {
  func fourier(_ input: Tensor, inverse: Bool, scale: Double) -> Tensor? {
    let source = input.contiguous()
    let result = Tensor(uninitialized: source.spec)
    let length = source.shape[-2]
    let rows = length == 0 ? 0 : source.elementCount / (2 * length)
    let done = withExtendedLifetime(source) {
      weft_fourier(
        Int64(rows), Int64(length), inverse, scale, Int32(source.dtype.rawValue), source.baseAddress,
        result.baseAddress)
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
}
