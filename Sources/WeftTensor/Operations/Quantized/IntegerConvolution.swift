/// y[n, o, p] = Σ x[n, c, p·stride + k·dilation - padding]·w[o, c, k] of whole numbers of 8 bits, as float32, where
/// padding stands for 0. No gradient: whole numbers.
///
/// Sums beyond 2²⁴ are rounded; those of up to 514 products never are.
public struct IntegerConvolution: TensorOperation {
  public static let name = "integerConvolution"
  public static let operands: Operands = ["x", "weight"]
  public static let equation = "yₙₒₚ = Σ x[n, c, p·stride + k·dilation - padding]·w[o, c, k]"
  public static let whyNotDifferentiable: String? = "it multiplies whole numbers"
  /// How the windows move.
  public let windows: ConvolutionWindows

  public init(_ windows: ConvolutionWindows = ConvolutionWindows()) { self.windows = windows }

  public static let defaults: Attributes = ["windows": ConvolutionWindows()]

  /// Inputs: x [N, C, spatial...] of int8 or uint8, weight [out, C / groups, kernel...] of int8.
  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let (x, weight) = (inputs[0], inputs[1])
    guard x.dtype == .int8 || x.dtype == .uint8, weight.dtype == .int8 else {
      throw TensorError(
        .dtype, operation: Self.name, operands: [("x", x), ("weight", weight)],
        expected: "x of int8 or uint8, the weight of int8", got: "\(x.dtype) and \(weight.dtype)")
    }
    return [TensorSpec(try geometry(inputs).outputShape, .float32)]
  }

  /// Shapes are checked as those of any convolution.
  private func geometry(_ inputs: [TensorSpec]) throws(TensorError) -> ConvolutionGeometry {
    try ConvolutionGeometry(inputs.map { TensorSpec($0.shape, .float32) }, windows, operation: Self.name)
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard let geometry = try? geometry(inputs.map(\.spec)) else { return [.invalid] }
    let x = inputs[0]
    let isDense = x.isContiguous || x.movedAxis(1, to: -1).isContiguous
    return [
      inputs.backend.integerConvolution(
        geometry, isDense ? x : x.contiguous(), inputs[1].contiguous(), as: outputs[0])
    ]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.size > 0, batch.isBatched[1] else { return batch.merging(self, [0]) }
    return batch.looping(self)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    guard let geometry = try? geometry(inputs.map { TensorSpec(Shape($0.shape), .float32) }) else { return nil }
    var result = ReferenceArray(shape: geometry.outputShape.sizes) { _ in 0 }
    geometry.forEachProduct { input, weight, output in result[output] += inputs[0][input] * inputs[1][weight] }
    return [result]
  }

  public static let samples = [
    Sample(IntegerConvolution(), bytes([2, 3, 7]), signed([4, 3, 3])),
    Sample(
      IntegerConvolution(ConvolutionWindows(stride: 2, padding: 1)), bytes([2, 17, 6, 5]), signed([18, 17, 3, 3])),
    Sample(
      IntegerConvolution(ConvolutionWindows(padding: Padding(before: [0, 1], after: [2, 0]), dilation: [2, 1])),
      signed([1, 4, 6, 4]), signed([3, 4, 2, 2])),
    Sample(IntegerConvolution(ConvolutionWindows(padding: 1, groups: 3)), bytes([2, 3, 4, 4]), signed([3, 1, 3, 3])),
    Sample(IntegerConvolution(ConvolutionWindows(groups: 2)), signed([1, 4, 3, 3]), signed([6, 2, 2, 2])),
    Sample(IntegerConvolution(), bytes([1, 2, 3, 3, 3]), signed([2, 2, 2, 2, 2])),
    Sample(IntegerConvolution(), bytes([0, 2, 4, 4]), signed([3, 2, 3, 3])),
  ]

  private static func bytes(_ shape: Shape) -> SampleInput { .integers(shape, in: 0..<256, dtype: .uint8) }
  private static func signed(_ shape: Shape) -> SampleInput { .integers(shape, in: -128..<128, dtype: .int8) }

  public static let refusals = [
    Refusal(IntegerConvolution(), bytes([2, 3, 7]), bytes([4, 3, 3]), because: "the weight of int8"),
    Refusal(IntegerConvolution(), bytes([2, 4, 7]), signed([4, 3, 3]), because: "axis 1 (channels) to have size 3"),
  ]
}
