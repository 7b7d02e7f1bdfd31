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

extension ConvolutionGeometry {
  /// The kernel's result, without products of padding; 0 where `output` is larger than the geometry's input.
  func inputGradient(_ g: Tensor, _ weight: Tensor, as output: TensorSpec) -> Tensor {
    let backend = g.backend
    func run(_ weight: Tensor) -> Tensor { backend.convolutionInputGradient(self, g, weight, as: output) }
    return sparingPadding(run(weight), g, weight, isForward: false, again: run)
  }

  /// What a user would have said for this geometry.
  var windows: ConvolutionWindows {
    ConvolutionWindows(
      stride: PerAxis(stride), padding: Padding(before: PerAxis(paddingBefore), after: PerAxis(paddingAfter)),
      dilation: PerAxis(dilation), groups: groups)
  }

  /// Geometries on which the gradient operations are tried: those of the convolution's own samples.
  static let samples: [ConvolutionGeometry] = Convolution.samples.compactMap { sample in
    guard let convolution = sample.operation as? Convolution else { return nil }
    let specs = sample.inputs.map { TensorSpec($0.shape, .float64) }
    return try? ConvolutionGeometry(specs, convolution.windows, operation: Convolution.name)
  }
}
