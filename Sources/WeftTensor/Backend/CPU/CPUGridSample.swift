import CWeft

// Grid sampling on the kernels of weft_grid.h.
extension CPUBackend {
  func gridSample(_ sampling: GridSampling, _ image: Tensor, _ grid: Tensor, as output: TensorSpec) -> Tensor {
    Self.run(sampling, image.shape, [image, grid], reading: 0, as: output) { call, operands, result in
      weft_grid_sample(call, operands[0], operands[1], result)
    }
  }

  func gridImageGradient(
    _ sampling: GridSampling, _ gradient: Tensor, grid: Tensor, as output: TensorSpec
  ) -> Tensor {
    Self.run(sampling, output.shape, [gradient, grid], as: output) { call, operands, result in
      weft_grid_image_gradient(call, operands[1], operands[0], result)
    }
  }

  func gridPositionsGradient(
    _ sampling: GridSampling, _ gradient: Tensor, image: Tensor, grid: Tensor
  ) -> Tensor {
    Self.run(sampling, image.shape, [gradient, image, grid], reading: 1, as: grid.spec) { call, operands, result in
      weft_grid_positions_gradient(call, operands[1], operands[2], operands[0], result)
    }
  }

  /// What a kernel makes of operands, of which the last is the grid.
  /// - Parameter place: Of the image, where it is among them: its channels may lie side by side.
  private static func run(
    _ sampling: GridSampling, _ image: Shape, _ operands: [Tensor], reading place: Int? = nil, as output: TensorSpec,
    _ kernel: (UnsafePointer<weft_grid>, [UnsafeMutableRawPointer], UnsafeMutableRawPointer) -> Void
  ) -> Tensor {
    let isChannelsLast = place.map { hasChannelsLast(operands[$0]) } ?? false
    let operands = operands.enumerated().map { isChannelsLast && $0 == place ? $1 : $1.contiguous() }
    let result = Tensor(uninitialized: output)
    guard !result.isInvalid else { return result }
    var call = describe(sampling, image, operands[operands.count - 1], output.dtype)
    call.channels_last = isChannelsLast
    withExtendedLifetime(operands) { kernel(&call, operands.map(\.baseAddress), result.baseAddress) }
    return result
  }

  /// Whether an image lies as [N, spatial..., C], without gaps, with enough channels that going point by point is worth it.
  private static func hasChannelsLast(_ image: Tensor) -> Bool {
    if image.isContiguous || image.shape[1] < 4 { return false }
    let order = [0] + Array(2..<image.rank) + [1]
    return Layout.isContiguous(Shape(order.map { image.shape[$0] }), AxisValues(order.map { image.strides[$0] }))
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
