/// An operation whose kernel can apply a formula in its last pass.
protocol FinishableOperation: TensorOperation {
  /// The results, with the formula applied where there is one.
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec], finishedBy pass: LastPass?) -> [Tensor]
}

extension LastPass: KernelFinish {
  var reads: [Tensor] { operands.compactMap { $0 } }

  /// - Parameter operation: A `FinishableOperation`: plans hand a formula to no other.
  func forward(_ operation: any TensorOperation, _ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    guard let finishable = operation as? any FinishableOperation else {
      return operation.forward(inputs, as: outputs).map { applied(to: $0) }
    }
    return finishable.forward(inputs, as: outputs, finishedBy: self)
  }
}
