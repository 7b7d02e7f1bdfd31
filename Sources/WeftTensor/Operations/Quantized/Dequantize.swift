/// A weight's numbers from its codes, of float32 or of the type of its scales. Gradients: of a scale, the sum of its
/// group's gradients times their codes; of a minimum, their sum.
public struct Dequantize: TensorOperation {
  public static let name = "dequantize"
  public static let operands: Operands = ["codes", .optional("scales"), .optional("minima")]
  public static let equation = "yᵢⱼ = scale·codeᵢⱼ + minimum"
  /// What the codes are.
  public let format: CodeFormat

  public init(format: CodeFormat) { self.format = format }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let sizes = try CodedSizes(format, inputs, operation: Self.name)
    return [TensorSpec([sizes.outputs, sizes.inputs], sizes.dtype)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard let sizes = try? CodedSizes(format, inputs.map(\.spec), operation: Self.name) else { return [.invalid] }
    if outputs[0].dtype == .float32 { return [inputs.backend.dequantized(format, inputs, sizes)] }
    return [format.numbers(inputs, sizes, as: outputs[0].dtype)]
  }

  public func saves(needs: [Bool]) -> Saves { .input(0) }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let specs = saved.inputSpecs
    guard let g = gradients[0], let sizes = try? CodedSizes(format, specs, operation: Self.name) else {
      return needs.map { _ in nil }
    }
    // Of the others, only how many there are counts.
    let weight = specs.map { _ in saved.input(0) }
    if format.holdsScales { return [nil] }
    return [nil] + format.gradients(ofNumbers: g, weight, sizes).map { Optional($0) }
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let moving = inputs.indices.dropFirst().map { tangents[$0] ?? inputs[$0].zerosLike() }
    return [apply(self, [inputs[0]] + moving)[0]]
  }

  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.merging(self, Array(batch.inputs.indices))
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? { [format.reference(inputs)] }

  // No code stands for 0: a NaN beside it would be a NaN though nothing depends on it.
  public static let samples = [
    Sample(Dequantize(format: .int8), .integers([3, 5], in: -128..<0, dtype: .int8), .real([3, 1])),
    Sample(Dequantize(format: .int8), .integers([2, 64], in: -128..<0, dtype: .int8), .real([2, 2])),
    Sample(Dequantize(format: .int4), .integers([2, 32], in: 0x31..<0x38, dtype: .uint8), .real([2, 2])),
    Sample(
      Dequantize(format: .int4), .integers([2, 32], in: 0x31..<0x38, dtype: .uint8), .real([2, 1]), .real([2, 1])),
    // Halves of a byte below 60 make a scale below 1.
    Sample(Dequantize(format: .q8_0), .integers([2, 34], in: 1..<60, dtype: .uint8)),
    Sample(Dequantize(format: .q4_0), .integers([2, 36], in: 1..<60, dtype: .uint8)),
    Sample(Dequantize(format: .q4_1), .integers([2, 20], in: 1..<60, dtype: .uint8)),
  ]

  public static let refusals = [
    Refusal(Dequantize(format: .int8), .integers([3, 4], in: 0..<9, dtype: .int8), because: "scales without minima"),
    Refusal(
      Dequantize(format: .int8), .integers([3, 4], in: 0..<9, dtype: .uint8), .real([3, 1]), because: "codes of int8"),
    Refusal(
      Dequantize(format: .int8), .integers([3, 6], in: 0..<9, dtype: .int8), .real([3, 2]), because: "a multiple of 32"),
    Refusal(
      Dequantize(format: .int4), .integers([3, 24], in: 0..<9, dtype: .uint8), .real([3, 1]),
      because: "rows of 16 bytes"),
    Refusal(
      Dequantize(format: .q8_0), .integers([3, 34], in: 0..<9, dtype: .uint8), .real([3, 1]), because: "no scales"),
  ]
}
