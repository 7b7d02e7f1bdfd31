/// y = x·Wᵀ of whole numbers: each row of x is brought to -127 ... 127 by a scale of its own, the row's largest magnitude
/// over 127, and multiplied by int8 codes of W with a scale for each row of W. Exact but for that rounding. A row that
/// is not finite gives NaN. No gradient: where one is wanted, `QuantizedLinear` multiplies x as it is.
public struct DynamicLinear: TensorOperation {
  public static let name = "dynamicLinear"
  public static let operands: Operands = ["x", "codes", "scales"]
  public static let equation = "y = sₓ·round(x/sₓ)·Wᵀ, sₓ = max|x|/127"
  public static let whyNotDifferentiable: String? = "it rounds its input: `quantizedLinear` has the gradient"

  public init() {}

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let sizes = try CodedSizes(.int8, Array(inputs.dropFirst()), operation: Self.name)
    guard inputs[2].shape[1] == 1 else {
      throw TensorError(
        .shape, operation: Self.name, operands: [("scales", inputs[2])], expected: "one scale for each row",
        got: "\(inputs[2].shape)")
    }
    return [try sizes.product(with: inputs[0], operation: Self.name)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (x, weight, dtype) = (inputs[0], [inputs[1], inputs[2]], outputs[0].dtype)
    guard let sizes = try? CodedSizes(.int8, weight.map(\.spec), operation: Self.name) else { return [.invalid] }
    if dtype == .float64 { return [inDoubles(x.converted(to: dtype), weight, sizes)] }
    let y = inputs.backend.dynamicLinear(x.converted(to: .float32).rows(of: sizes.inputs), weight, sizes)
    return [y.isInvalid ? y : y.converted(to: dtype).reshaped(to: outputs[0].shape)]
  }

  private func inDoubles(_ x: Tensor, _ weight: [Tensor], _ sizes: CodedSizes) -> Tensor {
    guard sizes.inputs > 0 else { return linear(x, weight: CodeFormat.int8.numbers(weight, sizes, as: .float64)) }
    let scale = x.abs().max(axis: -1, keepDims: true) / 127
    let whole = (x / Tensor.where(scale .== 0, 1, scale)).round()
    return linear(whole, weight: CodeFormat.int8.numbers(weight, sizes, as: .float64)) * scale
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.isBatched[1] || batch.isBatched[2] ? batch.looping(self) : apply(self, batch.inputs)
  }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* outputs[0].shape.elementCount &* inputs[0].shape[-1]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    var x = inputs[0]
    let width = max(x.shape[x.shape.count - 1], 1)
    for row in stride(from: 0, to: x.values.count, by: width) {
      let scale = x.values[row..<(row + width)].reduce(0) { max($0, abs($1)) } / 127
      for place in row..<(row + width) where scale > 0 {
        x.values[place] = (x.values[place] / scale).rounded(.toNearestOrEven) * scale
      }
    }
    return [.product(x, CodeFormat.int8.reference(Array(inputs.dropFirst())))]
  }

  public static let samples = [
    Sample(DynamicLinear(), .real([2, 5]), .integers([3, 5], in: -9..<9, dtype: .int8), .real([3, 1])),
    Sample(DynamicLinear(), .real([2, 2, 40]), .integers([9, 40], in: -9..<9, dtype: .int8), .real([9, 1])),
    Sample(DynamicLinear(), .real([0, 3]), .integers([2, 3], in: -9..<9, dtype: .int8), .real([2, 1])),
  ]

  public static let refusals = [
    Refusal(
      DynamicLinear(), .real([2, 64]), .integers([3, 64], in: -9..<9, dtype: .int8), .real([3, 2]),
      because: "one scale for each row"),
    Refusal(
      DynamicLinear(), .real([2, 4]), .integers([3, 5], in: -9..<9, dtype: .int8), .real([3, 1]),
      because: "an input whose last axis is 5"),
  ]
}
