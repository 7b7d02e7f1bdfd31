/// The transposed convolution: the map from a convolution's output back to its input, plus a bias. Each x[n, c, p] is
/// laid over the result through w[c, o, k]. Gradients: convolution(g, w), the weight gradient of (g, x), and Σg.
///
/// PyTorch's definition; results lie channels-last in memory.
public struct ConvolutionTransposed: BilinearOperation {
  public static let name = "convolutionTransposed"
  public static let formerNames = ["convolution_transposed"]
  public static let operands: Operands = ["x", "weight", .optional("bias")]
  public static let equation = "yₙₒ[p·stride + k·dilation - padding] = bₒ + Σ x[n, c, p]·w[c, o, k]"
  public static var autocastRule: AutocastRule { .lower }
  /// How the windows of the convolution that it is the map back of move.
  public let windows: ConvolutionWindows
  /// Added to the result's sizes behind, where several sizes would have convolved to the input's.
  public let outputPadding: PerAxis

  public init(_ windows: ConvolutionWindows = ConvolutionWindows(), outputPadding: PerAxis = 0) {
    self.windows = windows
    self.outputPadding = outputPadding
  }

  public static let defaults: Attributes = ["windows": ConvolutionWindows(), "outputPadding": PerAxis(0)]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (geometry, beyond) = try geometry(inputs)
    let sizes = zip(geometry.inSize, beyond).map { $0 + $1 }
    return [TensorSpec(Shape([geometry.batch, geometry.inChannels] + sizes), DType.promoted(inputs))]
  }

  /// The geometry of the convolution that this transposes, its output being our input, and how many elements each axis of
  /// the result has beyond its input: nothing reaches them but the bias.
  package func geometry(
    _ inputs: [TensorSpec]
  ) throws(TensorError) -> (geometry: ConvolutionGeometry, beyond: [Int]) {
    var beyond: [Int] = []
    let geometry = try ConvolutionGeometry(
      transposed: inputs, windows, outputPadding, beyond: &beyond, operation: Self.name)
    return (geometry, beyond)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard let geometry = try? geometry(inputs.map(\.spec)).geometry else { return [.invalid] }
    let x = inputs.map { $0.converted(to: outputs[0].dtype) }
    let result = geometry.inputGradient(x[0], x[1], as: outputs[0])
    if x.count > 2, !result.isInvalid {
      let ones = geometry.kernel.map { _ in 1 }
      let bias = x[2].view(shape: Shape([geometry.inChannels] + ones), strides: [x[2].strides[0]] + ones)
      inputs.backend.map(Add.formula, [], [result, bias], into: [result])
    }
    return [result]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0], let (geometry, beyond) = try? geometry(saved.inputSpecs) else {
      return needs.map { _ in nil }
    }
    let seen = beyond.contains { $0 > 0 } ? g.padded(beyond.map { (0, -$0) }) : g
    var results: [Tensor?] = needs.map { _ in nil }
    if needs[0] { results[0] = apply(Convolution(geometry.windows), [seen, saved.input(1)])[0] }
    if needs[1] { results[1] = apply(ConvolutionWeightGradient(geometry), [seen, saved.input(0)])[0] }
    if needs.count > 2, needs[2] { results[2] = g.sum(axes: geometry.axesWithoutChannels, dtype: g.dtype.statistics) }
    return results
  }

  public func placed(bias: Tensor, rank: Int) -> Tensor { bias.alongChannels(rank: rank) }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    (try? geometry(inputs))?.geometry.floatingPointOperations
  }

  /// As the convolution's.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.size > 0, batch.isBatched.dropFirst().contains(true) else { return batch.merging(self, [0]) }
    var windows = windows
    windows.groups *= batch.size
    let operands = [batch.joined(0, along: 1)] + batch.inputs.indices.dropFirst().map { batch.joined($0, along: 0) }
    let wide = ConvolutionTransposed(windows, outputPadding: outputPadding)
    return [batch.parted(apply(wide, operands)[0], along: 1)]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let specs = inputs.map { TensorSpec(Shape($0.shape), .float64) }
    guard let geometry = try? geometry(specs).geometry, let spec = try? outputs(for: specs)[0] else { return nil }
    var result = ReferenceArray(shape: spec.shape.sizes) { inputs.count > 2 ? inputs[2][[$0[1]]] : 0 }
    geometry.forEachProduct { input, weight, output in result[input] += inputs[0][output] * inputs[1][weight] }
    return [result]
  }

  public static let samples = [
    Sample(ConvolutionTransposed(), .real([2, 2, 3]), .real([2, 3, 3]), .real([3])),
    Sample(
      ConvolutionTransposed(ConvolutionWindows(stride: 2, padding: 1), outputPadding: [1, 0]), .real([1, 2, 3, 2]),
      .real([2, 3, 3, 3]), .real([3])),
    Sample(
      ConvolutionTransposed(ConvolutionWindows(stride: [1, 2], dilation: [2, 1], groups: 2)), .real([2, 4, 2, 3]),
      .real([4, 1, 2, 2])),
    Sample(
      ConvolutionTransposed(ConvolutionWindows(padding: 1, dilation: 2), outputPadding: 1), .real([1, 1, 3]),
      .real([1, 2, 3])),
    Sample(
      ConvolutionTransposed(ConvolutionWindows(stride: [1, 2], dilation: [2, 3]), outputPadding: [1, 2]),
      .real([2, 1, 2, 3]), .real([1, 2, 2, 2]), .real([2])),
    Sample(
      ConvolutionTransposed(ConvolutionWindows(stride: 2)), .real([1, 2, 2, 1, 2]), .real([2, 1, 2, 2, 1]), .real([1])),
    Sample(ConvolutionTransposed(), .real([0, 2, 3]), .real([2, 3, 3]), .real([3])),
  ]

  public static let refusals = [
    Refusal(ConvolutionTransposed(), .real([2, 3, 5]), .real([3, 4]), because: "a weight of 3, 4 or 5 axes"),
    Refusal(ConvolutionTransposed(), .real([3, 5]), .real([3, 4, 3]), because: "no batch axis?"),
    Refusal(ConvolutionTransposed(), .real([2, 4, 5]), .real([3, 4, 3]), because: "axis 1 (channels) to have size 3"),
    Refusal(ConvolutionTransposed(), .real([2, 3, 5]), .real([3, 4, 3]), .real([3]), because: "a bias of shape [4]"),
    Refusal(
      ConvolutionTransposed(outputPadding: 1), .real([2, 3, 5]), .real([3, 4, 3]), because: "outputPadding smaller than"
    ),
    Refusal(
      ConvolutionTransposed(ConvolutionWindows(padding: 4)), .real([2, 3, 3]), .real([3, 4, 3]),
      because: "at least size 1"),
    Refusal(
      ConvolutionTransposed(ConvolutionWindows(groups: 2)), .real([2, 3, 5]), .real([3, 1, 3]),
      because: "groups that divide"),
  ]
}

