/// The sum or the mean over all elements of what an elementwise operation gives, in one pass over memory: most losses.
/// Gradient: the operation's own, for g or g/n at each element.
///
/// The derivative of the operation's formula must not read the formula's value, which is nowhere kept.
package struct ElementwiseTotal: TensorOperation {
  package static let name = "elementwiseTotal"
  package static let equation = "Σ f(xᵢ), or Σ f(xᵢ) / n"
  package static let operands: Operands = [.repeated("x")]
  package static var autocastRule: AutocastRule { .float32 }

  package let element: AnyElementwise
  package let isMean: Bool

  /// Nil where the derivative reads the value.
  package init?(_ operation: some ElementwiseOperation, isMean: Bool) {
    (element, self.isMean) = (AnyElementwise(operation), isMean)
    guard element.hasTotal else { return nil }
  }

  private var formula: Formula { element.formula }
  private var parameters: [Double] { element.operation.parameters }

  package func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard element.hasTotal else {
      throw TensorError(
        .value, operation: Self.name, expected: "a formula of one result whose derivative does not read it",
        got: type(of: element.operation).name)
    }
    try formula.checkCount(inputs, operation: Self.name)
    let dtype = try element.operation.outputs(for: inputs)[0].dtype
    return [TensorSpec([], isMean ? dtype.floating : Sum().resultType(of: dtype))]
  }

  package func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard isMean else { return [Tensor.reduce(formula, parameters, by: .sum, nil, inputs, as: outputs[0])] }
    let wide = TensorSpec([], outputs[0].dtype.statistics)
    let sum = Tensor.reduce(formula, parameters, by: .sum, nil, inputs, as: wide)
    // The mean may be a number where the sum is none: `Mean` looks a second time.
    let shape = shape(of: inputs.map(\.spec))
    guard SecondLook(at: sum) == nil else {
      let values = inputs.backend.map(formula, parameters, inputs, as: [TensorSpec(shape, outputs[0].dtype)])
      return Mean().forward(values, as: outputs)
    }
    return sum.backend.map(Mean.quotient, [Double(shape.elementCount)], [sum], as: outputs)
  }

  /// That of the errors.
  private func shape(of inputs: [TensorSpec]) -> Shape {
    (try? broadcastShape(of: inputs, operation: Self.name)) ?? []
  }

  package func saves(needs: [Bool]) -> Saves { formula.gradient(needs: needs).saves }

  package func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let shape = shape(of: saved.inputSpecs)
    // As wide as the errors were: a derivative may read nothing that is.
    let g = gradients[0].map { (isMean ? $0 / Double(shape.elementCount) : $0).expanded(to: shape) }
    return formula.gradient(needs: needs).evaluate([g], saved, parameters: parameters, axis: nil)
  }

  /// The total of the formula's tangent.
  package func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let derived = formula.tangent(moving: tangents.map { $0 != nil })
    guard let formula = derived.formula, let place = derived.outputs[0] else { return [nil] }
    let operands = derived.operands(tangents, inputs, outputs, isWide: true)  // outputs are never read: see above
    let axes = Array(0..<operands[0].rank)
    let dtype = outputs[0].dtype
    let wide = isMean ? dtype.statistics : dtype
    let sums = apply(FormulaSum(formula: formula, parameters: parameters, axes: axes, dtype: wide), operands)
    let sum = sums[place].reshaped(to: [])
    return [isMean ? (sum / Double(operands[0].elementCount)).converted(to: dtype) : sum]
  }

  /// What the operation gives for all examples, and the total of each.
  package func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let values = batch.broadcasting(element.operation)[0]
    let axes = Array(1..<values.rank)
    return [isMean ? values.mean(axes: axes) : values.sum(axes: axes)]
  }

  package func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    ReferenceArray.map(formula, parameters, inputs).map { values in
      ReferenceArray.reduce(values, nil, false) { $0.reduce(0, +) / (isMean ? Double($0.count) : 1) }
    }
  }

  package static let samples = [true, false].flatMap { isMean in
    [
      sample(SquaredError(), isMean, .real([2, 3]), .real([2, 3])),
      sample(AbsoluteError(), isMean, .real([2, 3], in: 0...1), .real([3], in: 1.1...2)),
      sample(HuberError(delta: 0.5), isMean, .real([2, 3], in: 0...1), .real([2, 3], in: 2.2...3)),
      sample(SmoothL1Error(beta: 0.5), isMean, .real([2, 3], in: 0...0.2), .real([2, 3], in: 0...0.2)),
      sample(
        LogisticError(), isMean, .real([2, 3], avoiding: [0]), .real([2, 3], in: 0...1), .real([3], in: 0.5...2)),
      sample(ProbabilityError(), isMean, .real([2, 3], in: 0.05...0.95), .real([2, 3], in: 0...1)),
      sample(RelativeEntropy(), isMean, .real([2, 3], in: -3 ... -0.1), .real([2, 3], in: 0.1...1)),
      sample(Add(), isMean, .real([2, 3]), .real([3])),
    ].compactMap(\.self)
  }

  /// What a file may say and no caller does.
  private static func unfit(_ operation: some ElementwiseOperation) -> ElementwiseTotal {
    ElementwiseTotal(element: AnyElementwise(operation), isMean: true)
  }

  private init(element: AnyElementwise, isMean: Bool) { (self.element, self.isMean) = (element, isMean) }

  private static func sample(
    _ operation: some ElementwiseOperation, _ isMean: Bool, _ inputs: SampleInput...
  ) -> Sample? {
    ElementwiseTotal(operation, isMean: isMean).map { Sample($0, inputs: inputs) }
  }

  package static let refusals = [
    Refusal(samples[0].operation, .real([2]), .real([3]), because: "broadcast"),
    Refusal(samples[3].operation, .real([2]), because: "2 operands"),
    Refusal(unfit(Exp()), .real([2]), because: "whose derivative does not read it"),
  ]
}

/// An elementwise operation of whatever type, as an attribute of another: written as its name and its attributes.
package struct AnyElementwise: Hashable, Codable, Sendable {
  package let operation: any ElementwiseOperation

  package init(_ operation: any ElementwiseOperation) { self.operation = operation }

  package var formula: Formula { type(of: operation).formula }

  /// Whether it has one result, which its derivative does not read: nothing keeps it.
  var hasTotal: Bool {
    let needs = Array(repeating: true, count: formula.inputCount)
    return formula.outputs.count == 1 && formula.gradient(needs: needs).saves.isDisjoint(with: .outputs)
  }

  package static func == (a: Self, b: Self) -> Bool { AnyHashable(a.operation) == AnyHashable(b.operation) }

  package func hash(into hasher: inout Hasher) { operation.hash(into: &hasher) }

  private enum CodingKeys: String, CodingKey { case name, attributes }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(type(of: operation).name, forKey: .name)
    try container.encode(operation, forKey: .attributes)
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .name)
    guard let kind = OperationList.operation(named: name) as? any ElementwiseOperation.Type else {
      throw DecodingError.dataCorruptedError(
        forKey: .name, in: container, debugDescription: "'\(name)' is no elementwise operation of the library")
    }
    operation = try container.decode(kind, forKey: .attributes)
  }
}
