import Testing
import WeftContract
import WeftTensor

/// The contract itself: operations with one fault each, which it must find.
@Suite struct FaultTests {
  @Test(arguments: Fault.allCases)
  func theContractFinds(_ fault: Fault) {
    let inputs = fault == .twoInputs ? [Faulty.values, Faulty.values * 2.0] : [Faulty.values]
    let sample = ContractCase(operation: Faulty(fault: fault), inputs: inputs, label: "\(fault)")
    let check = ContractCheck.all.first { $0.name == fault.foundBy }
    #expect(check != nil, "there is no check named \(fault.foundBy)")
    #expect(check?.run(sample).failures.isEmpty == false, "the contract does not find it")
  }

  @Test(arguments: ContractCheck.all)
  func theContractFindsNothingElse(_ check: ContractCheck) {
    let sample = ContractCase(operation: Faulty(fault: nil), inputs: [Faulty.values], label: "no fault")
    #expect(check.run(sample).failures == [])
  }
}

enum Fault: String, CaseIterable, Codable {
  case result, halfPrecision, shape, layout, input, gradient, secondDerivative, twoInputs

  var foundBy: String {
    switch self {
    case .result: "results are the definition's"
    case .halfPrecision: "float32, float16 and bfloat16 follow float64"
    case .shape: "results have the shapes and types announced"
    case .layout: "layout in memory does not matter"
    case .input: "inputs stay as they are"
    case .gradient: "the gradient is the slope"
    case .secondDerivative: "the gradient's gradient is its slope"
    case .twoInputs: "no gradient is asked for in vain"
    }
  }
}

/// x² (or x²y), but for its fault.
struct Faulty: Operation {
  static let name = "faulty"
  static let values = Tensor([[0.5, -1, 2], [1.5, 3, -0.25]], dtype: .float64)
  let fault: Fault?

  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] {
    [TensorSpec(fault == .shape ? [6] : inputs[0].shape, inputs[0].dtype)]
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
    return [inputs.count == 2 ? square * inputs[1] : square]
  }

  func saves(needs: [Bool]) -> Saves { .inputs }

  func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    guard let gradient = gradients[0] else { return needs.map { _ in nil } }
    let x = fault == .secondDerivative ? saved.input(0).detach() : saved.input(0)
    let slope = gradient * x * (fault == .gradient ? 2.001 : 2)
    guard needs.count == 2 else { return [slope] }
    // Right only where both gradients are asked for.
    return [slope * saved.input(1), gradient * x * x * (needs[0] ? 1 : 2)]
  }

  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray(shape: inputs[0].shape, values: inputs[0].values.map { $0 * $0 })]
  }

  static let samples = [Sample(Faulty(fault: nil), .real([2, 3]))]
}
