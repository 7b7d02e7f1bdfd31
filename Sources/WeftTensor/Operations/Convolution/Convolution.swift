// A convolution and its gradients are the three derivatives of one sum,
//
//   Σ x[n, c, p·stride + k·dilation - padding] · w[o, c, k] · g[n, o, p],
//
// which is linear in x, in w and in g: by g the convolution of x and w, by x the gradient of its input, by w that of its
// weight. So the gradient of each is made of the two others, and they stand together here.

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

/// The gradient of a convolution's input: each g[n, o, p] sent back through w[o, c, k] to where it was read. Bilinear
/// in g and w; with h of the input's shape, gradients: convolution(h, w), and the weight gradient of (h, g).
public struct ConvolutionInputGradient: BilinearOperation {
  public static let name = "convolutionInputGradient"
  public static let formerNames = ["convolution_input_gradient"]
  public static let operands: Operands = ["gradient", "weight"]
  public static let equation = "yₙ꜀[p·stride + k·dilation - padding] = Σ g[n, o, p]·w[o, c, k]"
  let geometry: ConvolutionGeometry

  public init(_ geometry: ConvolutionGeometry) { self.geometry = geometry }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shapes = [geometry.outputShape, geometry.weightShape]
    guard inputs.map(\.shape) == shapes else {
      throw TensorError(
        .shape, operation: Self.name, operands: Array(zip(["output gradient", "weight"], inputs)),
        expected: "\(shapes[0]) and \(shapes[1])", got: "\(inputs[0].shape) and \(inputs[1].shape)")
    }
    return [TensorSpec(geometry.inputShape, DType.promoted(inputs))]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let x = inputs.map { $0.converted(to: outputs[0].dtype) }
    return [geometry.inputGradient(x[0], x[1], as: outputs[0])]
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let h = gradients[0] else { return [nil, nil] }
    return [
      needs[0] ? apply(Convolution(geometry.windows), [h, saved.input(1)])[0] : nil,
      needs[1] ? apply(ConvolutionWeightGradient(geometry), [h, saved.input(0)])[0] : nil,
    ]
  }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    geometry.floatingPointOperations
  }

  /// As the convolution's.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.size > 0 else { return batch.looping(self) }
    guard batch.isBatched[1] else {
      return batch.merging(ConvolutionInputGradient(geometry.repeated(batch.size)), [0])
    }
    let operands = [batch.joined(0, along: 1), batch.joined(1, along: 0)]
    return [batch.parted(apply(ConvolutionInputGradient(geometry.grouped(batch.size)), operands)[0], along: 1)]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var result = ReferenceArray(shape: geometry.inputShape.sizes) { _ in 0 }
    geometry.forEachProduct { input, weight, output in result[input] += inputs[0][output] * inputs[1][weight] }
    return [result]
  }

  public static let samples = ConvolutionGeometry.samples.map { geometry in
    Sample(ConvolutionInputGradient(geometry), .real(geometry.outputShape), .real(geometry.weightShape))
  }

  public static let refusals = [
    Refusal(
      ConvolutionInputGradient(ConvolutionGeometry.samples[0]), .real([2, 3, 4]), .real([3, 2, 3]),
      because: "[2, 3, 3] and [3, 2, 3]"),
    Refusal(
      ConvolutionInputGradient(ConvolutionGeometry.samples[0]), .real([2, 3, 3]), .real([2, 3, 3]),
      because: "[2, 3, 3] and [3, 2, 3]"),
  ]
}

/// The gradient of a convolution's weight, Σ x·g over the places where both meet, and with `withBias` that of its bias,
/// Σg. Bilinear in x and g; with h of the weight's shape and b of the bias's, gradients: the input gradient of (g, h),
/// and convolution(x, h) + b.
public struct ConvolutionWeightGradient: BilinearOperation {
  public static let name = "convolutionWeightGradient"
  public static let formerNames = ["convolution_weight_gradient"]
  public static let operands: Operands = ["x", "gradient"]
  public static let equation = "yₒ꜀ₖ = Σ x[n, c, p·stride + k·dilation - padding]·g[n, o, p]"
  let geometry: ConvolutionGeometry
  let withBias: Bool

  public init(_ geometry: ConvolutionGeometry, withBias: Bool = false) {
    self.geometry = geometry
    self.withBias = withBias
  }

