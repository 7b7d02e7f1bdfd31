import WeftTensor

/// One operation under the contract.
package struct ContractOperation: Sendable, CustomStringConvertible {
  package let typeName: String
  package let type: any TensorOperation.Type

  package init(_ type: any TensorOperation.Type) {
    self.type = type
    typeName = "\(type)"
  }

  package var description: String { "\(typeName) (\(type.name))" }

  /// The samples of the operation, drawn: the same values every time.
  package var cases: [ContractCase] {
    type.samples.enumerated().map { number, sample in
      let inputs = sample.inputs.enumerated().map { $1.draw(seed: UInt64(1000 * number + $0 + 1)) }
      return ContractCase(
        operation: sample.operation, inputs: inputs, label: "\(typeName), sample \(number)", kinds: sample.inputs,
        number: number)
    }
  }
}

/// An operation with its attributes, and inputs for it.
package struct ContractCase: Sendable {
  package let operation: any TensorOperation
  package var inputs: [Tensor]
  package var label: String
  /// What the inputs were drawn from.
  var kinds: [SampleInput]
  /// The sample's place among the operation's.
  let number: Int

  package init(
    operation: any TensorOperation, inputs: [Tensor], label: String, kinds: [SampleInput] = [], number: Int = 0
  ) {
    self.operation = operation
    self.inputs = inputs
    self.label = label
    self.kinds = kinds
    self.number = number
  }

  var isElementwise: Bool { operation is any ElementwiseOperation }
  package var isFormula: Bool { isElementwise || operation is any RowOperation || operation is FormulaMap }
  var isDifferentiable: Bool { type(of: operation).whyNotDifferentiable == nil }
  var kind: Tolerance.Kind { isElementwise ? .elementwise : .other }

  /// The places of the floating-point inputs.
  var floating: [Int] { inputs.indices.filter { inputs[$0].dtype.isFloatingPoint } }

  /// The same case with every floating-point input in `dtype`.
  func converted(to dtype: DType) -> ContractCase {
    with(inputs.map { $0.dtype.isFloatingPoint ? $0.converted(to: dtype) : $0 }, "in \(dtype)")
  }

  package func with(_ inputs: [Tensor], _ what: String) -> ContractCase {
    ContractCase(operation: operation, inputs: inputs, label: "\(label), \(what)", kinds: kinds, number: number)
  }

  func replacing(_ index: Int, by tensor: Tensor, _ what: String) -> ContractCase {
    var inputs = inputs
    inputs[index] = tensor
    return with(inputs, "input \(index) \(what)")
  }

  /// What the operation gives; an error where it refuses the inputs.
  package func run() throws -> [Tensor] {
    let operation = operation
    let count = try operation.checkedOutputs(for: inputs.map(\.spec)).count
    return Array(try withTensorErrors { apply(operation, inputs) }.prefix(count))
  }

  /// The message of the error that `body` ends in.
  func error(_ body: () throws -> Void) -> String? {
    do { try withTensorErrors(body) } catch { return "\(error)" }
    return nil
  }

  /// What the operation gives, or nil where it does not take inputs of these types or sizes.
  func runIfAccepted() throws -> [Tensor]? {
    do { return try run() } catch let error as TensorError where [.dtype, .shape, .value].contains(error.code) {
      return nil
    }
  }

  /// The floating-point results as a function of the floating-point inputs.
  func function(_ floats: [Tensor]) throws -> [Tensor] {
    var inputs = inputs
    for (place, tensor) in zip(floating, floats) { inputs[place] = tensor }
    return try with(inputs, "").run().filter(\.dtype.isFloatingPoint)
  }

  var floats: [Tensor] { floating.map { inputs[$0] } }
}
