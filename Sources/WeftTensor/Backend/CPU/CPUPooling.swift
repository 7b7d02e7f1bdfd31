import CWeft

extension CPUBackend {
  func maxPool(_ geometry: PoolGeometry, _ input: Tensor, as outputs: [TensorSpec]) -> [Tensor] {
    let results = outputs.map { Self.like(input, $0) }
    var description = Self.describe(geometry, input: input, output: results[0])
    withExtendedLifetime((input, results)) {
      weft_max_pool(&description, input.baseAddress, results[0].baseAddress, Self.places(results[1]))
    }
    return results
  }

  func maxPoolScatter(_ geometry: PoolGeometry, _ values: Tensor, _ places: Tensor, as output: TensorSpec) -> Tensor {
    let places = Self.dense(places)
    let result = Self.like(places, output)
    var description = Self.describe(geometry, input: result, output: places)
    if output.dtype.isHalf, geometry.overlaps, !weft_max_pool_sums_at_once(&description) {
      // What meets in overlapping windows adds up in float32 and is rounded once.
      let wide = TensorSpec(output.shape, .float32)
      let sums = maxPoolScatter(geometry, laidOut(values, as: places, wide.dtype), places, as: wide)
      map(Formulas.identity, [], [sums], into: [result])
      return result
    }
    let values = laidOut(values, as: places, output.dtype)
    withExtendedLifetime((values, places)) {
      weft_max_pool_scatter(&description, values.baseAddress, Self.places(places), result.baseAddress)
    }
    return result
  }

  func maxPoolGather(_ geometry: PoolGeometry, _ input: Tensor, _ places: Tensor, as output: TensorSpec) -> Tensor {
    let places = Self.dense(places)
    let result = Tensor(
      storage: Storage(byteCount: output.byteCount), shape: output.shape, strides: places.strides, dtype: output.dtype)
    var description = Self.describe(geometry, input: input, output: result)
    withExtendedLifetime((input, places)) {
      weft_max_pool_gather(&description, input.baseAddress, Self.places(places), result.baseAddress)
    }
    return result
  }

  func averagePool(_ geometry: PoolGeometry, _ input: Tensor, as output: TensorSpec) -> Tensor {
    let result = Self.like(input, output)
    var description = Self.describe(geometry, input: input, output: result)
    withExtendedLifetime(input) { weft_average_pool(&description, input.baseAddress, result.baseAddress) }
    return result
  }

  func averagePoolGradient(_ geometry: PoolGeometry, _ outputGradient: Tensor, as output: TensorSpec) -> Tensor {
    let result = Self.like(outputGradient, output)
    var description = Self.describe(geometry, input: result, output: outputGradient)
    withExtendedLifetime(outputGradient) {
      weft_average_pool_backward(&description, outputGradient.baseAddress, result.baseAddress)
    }
    return result
  }

  private static func places(_ tensor: Tensor) -> UnsafeMutablePointer<Int32> {
    tensor.baseAddress.assumingMemoryBound(to: Int32.self)
  }

  /// A tensor without gaps or repeats in memory: this one if it is so, in whatever order of axes.
  private static func dense(_ tensor: Tensor) -> Tensor {
    let order = Layout.memoryOrder(tensor.shape, tensor.strides)
    let strides = Layout.denseStrides(tensor.shape, order: order)
    return Layout.agree(strides, tensor.strides, on: tensor.shape) ? tensor : tensor.contiguous()
  }

  /// The kernels read values and their places in step: both must lie alike.
  private func laidOut(_ tensor: Tensor, as model: Tensor, _ dtype: DType) -> Tensor {
    if tensor.dtype == dtype, Layout.agree(tensor.strides, model.strides, on: tensor.shape) { return tensor }
    let spec = TensorSpec(tensor.shape, dtype)
    let copy = Tensor(
      storage: Storage(byteCount: spec.byteCount), shape: spec.shape, strides: model.strides, dtype: dtype)
    map(Formulas.identity, [], [tensor], into: [copy])
    return copy
  }

  private static func describe(_ geometry: PoolGeometry, input: Tensor, output: Tensor) -> weft_pool_description {
    var description = weft_pool_description()
    description.spatial = Int32(geometry.inSize.count)
    description.batch = Int64(geometry.batch)
    description.channels = Int64(geometry.channels)
    fill(&description.in_size, geometry.inSize)
    fill(&description.out_size, geometry.outSize)
    fill(&description.kernel, geometry.kernel)
    fill(&description.stride, geometry.stride)
    fill(&description.dilation, geometry.dilation)
    fill(&description.padding, geometry.padding)
    fill(&description.input_strides, input.strides)
    fill(&description.output_strides, output.strides)
    description.dtype = Int32(input.dtype.rawValue)
    description.count_padding = geometry.countsPadding
    description.divisor = Int64(geometry.divisor ?? 0)
    description.adaptive = geometry.isAdaptive
    return description
  }
}