  public static let defaults: Attributes = ["withBias": false]

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let shapes = [geometry.inputShape, geometry.outputShape]
    guard inputs.map(\.shape) == shapes else {
      throw TensorError(
        .shape, operation: Self.name, operands: Array(zip(["input", "output gradient"], inputs)),
        expected: "\(shapes[0]) and \(shapes[1])", got: "\(inputs[0].shape) and \(inputs[1].shape)")
    }
    let dtype = DType.promoted(inputs).statistics  // a sum over the whole batch
    let weight = TensorSpec(geometry.weightShape, dtype)
    return withBias ? [weight, TensorSpec([geometry.outChannels], dtype)] : [weight]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let dtype = DType.promoted(inputs.map(\.spec))
    let x = inputs.map { $0.converted(to: dtype) }
    let backend = inputs.backend
    let found = backend.convolutionWeightGradient(geometry, x[0], x[1], as: outputs)
    return geometry.sparingPadding(found, x[0], x[1]) {
      backend.convolutionWeightGradient(geometry, $0, $1, as: outputs)
    }
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (h, b) = (gradients[0], withBias ? gradients[1] : nil)
    return [
      needs[0] ? h.map { apply(ConvolutionInputGradient(geometry), [saved.input(1), $0])[0] } : nil,
      needs[1] ? outputGradient(h, b, saved) : nil,
    ]
  }

  private func outputGradient(_ h: Tensor?, _ b: Tensor?, _ saved: Saved) -> Tensor? {
    guard let h else { return b?.reshaped(to: Shape([-1] + geometry.kernel.map { _ in 1 })) }
    return apply(Convolution(geometry.windows), [saved.input(0), h] + (b.map { [$0] } ?? []))[0]
  }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    geometry.floatingPointOperations
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    var results: [Tensor?] = outputs.map { _ in nil }
    if let t = tangents[1] { results = apply(self, [inputs[0], t]) }
    if let t = tangents[0] {
      results[0] = added(results[0], apply(ConvolutionWeightGradient(geometry), [t, inputs[1]])[0])
    }
    return results
  }

  /// Each example is a group of its own.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.size > 0 else { return batch.looping(self) }
    let wide = ConvolutionWeightGradient(geometry.grouped(batch.size), withBias: withBias)
    return apply(wide, [batch.joined(0, along: 1), batch.joined(1, along: 1)]).map { batch.parted($0, along: 0) }
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var weight = ReferenceArray(shape: geometry.weightShape.sizes) { _ in 0 }
    geometry.forEachProduct { input, place, output in weight[place] += inputs[0][input] * inputs[1][output] }
    guard withBias else { return [weight] }
    var bias = ReferenceArray(shape: [geometry.outChannels]) { _ in 0 }
    for index in ReferenceArray.indices(of: geometry.outputShape.sizes) { bias[[index[1]]] += inputs[1][index] }
    return [weight, bias]
  }

  public static let samples = ConvolutionGeometry.samples.enumerated().map { place, geometry in
    Sample(
      ConvolutionWeightGradient(geometry, withBias: place.isMultiple(of: 2)), .real(geometry.inputShape),
      .real(geometry.outputShape))
  }

  public static let refusals = [
    Refusal(
      ConvolutionWeightGradient(ConvolutionGeometry.samples[0]), .real([2, 2, 4]), .real([2, 3, 3]),
      because: "[2, 2, 5] and [2, 3, 3]"),
    Refusal(
      ConvolutionWeightGradient(ConvolutionGeometry.samples[0]), .real([2, 2, 5]), .real([2, 2, 3]),
      because: "[2, 2, 5] and [2, 3, 3]"),
  ]
}

extension ConvolutionGeometry {
  /// The kernel's result, without products of padding; 0 where `output` is larger than the geometry's input.
  func inputGradient(_ g: Tensor, _ weight: Tensor, as output: TensorSpec) -> Tensor {
    let backend = g.backend
    func run(_ weight: Tensor) -> Tensor { backend.convolutionInputGradient(self, g, weight, as: output) }
    return sparingPadding(run(weight), g, weight, isForward: false, again: run)
  }

  /// Geometries on which the gradient operations are tried: those of the convolution's own samples.
  static let samples: [ConvolutionGeometry] = Convolution.samples.compactMap { sample in
    guard let convolution = sample.operation as? Convolution else { return nil }
    let specs = sample.inputs.map { TensorSpec($0.shape, .float64) }
    return try? ConvolutionGeometry(specs, convolution.windows, operation: Convolution.name)
  }
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
