/// y = x·Wᵀ over the last axis of x, of a weight W in codes, which stays what it is: few rows of x read the codes, for
/// many a part of W at a time becomes numbers. Before 32,768 and more codes of ggml's blocks, few rows may be rounded
/// to 16 bits, each number by at most a 65,534th of the largest of its 32. Gradients: dx = g·W; those of W's scales and
/// minima follow from gᵀ·x.
public struct QuantizedLinear: TensorOperation {
  public static let name = "quantizedLinear"
  public static let operands: Operands = ["x", "codes", .optional("scales"), .optional("minima")]
  public static let equation = "y = x·Wᵀ, W from its codes"
  /// What the codes are.
  public let format: CodeFormat

  public init(format: CodeFormat) { self.format = format }

  public func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    let sizes = try CodedSizes(format, Array(inputs.dropFirst()), operation: Self.name)
    return [try sizes.product(with: inputs[0], operation: Self.name)]
  }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let (x, weight, dtype) = (inputs[0], Array(inputs.dropFirst()), outputs[0].dtype)
    guard let sizes = try? CodedSizes(format, weight.map(\.spec), operation: Self.name) else { return [.invalid] }
    if dtype == .float64 {
      let numbers = sizes.dtype == .float64 ? format.numbers(weight, sizes, as: .float64) : dequantized(weight)
      return [linear(x.converted(to: dtype), weight: numbers)]
    }
    let rows = x.converted(to: .float32).rows(of: sizes.inputs)
    let y = inputs.backend.quantizedLinear(format, rows, weight, sizes)
    return [y.isInvalid ? y : y.converted(to: dtype).reshaped(to: outputs[0].shape)]
  }

  /// W.
  private func dequantized(_ weight: [Tensor]) -> Tensor { apply(Dequantize(format: format), weight)[0] }

  public func saves(needs: [Bool]) -> Saves {
    let weight = needs.indices.dropFirst().reduce(into: Saves()) { $0.insert(.input($1)) }
    return needs.dropFirst(2).contains(true) ? weight.union(.input(0)) : weight
  }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let g = gradients[0] else { return needs.map { _ in nil } }
    let specs = Array(saved.inputSpecs.dropFirst())
    let weight = specs.indices.map { saved.input($0 + 1) }
    // As the product itself: in the wider type of the gradient and the numbers, and then in that of what it is for.
    let numbers = needs[0] ? dequantized(weight) : nil
    let ofInput = numbers.map { numbers in
      let dtype = DType.promoted(g.dtype, numbers.dtype)
      return matmul(g.converted(to: dtype), numbers.converted(to: dtype)).converted(to: saved.inputSpecs[0].dtype)
    }
    guard needs.dropFirst(2).contains(true), let sizes = try? CodedSizes(format, specs, operation: Self.name) else {
      return [ofInput] + specs.map { _ in nil }
    }
    let dtype = DType.promoted(g.dtype, sizes.dtype)
    let x = saved.input(0).converted(to: dtype).rows(of: sizes.inputs)
    let ofNumbers = matmul(g.converted(to: dtype).rows(of: sizes.outputs).transposed(), x)
    let ofScales = format.gradients(ofNumbers: ofNumbers, weight, sizes)
    return [ofInput, nil] + zip(ofScales, specs.dropFirst()).map { $0.converted(to: $1.dtype) }
  }

  /// Linear in the input, and in scales and minima together.
  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let dtype = outputs[0].dtype
    func product(_ operands: [Tensor]) -> Tensor { apply(self, operands)[0].converted(to: dtype) }
    let ofInput = tangents[0].map { product([$0] + inputs.dropFirst()) }
    guard tangents.dropFirst(2).contains(where: { $0 != nil }) else { return [ofInput] }
    let moving = inputs.indices.dropFirst(2).map { tangents[$0] ?? inputs[$0].zerosLike() }
    return [added(ofInput, product([inputs[0], inputs[1]] + moving))]
  }

  /// One product of all rows where the weight is the same for every example, else a batch of products with its numbers.
  public func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    guard batch.isBatched.dropFirst().contains(true) else { return apply(self, batch.inputs) }
    if batch.size == 0 { return batch.looping(self) }
    let parts = batch.inputs.indices.dropFirst().map { batch.whole($0).flattened(from: 0, through: 1) }
    let numbers = dequantized(parts)
    let (outputs, x) = (batch.specs[1].shape[0], batch.specs[0].shape)
    let weight = numbers.reshaped(batch.size, outputs, numbers.shape[1])
    let dtype = DType.promoted([batch.specs[0], weight.spec])
    let rows = batch.whole(0).reshaped(batch.size, x.axes.dropLast().reduce(1, *), x[-1]).converted(to: dtype)
    let y = rows.matmul(weight.converted(to: dtype).transposed())
    let joined = dtype == .float64 ? dtype : batch.specs[0].dtype
    return [y.converted(to: joined).reshaped(to: batch.whole(Shape(x.sizes.dropLast() + [outputs])))]
  }

  public func floatingPointOperations(_ inputs: [TensorSpec], _ outputs: [TensorSpec]) -> Int? {
    2 &* outputs[0].shape.elementCount &* inputs[0].shape[-1]
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [.product(inputs[0], format.reference(Array(inputs.dropFirst())))]
  }

  // No code stands for 0: a NaN beside it would be a NaN though nothing depends on it. As the halves of a scale, the
  // bytes make one below 1.
  public static let samples = [
    Sample(
      QuantizedLinear(format: .int8), .real([2, 5]), .integers([3, 5], in: 1..<9, dtype: .int8), .real([3, 1])),
    Sample(QuantizedLinear(format: .int8), .real([64]), .integers([2, 64], in: 1..<9, dtype: .int8), .real([2, 2])),
    Sample(
      QuantizedLinear(format: .int4), .real([2, 2, 32]), .integers([3, 16], in: 0x31..<0x38, dtype: .uint8),
      .real([3, 1])),
    Sample(
      QuantizedLinear(format: .int4), .real([2, 64]), .integers([2, 32], in: 0x31..<0x38, dtype: .uint8),
      .real([2, 2]),
      .real([2, 2])),
    Sample(QuantizedLinear(format: .q8_0), .real([10, 32]), .integers([3, 34], in: 0x31..<0x38, dtype: .uint8)),
    Sample(QuantizedLinear(format: .q4_0), .real([1, 64]), .integers([3, 36], in: 0x31..<0x38, dtype: .uint8)),
    Sample(QuantizedLinear(format: .q4_1), .real([0, 32]), .integers([3, 20], in: 0x31..<0x38, dtype: .uint8)),
    Sample(QuantizedLinear(format: .q4_1), .real([2, 32]), .integers([3, 20], in: 0x31..<0x38, dtype: .uint8)),
  ]

  public static let refusals = [
    Refusal(
      QuantizedLinear(format: .q8_0), .real([2, 31]), .integers([3, 34], in: 0..<9, dtype: .uint8),
      because: "an input whose last axis is 32"),
    Refusal(
      QuantizedLinear(format: .q8_0), .real([]), .integers([3, 34], in: 0..<9, dtype: .uint8),
      because: "an input whose last axis is 32"),
    Refusal(
      QuantizedLinear(format: .int4), .real([2, 32]), .integers([3, 16], in: 0..<9, dtype: .uint8), because: "scales"),
  ]
}

