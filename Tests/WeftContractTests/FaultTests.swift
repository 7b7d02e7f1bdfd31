import Testing
import WeftContract
import WeftTensor

/// The contract itself: operations with one fault each, which it must find.
@Suite struct FaultTests {
  @Test(arguments: Fault.allCases)
  func theContractFinds(_ fault: Fault) {
    let needsTwo = [.twoInputs, .partialTangents, .batchedTypes].contains(fault)
    // In memory of its own: one of the faults writes into it, while other tests read.
    let values = Faulty.values * 1.0
    let inputs = needsTwo ? [values, values * 2.0] : [values]
    let sample = ContractCase(
      operation: Faulty(fault: fault), inputs: inputs, label: "\(fault)",
      kinds: inputs.map { _ in .real([2, 3]) })
    let check = ContractCheck.all.first { $0.name == fault.foundBy }
    #expect(check != nil, "there is no check named \(fault.foundBy)")
    #expect(check?.run(sample).failures.isEmpty == false, "the contract does not find it")
  }

  @Test(arguments: ContractCheck.all)
  func theContractFindsNothingElse(_ check: ContractCheck) {
    for inputs in [[Faulty.values], [Faulty.values, Faulty.values * 2.0]] {
      let sample = ContractCase(
        operation: Faulty(fault: nil), inputs: inputs, label: "no fault", kinds: inputs.map { _ in .real([2, 3]) })
      let findings = check.run(sample)
      #expect(findings.failures == [])
      #expect(findings.missing == [])
    }
  }
}

/// An activation that takes the comparison with NaN for a side.
private struct HidingNaN: ElementwiseOperation {
  static let name = "hidingNaN"
  static let formula = Formula({ x in maximum(x, 0) }, derivative: { g, x, _ in select(x .> 0, g, 0) })
  static let samples = [Sample(HidingNaN(), .real([2, 3]))]
}

extension FaultTests {
  @Test func theContractFindsANaNThatIsHidden() {
    let report = Contract.check(HidingNaN.self, ContractCheck.all.filter { $0.name.contains("NaN") })
    #expect(report.failures.count == 4)  // the gradient and the tangent, in two types
  }
}

enum Fault: String, CaseIterable, Codable {
  case result, halfPrecision, shape, layout, input, gradient, secondDerivative, halfGradient, twoInputs
  case tangent, tangentDerivative, partialTangents, batch, emptyBatch, batchedGradient, batchedTypes, graph

  var foundBy: String {
    switch self {
    case .result: "results are the definition's"
    case .halfPrecision: "float32, float16 and bfloat16 follow float64"
    case .shape: "results have the shapes and types announced"
    case .layout: "layout in memory does not matter"
    case .input: "inputs stay as they are"
    case .gradient: "the gradient is the slope"
    case .secondDerivative: "the gradient's gradient is its slope"
    case .halfGradient: "gradients in float32, float16 and bfloat16 follow float64"
    case .twoInputs: "no gradient is asked for in vain"
    case .tangent: "the forward rule is the gradient rule's transpose and the slope"
    case .tangentDerivative: "the tangents' gradient is their slope"
    case .partialTangents: "tangents along single inputs add up"
    case .batch, .emptyBatch: "a batch gives what a loop gives"
    case .batchedGradient: "a batch's gradients are a loop's"
    case .batchedTypes: "a batch's types are its examples'"
    case .graph: "nothing is held after backward"
    }
  }
}

