/// y[n, o, p] = b[o] + Σ x[n, c, p·stride + k·dilation - padding] · w[o, c, k], over 1 to 3 spatial axes (a
/// cross-correlation, as everywhere in deep learning). Gradients: `ConvolutionInputGradient` and
/// `ConvolutionWeightGradient` of g, and Σg over all axes but the channels.
///
/// Padding takes no part: a NaN or ∞ of the weight is not multiplied with it.
/// Results lie channels-last in memory, whatever the input's order; their shape is [N, C, spatial...].
public struct Convolution: BilinearOperation, FinishableOperation {
  public static let name = "convolution"
  public static let operands: Operands = ["x", "weight", .optional("bias")]
  public static let equation = "yₙₒₚ = bₒ + Σ x[n, c, p·stride + k·dilation - padding]·w[o, c, k]"
  public static var autocastRule: AutocastRule { .lower }
  /// How the windows move.
  public let windows: ConvolutionWindows

  public init(_ windows: ConvolutionWindows = ConvolutionWindows()) { self.windows = windows }

  public static let defaults: Attributes = ["windows": ConvolutionWindows()]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let geometry = try ConvolutionGeometry(inputs, windows, operation: Self.name)
    return [TensorSpec(geometry.outputShape, DType.promoted(inputs))]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    forward(inputs, as: outputs, finishedBy: nil)
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec], finishedBy pass: LastPass?) -> [Tensor] {
    guard let geometry = geometry(inputs.map(\.spec)) else { return [.invalid] }
    let x = inputs.map { $0.converted(to: outputs[0].dtype) }
    let backend = inputs.backend
    func run(_ weight: Tensor, _ pass: LastPass?) -> Tensor {
      backend.convolution(geometry, x[0], weight, bias: x.count > 2 ? x[2] : nil, as: outputs[0], finishedBy: pass)
    }
    if !geometry.isPadded || backend.leavesPadding(geometry, x[0], x[1], as: outputs[0]) { return [run(x[1], pass)] }
    // What padding spoiled is seen before a formula hides it.
    let sums = geometry.sparingPadding(run(x[1], nil), x[0], x[1], isForward: true) { run($0, nil) }
    return [pass?.applied(to: sums) ?? sums]
  }

  /// The geometry of inputs that `outputs(for:)` accepted.
  private func geometry(_ inputs: [TensorSpec]) -> ConvolutionGeometry? {
    try? ConvolutionGeometry(inputs, windows, operation: Self.name)
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0], let geometry = geometry(saved.inputSpecs) else { return needs.map { _ in nil } }
    let wantsBias = needs.count > 2 && needs[2]
    var results: [Tensor?] = needs.map { _ in nil }
    if needs[0] { results[0] = apply(ConvolutionInputGradient(geometry), [g, saved.input(1)])[0] }
    if needs[1] {
      let both = apply(ConvolutionWeightGradient(geometry, withBias: wantsBias), [saved.input(0), g])
      results[1] = both[0]
      if wantsBias { results[2] = both[1] }
    } else if wantsBias {
      results[2] = g.sum(axes: geometry.axesWithoutChannels, dtype: g.dtype.statistics)
    }
    return results
  }

  public func placed(bias: Tensor, rank: Int) -> Tensor { bias.alongChannels(rank: rank) }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    geometry(inputs)?.floatingPointOperations
  }

  /// One convolution of all examples' images; where each example has a weight of its own, in groups.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.size > 0, batch.isBatched.dropFirst().contains(true) else { return batch.merging(self, [0]) }
    var windows = windows
    windows.groups *= batch.size
    let operands = [batch.joined(0, along: 1)] + batch.inputs.indices.dropFirst().map { batch.joined($0, along: 0) }
    return [batch.parted(apply(Convolution(windows), operands)[0], along: 1)]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let geometry = geometry(inputs.map { TensorSpec(Shape($0.shape), .float64) }) else { return nil }
    var result = ReferenceArray(shape: geometry.outputShape.sizes) { inputs.count > 2 ? inputs[2][[$0[1]]] : 0 }
    geometry.forEachProduct { input, weight, output in result[output] += inputs[0][input] * inputs[1][weight] }
    return [result]
  }

  public static let samples = [
    Sample(Convolution(), .real([2, 2, 5]), .real([3, 2, 3]), .real([3])),
    Sample(
      Convolution(ConvolutionWindows(stride: 2, padding: 1)), .real([2, 2, 5, 4]), .real([3, 2, 3, 3]), .real([3])),
    Sample(
      Convolution(ConvolutionWindows(padding: 1)), .real([1, 2, 4, 4]), .real([2, 2, 3, 3])),
    Sample(
      Convolution(ConvolutionWindows(padding: .same, dilation: [2, 1], groups: 2)), .real([1, 4, 4, 3]),
      .real([4, 2, 2, 3])),
    Sample(
      Convolution(ConvolutionWindows(stride: [1, 2], padding: Padding(before: [0, 1], after: [2, 0]))),
      .real([1, 1, 3, 4]), .real([2, 1, 2, 2]), .real([2])),
    Sample(Convolution(ConvolutionWindows(groups: 3)), .real([2, 3, 3, 3]), .real([6, 1, 2, 2]), .real([6])),
    Sample(
      Convolution(ConvolutionWindows(stride: [1, 2, 1], padding: [1, 0, 1])), .real([1, 2, 2, 3, 2]),
      .real([2, 2, 2, 2, 2]), .real([2])),
    Sample(Convolution(), .real([2, 3, 4, 4]), .real([2, 3, 1, 1])),
    Sample(
      Convolution(ConvolutionWindows(stride: [2, 1], padding: [1, 0])), .real([2, 2, 6, 1]), .real([3, 2, 3, 1]),
      .real([3])),
    Sample(Convolution(ConvolutionWindows(groups: 2)), .real([2, 4, 1, 5]), .real([2, 2, 1, 3])),
    Sample(Convolution(ConvolutionWindows(dilation: [3, 2, 1])), .real([1, 2, 1, 5, 1]), .real([3, 2, 1, 3, 1])),
    Sample(Convolution(), .real([2, 3, 1, 1]), .real([4, 3, 1, 1]), .real([4])),
    Sample(Convolution(), .real([0, 2, 4, 4]), .real([3, 2, 3, 3]), .real([3])),
  ]

  public static let refusals = [
    Refusal(Convolution(), .real([2, 3, 5]), .real([4, 3]), because: "a weight of 3, 4 or 5 axes"),
    Refusal(Convolution(), .real([3, 5]), .real([4, 3, 3]), because: "no batch axis?"),
    Refusal(Convolution(), .real([2, 4, 5]), .real([4, 3, 3]), because: "axis 1 (channels) to have size 3"),
    Refusal(Convolution(), .real([2, 3, 2]), .real([4, 3, 3]), because: "so that the kernel fits in once"),
    Refusal(Convolution(), .real([2, 3, 5]), .real([4, 3, 3]), .real([3]), because: "a bias of shape [4]"),
    Refusal(
      Convolution(), .integers([2, 3, 5], in: 0..<4), .integers([4, 3, 3], in: 0..<4), because: "a floating-point type"),
    Refusal(
      Convolution(ConvolutionWindows(groups: 3)), .real([2, 3, 5]), .real([4, 1, 3]), because: "groups that divide"),
    Refusal(
      Convolution(ConvolutionWindows(stride: 0)), .real([2, 3, 5]), .real([4, 3, 3]), because: "stride of at least 1"),
    Refusal(
      Convolution(ConvolutionWindows(dilation: [1, 1])), .real([2, 3, 5]), .real([4, 3, 3]),
      because: "dilation of 1 number"),
    Refusal(
      Convolution(ConvolutionWindows(padding: -1)), .real([2, 3, 5]), .real([4, 3, 3]), because: "padding of at least 0"
    ),
    Refusal(
      Convolution(ConvolutionWindows(stride: 2, padding: .same)), .real([2, 3, 5]), .real([4, 3, 3]),
      because: "stride 1 with"),
  ]
}