extension CodedSizes {
  /// The spec of x·Wᵀ.
  ///
  /// - Throws: `TensorError` for an input that does not fit.
  func product(with input: TensorSpec, operation: String) throws(TensorError) -> TensorSpec {
    guard input.dtype.isFloatingPoint else {
      throw TensorError(
        .dtype, operation: operation, operands: [("x", input)], expected: "a floating-point input",
        got: "\(input.dtype)")
    }
    guard input.shape.rank > 0, input.shape[-1] == inputs else {
      throw TensorError(
        .shape, operation: operation, operands: [("x", input)], expected: "an input whose last axis is \(inputs)",
        got: "\(input.shape)")
    }
    let joined = input.dtype == .float64 || dtype == .float64 ? DType.float64 : input.dtype
    return TensorSpec(Shape(input.shape.sizes.dropLast() + [outputs]), joined)
  }
}

extension Tensor {
  /// All axes but the last, of `width`, joined to one; dense in memory.
  func rows(of width: Int) -> Tensor {
    reshaped(shape.axes.dropLast().reduce(1, *), width).contiguous()
  }
}

extension ReferenceArray {
  /// x·Wᵀ over the last axis of x.
  static func product(_ x: ReferenceArray, _ weight: ReferenceArray) -> ReferenceArray {
    ReferenceArray(shape: x.shape.dropLast() + [weight.shape[0]]) { index in
      let (row, out) = (index.dropLast(), index[index.count - 1])
      return (0..<weight.shape[1]).reduce(0) { $0 + x[row + [$1]] * weight[[out, $1]] }
    }
  }
}
