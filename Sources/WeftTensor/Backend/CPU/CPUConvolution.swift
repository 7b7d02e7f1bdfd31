import CWeft

extension CPUBackend {
  func convolution(
    _ geometry: ConvolutionGeometry, _ input: Tensor, _ weight: Tensor, bias: Tensor?, as output: TensorSpec,
    finishedBy pass: LastPass?
  ) -> Tensor {
    let result = Self.channelsLast(output)
    let bias = bias?.contiguous()
    var description = Self.describe(geometry, input: input, weight: weight, output: result)
    description.weight_content = weight.storage.content
    return Self.finishing(result, by: pass) { pass in
      description.last_pass = pass
      let status = withExtendedLifetime((input, weight, bias)) {
        weft_convolution_forward(
          &description, input.baseAddress, weight.baseAddress, bias?.baseAddress, result.baseAddress)
      }
      return Self.checked(
        status, result, operation: "convolution", [("input", input.spec), ("weight", weight.spec)])
    }
  }

  func leavesPadding(
    _ geometry: ConvolutionGeometry, _ input: Tensor, _ weight: Tensor, as output: TensorSpec
  ) -> Bool {
    var description = Self.describe(
      geometry, input: input, weight: weight, outputStrides: Self.channelsLastStrides(output))
    return weft_convolution_leaves_padding(&description)
  }

  /// `output` may be larger than the geometry's input: there it is 0.
  func convolutionInputGradient(
    _ geometry: ConvolutionGeometry, _ outputGradient: Tensor, _ weight: Tensor, as output: TensorSpec
  ) -> Tensor {
    let result = Self.channelsLast(output)
    if output.shape != geometry.inputShape {
      map(Formulas.identity, [], [Tensor(zeros: [], dtype: output.dtype)], into: [result])
    }
    var description = Self.describe(geometry, input: result, weight: weight, output: outputGradient)
    description.weight_content = weight.storage.content
    let status = withExtendedLifetime((outputGradient, weight)) {
      weft_convolution_backward_input(
        &description, outputGradient.baseAddress, weight.baseAddress, result.baseAddress)
    }
    return Self.checked(
      status, result, operation: "convolutionInputGradient",
      [("output gradient", outputGradient.spec), ("weight", weight.spec)])
  }

  func convolutionWeightGradient(
    _ geometry: ConvolutionGeometry, _ input: Tensor, _ outputGradient: Tensor, as outputs: [TensorSpec]
  ) -> [Tensor] {
    let results = outputs.map { Tensor(uninitialized: $0) }
    var description = Self.describe(geometry, input: input, weight: results[0], output: outputGradient)
    let status = withExtendedLifetime((input, outputGradient)) {
      weft_convolution_backward_weight(
        &description, input.baseAddress, outputGradient.baseAddress, results[0].baseAddress,
        results.count > 1 ? results[1].baseAddress : nil)
    }
    let operands = [("input", input.spec), ("output gradient", outputGradient.spec)]
    guard let error = Self.failure(status, operation: "convolutionWeightGradient", operands) else { return results }
    return results.map { _ in .failed(error) }
  }

  /// In whole numbers where there are kernels for it, else in float32.
  func integerConvolution(
    _ geometry: ConvolutionGeometry, _ input: Tensor, _ weight: Tensor, as output: TensorSpec
  ) -> Tensor {
    if input.elementCount == 0 || output.shape.elementCount == 0 {
      return Tensor(zeros: output.shape, dtype: output.dtype)
    }
    let result = Self.channelsLast(output)
    var description = Self.describe(geometry, input: input, weight: weight, output: result)
    description.weight_content = weight.storage.content
    let status = withExtendedLifetime((input, weight)) {
      weft_convolution_whole(
        &description, input.baseAddress, weight.baseAddress.assumingMemoryBound(to: Int8.self),
        result.baseAddress.assumingMemoryBound(to: Float.self))
    }
    guard status != WEFT_NO_WHOLE_KERNEL else {
      return convolution(
        geometry, input.converted(to: .float32), weight.converted(to: .float32), bias: nil, as: output,
        finishedBy: nil)
    }
    return Self.checked(
      status, result, operation: "integerConvolution", [("x", input.spec), ("weight", weight.spec)])
  }

  static func describe(
    _ geometry: ConvolutionGeometry, input: Tensor, weight: Tensor, output: Tensor
  ) -> weft_convolution_description {
    describe(geometry, input: input, weight: weight, outputStrides: output.strides)
  }

  private static func describe(
    _ geometry: ConvolutionGeometry, input: Tensor, weight: Tensor, outputStrides: AxisValues
  ) -> weft_convolution_description {
    var description = weft_convolution_description()
    description.spatial = Int32(geometry.kernel.count)
    description.batch = Int64(geometry.batch)
    description.in_channels = Int64(geometry.inChannels)
    description.out_channels = Int64(geometry.outChannels)
    description.groups = Int64(geometry.groups)
    fill(&description.in_size, geometry.inSize)
    fill(&description.out_size, geometry.outSize)
    fill(&description.kernel, geometry.kernel)
    fill(&description.stride, geometry.stride)
    fill(&description.dilation, geometry.dilation)
    fill(&description.padding_before, geometry.paddingBefore)
    fill(&description.padding_after, geometry.paddingAfter)
    fill(&description.input_strides, input.strides)
    fill(&description.weight_strides, weight.strides)
    fill(&description.output_strides, outputStrides)
    description.dtype = Int32(input.dtype.rawValue)
    description.wide = weight.dtype != input.dtype
    return description
  }
}

/// Weights that the kernels keep in a layout of their own, because they were used more than once as they are.
package enum PreparedWeights {
  package static var byteCount: Int { Int(weft_prepared_bytes()) }
  /// The most bytes that are kept.
  package static var limit: Int { Int(weft_prepared_bound()) }
}
