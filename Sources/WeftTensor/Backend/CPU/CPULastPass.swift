import CWeft

extension CPUBackend {
  /// Hands over a formula for the kernel that is about to fill `result`; nil where there is none, or it cannot be
  /// written over the result as it goes: that is done afterwards then.
  static func withLastPass(
    _ pass: LastPass?, _ result: Tensor, _ body: (UnsafePointer<weft_last_pass>?) -> Int32
  ) -> Int32 {
    guard let pass, pass.runsInPlace(of: result) else { return body(nil) }
    let operands = pass.operands(with: result)
    let program = pass.formula.program(.of(operands, [result]))
    var status: Int32 = 0
    withScalars(pass.parameters, program, result.dtype, rowLength: 0) { scalars in
      withOperands(operands, [result], shape: result.shape) { _, _, views in
        var description = weft_last_pass(
          program: program.handle, operand_count: Int32(operands.count + 1), operands: views, parameters: scalars)
        status = body(&description)
      }
    }
    return status
  }

  /// The result after a kernel that was handed this pass.
  static func finished(_ result: Tensor, by pass: LastPass?) -> Tensor {
    guard let pass, !pass.runsInPlace(of: result) else { return result }
    return pass.applied(to: result)
  }
}

extension LastPass {
  /// The formula by itself, for a result that a kernel just made: over it, where it can.
  func applied(to result: Tensor) -> Tensor {
    if result.isInvalid { return result }
    let operands = operands(with: result)
    guard runsInPlace(of: result) else {
      return result.backend.map(formula, parameters, operands, as: [result.spec])[0]
    }
    if result.elementCount > 0 { result.backend.map(formula, parameters, operands, into: [result]) }
    return result
  }

  /// Whether the formula's result lies where `result` does: as it would by itself, beside its operands.
  func runsInPlace(of result: Tensor) -> Bool {
    operands.allSatisfy { $0?.isPlain ?? true }
      && CPUBackend.strides(for: result.shape, like: operands(with: result)) == result.strides
  }
}
