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
