/// The transposed convolution with a result of `outputSize`, one number per spatial axis: the output padding is what is
/// missing to it.
///
/// Shape: as `convolutionTransposed` with `outputPadding`, of which each is smaller than its stride or dilation.
public func convolutionTransposed(
  _ input: Tensor, weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: PerAxis = 0,
  outputSize: [Int], dilation: PerAxis = 1, groups: Int = 1
) -> Tensor {
  if input.isSingle(for: weight) {
    return input.asBatchOfOne { input in
      [
        convolutionTransposed(
          input, weight: weight, bias: bias, stride: stride, padding: padding, outputSize: outputSize,
          dilation: dilation, groups: groups)
      ]
    }[0]
  }
  do throws(TensorError) {
    let name = ConvolutionTransposed.name
    let axes = max(input.rank - 2, 0)
    let stride = try stride.resolved(axes, "stride", atLeast: 1, operation: name)
    let around = try padding.resolved(axes, "padding", atLeast: 0, operation: name)
    let dilation = try dilation.resolved(axes, "dilation", atLeast: 1, operation: name)
    guard weight.rank == input.rank, axes > 0, outputSize.count == axes else {
      throw outputSizeError(input, weight, "an output size for each of \(axes) spatial axes", "\(outputSize)")
    }
    let least = (0..<axes).map { axis -> Int in
      let window = dilation[axis] * (weight.shape[axis + 2] - 1) + 1
      return (input.shape[axis + 2] - 1) * stride[axis] - 2 * around[axis] + window
    }
    guard zip(outputSize, least).allSatisfy({ $0 >= $1 && $0 >= 0 }),
      zip(zip(outputSize, least), zip(stride, dilation)).allSatisfy({ $0.0 - $0.1 < max($1.0, $1.1) })
    else {
      throw outputSizeError(
        input, weight, "an output size from \(least) up to less than a stride more", "\(outputSize)")
    }
    return convolutionTransposed(
      input, weight: weight, bias: bias, stride: PerAxis(stride), padding: Padding(padding),
      outputPadding: PerAxis(zip(outputSize, least).map { $0 - $1 }), dilation: PerAxis(dilation), groups: groups)
  } catch {
    return .failed(error)
  }
}

private func outputSizeError(_ input: Tensor, _ weight: Tensor, _ expected: String, _ got: String) -> TensorError {
  TensorError(
    .value, operation: ConvolutionTransposed.name,
    operands: [("input", SingleExample.spec(input.spec)), ("weight", weight.spec)],
    expected: expected, got: got)
}