/// The convolution (cross-correlation) of a batch, or of a single example, over 1, 2 or 3 spatial axes.
///
/// Shape: input [N, in, spatial...] or the same without N, weight [out, in / groups, kernel...], bias [out]; result [N, out, spatial'...]
/// with spatial' = ⌊(spatial + padding - dilation·(kernel - 1) - 1) / stride⌋ + 1.
public func convolution(
  _ input: Tensor, weight: Tensor, bias: Tensor? = nil, stride: PerAxis = 1, padding: Padding = 0,
  dilation: PerAxis = 1, groups: Int = 1
) -> Tensor {
  let windows = ConvolutionWindows(stride: stride, padding: padding, dilation: dilation, groups: groups)
  return input.convolved(by: Convolution(windows), weight, bias)
}

extension Tensor {
  /// A convolution, transposed or not, of this tensor: [N, C, spatial...], or a single example without N.
  func convolved(by operation: some TensorOperation, _ weight: Tensor, _ bias: Tensor?) -> Tensor {
    let others = [weight] + (bias.map { [$0] } ?? [])
    guard isSingle(for: weight) else { return apply(operation, [self] + others)[0] }
    return asBatchOfOne { apply(operation, [$0] + others) }[0]
  }

  /// Whether this has an axis less than the weight of a convolution.
  func isSingle(for weight: Tensor) -> Bool { rank == weight.rank - 1 && (3...5).contains(weight.rank) }
}

extension ConvolutionGeometry {
  /// Those of the definition, products with padding included; the same for the convolution and its gradients.
  var floatingPointOperations: Int { 2 &* outputShape.elementCount &* (weightShape.elementCount / outChannels) }

  /// Calls `body` with the indices of every product that a convolution adds up: the definition in loops.
  func forEachProduct(_ body: (_ input: [Int], _ weight: [Int], _ output: [Int]) -> Void) {
    let (perGroupIn, perGroupOut) = (inChannels / groups, outChannels / groups)
    let kernels = ReferenceArray.indices(of: [perGroupIn] + kernel)
    for output in ReferenceArray.indices(of: outputShape.sizes) {
      for taken in kernels {
        let places = kernel.indices.map { axis in
          output[axis + 2] * stride[axis] + taken[axis + 1] * dilation[axis] - paddingBefore[axis]
        }
        guard zip(places, inSize).allSatisfy({ (0..<$1).contains($0) }) else { continue }
        let channel = output[1] / perGroupOut * perGroupIn + taken[0]
        body([output[0], channel] + places, [output[1]] + taken, output)
      }
    }
  }
}
