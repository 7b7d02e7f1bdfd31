import Testing
import WeftTensor

/// One thing every operation must hold to.
struct ContractCheck: Sendable, CustomTestStringConvertible {
  let name: String
  /// Checks one case and gives the number of comparisons it made.
  let run: @Sendable (ContractCase) throws -> Int

  var testDescription: String { name }

  static let all: [ContractCheck] = [
    ContractCheck(name: "results are the definition's") { try definition($0) },
    ContractCheck(name: "float32, float16 and bfloat16 follow float64") { try reducedPrecision($0) },
    ContractCheck(name: "results have the shapes and types announced") { try announcedSpecs($0) },
    ContractCheck(name: "layout in memory does not matter") { try layouts($0) },
    ContractCheck(name: "inputs stay as they are") { try inputsUnchanged($0) },
    ContractCheck(name: "empty and single-element inputs") { try extremeSizes($0) },
    ContractCheck(name: "the gradient is the slope") { try firstDerivative($0) },
    ContractCheck(name: "the gradient's gradient is its slope") { try secondDerivative($0) },
    ContractCheck(name: "gradients do not depend on layout") { try gradientLayouts($0) },
    ContractCheck(name: "one tensor as two inputs gets both gradients") { try sharedInput($0) },
    ContractCheck(name: "forward and reverse mode agree") { try forwardMode($0) },
    ContractCheck(name: "nothing is held after backward") { try savedMemory($0) },
    ContractCheck(name: "no gradient is asked for in vain") { try partialNeeds($0) },
  ]
}