/// x² (or x²y), but for its fault.
struct Faulty: TensorOperation {
  static let name = "faulty"
  static let operands: Operands = ["x", .optional("y")]
  static let values = Tensor([[0.5, -1, 2], [1.5, 3, -0.25]], dtype: .float64)
  let fault: Fault?

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs.allSatisfy(\.dtype.isFloatingPoint) else {
      throw TensorError(.dtype, operation: Self.name, expected: "floating-point numbers", got: "others")
    }
    let shape = inputs.dropFirst().reduce(inputs[0].shape) { Shape.broadcast($0, $1.shape) ?? $0 }
    return [TensorSpec(fault == .shape ? [6] : shape, DType.promoted(inputs))]
  }

  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    var x = inputs[0]
    switch fault {
    case .layout:
      x = Tensor(storage: x.storage, shape: x.shape, strides: outputs[0].shape == [] ? [] : [3, 1], dtype: x.dtype)
    case .halfPrecision where x.dtype == .float16: x = x + 0.25
    case .input: Formula { x in x + 1 }.write([], reading: [x], into: [x])
    default: break
    }
    let square = x * x
    if fault == .result { return [square + 1e-9] }
    // Of a batch of scalars the type is that of the examples.
    return [(inputs.count == 2 ? square * inputs[1] : square).converted(to: outputs[0].dtype)]
  }

  func saves(needs: [Bool]) -> Saves { .inputs }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return needs.map { _ in nil } }
    let x = fault == .secondDerivative ? saved.input(0).detach() : saved.input(0)
    var slope = gradient * x * (fault == .gradient ? 2.001 : 2)
    if fault == .graph { slope = enableGrad { gradient * x * 2 } }
    if fault == .halfGradient && x.dtype == .float16 { slope = slope + 1 }
    if fault == .batchedGradient && !x.isPlain { slope = slope * 2 }
    guard needs.count == 2 else { return [slope] }
    // Right only where both gradients are asked for.
    return [slope * saved.input(1), gradient * x * x * (needs[0] || fault != .twoInputs ? 1 : 2)]
  }

  func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    let x = fault == .tangentDerivative ? inputs[0].detach() : inputs[0]
    let factor = fault == .tangent ? 2.001 : 2.0
    guard inputs.count == 2 else { return [tangents[0].map { x * $0 * factor }] }
    let parts = [tangents[0].map { x * $0 * factor * inputs[1] }, tangents[1].map { x * x * $0 }].compactMap { $0 }
    if fault == .partialTangents && parts.count == 1 { return [nil] }
    return [parts.dropFirst().reduce(parts[0]) { $0 + $1 }]
  }

  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    let results = batch.broadcasting(self)
    switch fault {
    case .batch where batch.size > 1: return results.map { $0.sliced(axis: 0, step: -1) }
    case .batchedTypes: return results.map { $0.converted(to: .float64) }
    case .emptyBatch where batch.size == 0: return results.map { $0.unsqueezed(0) }
    default: return results
    }
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let factors = inputs.count == 2 ? inputs[1].values : inputs[0].values.map { _ in 1 }
    return [
      ReferenceArray(shape: inputs[0].shape, values: zip(inputs[0].values, factors).map { $0 * $0 * $1 })
    ]
  }

  static let equation = "y = x²"
  static let samples = [
    Sample(Faulty(fault: nil), .real([2, 3])), Sample(Faulty(fault: nil), .real([2, 3]), .real([2, 3])),
  ]
  static let refusals = [Refusal(Faulty(fault: nil), .real([2]), .integers([2], in: 0..<3), because: "floating-point")]
}

/// Faults that stand only in operations of a certain kind.
@Suite struct RareFaultTests {
  private func failures(_ operation: any TensorOperation.Type, _ check: String) throws -> [String] {
    let check = try #require(ContractCheck.all.first { $0.name == check })
    return Contract.check(operation, [check]).failures.map(\.message)
  }

  @Test func aGradientThatIsWrongBesideInputsOutsideTheBatchIsFound() throws {
    let found = try failures(Lopsided.self, "a batch's gradients are a loop's")
    #expect(found.contains { $0.contains("in inputs [0]:") })
    #expect(found.contains { $0.contains("in inputs [0, 1]:") })
    #expect(!found.contains { $0.contains("in inputs [0, 1, 2]:") })
  }

  @Test func aGradientThatIsMissingForEmptyInputsIsFound() throws {
    let found = try failures(Silent.self, "empty and single-element inputs")
    #expect(found == ["Silent, sample 0, axes of size 0: gradient of [0, 0]: none"])
  }
}