/// The transposed convolution of a batch, or of a single example, over 1, 2 or 3 spatial axes, as PyTorch defines it.
///
/// Shape: input [N, in, spatial...] or the same without N, weight [in, out / groups, kernel...], bias [out]; result
/// [N, out, spatial'...] with
/// spatial' = (spatial - 1)·stride - 2·padding + dilation·(kernel - 1) + outputPadding + 1.
public func convolutionTransposed(
  _ input: Tensor, weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: Padding = 0,
  outputPadding: PerAxis = 0, dilation: PerAxis = 1, groups: Int = 1
) -> Tensor {
  let windows = ConvolutionWindows(stride: stride, padding: padding, dilation: dilation, groups: groups)
  let operation = ConvolutionTransposed(windows, outputPadding: outputPadding)
  return input.convolved(by: operation, weight, bias)
}

extension ConvolutionGeometry {
  /// The convolution whose transpose takes `inputs`. Names keep its point of view: the transpose's input is `out`.
  fileprivate init(
    transposed inputs: [TensorSpec], _ windows: ConvolutionWindows, _ outputPadding: PerAxis, beyond: inout [Int],
    operation: String
  ) throws(TensorError) {
    let check = ConvolutionCheck(operation: operation, inputs: inputs, names: ["input", "weight", "bias"])
    try check.ranks(weightAxes: "[in, out / groups, kernel...]")
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    batch = input[0]
    outChannels = weight[0]
    groups = windows.groups
    outSize = Array(input.sizes.dropFirst(2))
    kernel = Array(weight.sizes.dropFirst(2))
    try check.groups(groups, of: outChannels, "the weight's axis 0 (input channels)")
    inChannels = weight[1] &* groups  // at most the weight's elements
    guard input[1] == weight[0], weight[1] > 0 else { throw check.transposedChannels(weight[0]) }
    let axes = kernel.count
    stride = try windows.stride.resolved(axes, "stride", atLeast: 1, operation: operation)
    dilation = try windows.dilation.resolved(axes, "dilation", atLeast: 1, operation: operation)
    let reach = try check.reach(kernel, dilation)
    (paddingBefore, paddingAfter) = try windows.padding.resolved(reach: reach, stride: stride, operation: operation)
    let extra = try outputPadding.resolved(axes, "outputPadding", atLeast: 0, operation: operation)
    inSize = []
    beyond = []
    for axis in 0..<axes {
      try check.outputPadding(extra[axis], stride[axis], dilation[axis])
      let padding = paddingBefore[axis] + paddingAfter[axis]
      let (span, overflow) = (outSize[axis] - 1).multipliedReportingOverflow(by: stride[axis])
      let size = overflow ? 0 : span - padding + reach[axis] + extra[axis] + 1
      guard outSize[axis] > 0, size > 0 else { throw check.emptyResult(axis: axis + 2) }
      // Whole strides of output padding are so much less padding of the convolution, and beyond it no input of it.
      paddingAfter[axis] -= extra[axis] / stride[axis] * stride[axis]
      beyond.append(max(-paddingAfter[axis], 0))
      paddingAfter[axis] += beyond[axis]
      guard size > beyond[axis] else { throw check.emptyResult(axis: axis + 2) }
      inSize.append(size - beyond[axis])
    }
    try check.bias(inChannels)
  }
}

extension ConvolutionCheck {
  fileprivate func transposedChannels(_ needed: Int) -> TensorError {
    let (input, weight) = (inputs[0].shape, inputs[1].shape)
    return error(
      expected: "the input's axis \(SingleExample.axis(1)) (channels) to have size \(needed), the weight's axis 0",
      got: "\(input[1])",
      hint: weight[1] == input[1]
        ? "a transposed convolution's weight is [in, out / groups, kernel...]"
        : input[-1] == needed ? "channels last? They belong to axis \(SingleExample.axis(1))" : "")
  }

  fileprivate func outputPadding(_ extra: Int, _ stride: Int, _ dilation: Int) throws(TensorError) {
    guard extra < max(stride, dilation) else {
      throw error(
        .value, expected: "outputPadding smaller than the stride (\(stride)) or the dilation (\(dilation))",
        got: "\(extra)")
    }
  }

  fileprivate func emptyResult(axis: Int) -> TensorError {
    error(
      expected: "sizes and padding that give axis \(SingleExample.axis(axis)) of the result at least size 1",
      got: "\(SingleExample.shape(inputs[0].shape))",
      hint: "padding takes away from the result of a transposed convolution")
  }
}
