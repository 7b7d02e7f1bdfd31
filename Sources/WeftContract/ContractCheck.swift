import WeftTensor

/// One thing every operation must hold to.
public struct ContractCheck: Sendable, CustomStringConvertible {
  /// What `ContractReport.Failure.check` and the reports call it.
  public let name: String
  /// Checks one case; what is wrong goes to the findings.
  let examine: @Sendable (ContractCase, inout Findings) throws -> Void

  public var description: String { name }

  /// Checks one case. An error it meets is a failure too.
  package func run(_ sample: ContractCase) -> Findings {
    var findings = Findings()
    do {
      try examine(sample, &findings)
    } catch {
      findings.fail("\(sample.label): \(error)")
    }
    return findings
  }

  /// Every check, in the order in which they build on each other.
  public static let all: [ContractCheck] = [
    ContractCheck(name: "results are the definition's", examine: definition),
    ContractCheck(name: "float32, float16 and bfloat16 follow float64", examine: reducedPrecision),
    ContractCheck(name: "results have the shapes and types announced", examine: announcedSpecs),
    ContractCheck(name: "layout in memory does not matter", examine: layouts),
    ContractCheck(name: "inputs stay as they are", examine: inputsUnchanged),
    ContractCheck(name: "empty and single-element inputs", examine: extremeSizes),
    ContractCheck(name: "results hold nothing that memory held before", examine: unwritten),
    ContractCheck(name: "the gradient is the slope", examine: firstDerivative),
    ContractCheck(name: "the gradient's gradient is its slope", examine: secondDerivative),
    ContractCheck(name: "gradients in float32, float16 and bfloat16 follow float64", examine: reducedGradients),
    ContractCheck(name: "gradients do not depend on layout", examine: gradientLayouts),
    ContractCheck(name: "one tensor as two inputs gets both gradients", examine: sharedInput),
    ContractCheck(name: "forward and reverse mode agree", examine: forwardMode),
    ContractCheck(name: "the forward rule is the gradient rule's transpose and the slope", examine: tangentRule),
    ContractCheck(name: "tangents along single inputs add up", examine: partialTangents),
    ContractCheck(name: "the tangents' gradient is their slope", examine: tangentDerivative),
    ContractCheck(name: "a batch gives what a loop gives", examine: batchRule),
    ContractCheck(name: "a batch's gradients are a loop's", examine: batchedGradient),
    ContractCheck(name: "a batch's types are its examples'", examine: batchedTypes),
    ContractCheck(name: "a NaN stays visible in derivatives", examine: nanInDerivatives),
    ContractCheck(name: "a NaN stays visible in gradients of reductions", examine: nanInReductions),
    ContractCheck(name: "a NaN reaches nothing that does not depend on it", examine: locality),
    ContractCheck(name: "nothing is held after backward", examine: savedMemory),
    ContractCheck(name: "no gradient is asked for in vain", examine: partialNeeds),
    ContractCheck(name: "wrong inputs are refused with the message stated", examine: refusals),
    ContractCheck(name: "operands are declared, and their number is checked", examine: operands),
    ContractCheck(name: "the operation is read back as it was written", examine: attributes),
    ContractCheck(name: "the equation is stated", examine: equation),
  ]
}
