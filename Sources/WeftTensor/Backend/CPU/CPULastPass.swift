import CWeft

extension CPUBackend {
  /// What `kernel` fills, which is `result`, with the formula behind it: handed to the kernel where it can be written
  /// over the result as it goes, else afterwards.
  static func finishing(
    _ result: Tensor, by pass: LastPass?, _ kernel: (UnsafePointer<weft_last_pass>?) -> Tensor
  ) -> Tensor {
    guard let pass else { return kernel(nil) }
    guard pass.runsInPlace(of: result) else { return pass.appliedApart(from: kernel(nil)) }
    let operands = pass.operands(with: result)
    let program = pass.formula.program(.of(operands, [result]))
    var found = result
    withScalars(pass.parameters, program, result.dtype, rowLength: 0) { scalars in
      withOperands(operands, [result], shape: result.shape) { _, _, views in
        var description = weft_last_pass(
          program: program.handle, operand_count: Int32(operands.count + 1), operands: views, parameters: scalars)
        found = kernel(&description)
      }
    }
    return found
  }
}

extension LastPass {
  /// The formula by itself, for a result that a kernel just made: over it, where it can.
  func applied(to result: Tensor) -> Tensor {
    if result.isInvalid { return result }
    guard runsInPlace(of: result) else { return appliedApart(from: result) }
    if result.elementCount > 0 { result.backend.map(formula, parameters, operands(with: result), into: [result]) }
    return result
  }

  /// The same in memory of its own.
  fileprivate func appliedApart(from result: Tensor) -> Tensor {
    if result.isInvalid { return result }
    return result.backend.map(formula, parameters, operands(with: result), as: [result.spec])[0]
  }

  /// Whether the formula's result lies where `result` does: as it would by itself, beside its operands.
  func runsInPlace(of result: Tensor) -> Bool {
    operands.allSatisfy { $0?.isPlain ?? true }
      && CPUBackend.strides(for: result.shape, like: operands(with: result)) == result.strides
  }
}