/// x·y·z, whose gradient is of an operation with a faulty rule for batches.
struct Lopsided: TensorOperation {
  static let name = "lopsided"

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [inputs.max { $0.shape.rank < $1.shape.rank } ?? inputs[0]]
  }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * inputs[1] * inputs[2]] }
  func saves(needs: [Bool]) -> Saves { .inputs }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let (x, y, z) = (saved.input(0), saved.input(1), saved.input(2))
    guard let g = gradients[0] else { return [nil, nil, nil] }
    return [g * y * z, LopsidedPart()(g, x, z), g * x * y]
  }
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] { batch.broadcasting(self) }
  static let samples = [Sample(Lopsided(), .real([2]), .real([2]), .real([2]))]
}

/// g·x·z, but twice that where z is not of the batch.
struct LopsidedPart: TensorOperation {
  static let name = "lopsidedPart"

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [inputs.max { $0.shape.rank < $1.shape.rank } ?? inputs[0]]
  }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] * inputs[1] * inputs[2]] }
  func batched(_ batch: Batch) throws(TensorError) -> [Tensor] {
    batch.broadcasting(self).map { batch.isBatched[2] ? $0 : $0 * 2 }
  }
  static let samples = [Sample(LopsidedPart(), .real([2]), .real([2]), .real([2]))]
}

/// 2x, whose gradient does not arrive where there are no elements.
struct Silent: ElementwiseOperation {
  static let name = "silent"
  static let formula = Formula { x in x * 2 }
  static let samples = [Sample(Silent(), .real([2, 3]))]

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    gradients.map { g in g.flatMap { $0.elementCount > 0 ? $0 * 2 : nil } }
  }
}

/// What an operation states, apart from its rules.
@Suite struct FaultyStatementTests {
  @Test func aRefusalThatIsNotRefusedIsFound() {
    let found = Contract.check(Careless.self).failures.filter { $0.check.hasPrefix("wrong inputs") }.map(\.message)
    #expect(found.count == 2)
    #expect(found.first == "Careless, refusal 0: not refused, expected an error with 'positive'")
    #expect(found.last?.hasPrefix("Careless, refusal 1: 'matrix' is not in: [careless]: expected a vector") == true)
  }

  @Test func anAttributeThatIsNotWrittenIsFound() {
    let found = Contract.check(Careless.self).failures.filter { $0.check.contains("read back") }.map(\.message)
    #expect(found.count == 2)
    #expect(found.first?.hasPrefix("Careless, sample 0: ") == true)
    #expect(found.last?.hasPrefix("Careless: the default of 'axis' is of no attribute") == true)
  }

  @Test func whatIsNotStatedIsMissing() {
    let missing = Contract.check(Careless.self).missing.map(\.message)
    #expect(missing.contains("Careless: an `equation`"))
    #expect(missing.contains("Careless, sample 0, in float64: a rule for batches, or `whyNotBatched`"))
    #expect(missing.contains("Careless, sample 0, in float64: a forward rule: `tangents` gives nil"))
    #expect(Contract.check(Faulty.self).missing.isEmpty)
  }
}

/// The identity, in which statements are wrong.
struct Careless: TensorOperation {
  static let name = "careless"
  static let defaults: Attributes = ["axis": 0]
  let factor: Int

  init(factor: Int) { self.factor = factor }
  init(from decoder: any Decoder) { factor = 0 }
  func encode(to encoder: any Encoder) throws { try [String: Int]().encode(to: encoder) }

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    guard inputs[0].shape.rank == 1 else {
      throw TensorError(.shape, operation: Self.name, expected: "a vector", got: "\(inputs[0].shape)")
    }
    return inputs
  }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { inputs }
  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] { gradients }
  static let samples = [Sample(Careless(factor: 2), .real([3]))]
  static let refusals = [
    Refusal(Careless(factor: 2), .real([3]), because: "positive"),
    Refusal(Careless(factor: 2), .real([3, 3]), because: "matrix"),
  ]
}
