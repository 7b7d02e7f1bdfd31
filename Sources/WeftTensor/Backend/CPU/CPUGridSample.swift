import CWeft

// Grid sampling on the kernels of weft_grid.h.
extension CPUBackend {
  func gridSample(_ sampling: GridSampling, _ image: Tensor, _ grid: Tensor, as output: TensorSpec) -> Tensor {
    let (image, grid) = (image.contiguous(), grid.contiguous())
    let result = Tensor(uninitialized: output)
    guard !result.isInvalid else { return result }
    var call = Self.describe(sampling, image.shape, grid, output.dtype)
    withExtendedLifetime((image, grid)) {
      weft_grid_sample(&call, image.baseAddress, grid.baseAddress, result.baseAddress)
    }
    return result
  }

  func gridImageGradient(
    _ sampling: GridSampling, _ gradient: Tensor, grid: Tensor, as output: TensorSpec
  ) -> Tensor {
    let (gradient, grid) = (gradient.contiguous(), grid.contiguous())
    let result = Tensor(uninitialized: output)
    guard !result.isInvalid else { return result }
    var call = Self.describe(sampling, output.shape, grid, output.dtype)
    withExtendedLifetime((gradient, grid)) {
      weft_grid_image_gradient(&call, grid.baseAddress, gradient.baseAddress, result.baseAddress)
    }
    return result
  }

  func gridPositionsGradient(
    _ sampling: GridSampling, _ gradient: Tensor, image: Tensor, grid: Tensor
  ) -> Tensor {
    let (gradient, image, grid) = (gradient.contiguous(), image.contiguous(), grid.contiguous())
    let result = Tensor(uninitialized: grid.spec)
    guard !result.isInvalid else { return result }
    var call = Self.describe(sampling, image.shape, grid, grid.dtype)
    withExtendedLifetime((gradient, image, grid)) {
      weft_grid_positions_gradient(
        &call, image.baseAddress, grid.baseAddress, gradient.baseAddress, result.baseAddress)
    }
    return result
  }

  private static func describe(
    _ sampling: GridSampling, _ image: Shape, _ grid: Tensor, _ dtype: DType
  ) -> weft_grid {
    let sizes = image.sizes.dropFirst(2).map(Int64.init)
    var call = weft_grid()
    (call.dtype, call.axes) = (Int32(dtype.rawValue), Int32(sizes.count))
    (call.batch, call.channels) = (Int64(image[0]), Int64(image[1]))
    call.points = Int64(grid.shape.sizes.dropFirst().dropLast().reduce(1, *))
    let all = Array(repeating: 1, count: 3 - sizes.count) + sizes
    call.size = (all[0], all[1], all[2])
    call.linear = sampling.isLinear
    call.padding =
      switch sampling.padding {
      case .zeros: WEFT_GRID_ZEROS
      case .border: WEFT_GRID_BORDER
      case .reflection: WEFT_GRID_REFLECTION
      }
    call.align_corners = sampling.alignCorners
    return call
  }
}
