/// Runs an operation. Every operation of the library passes here, and whoever wants to know of calls, or to change them,
/// stands behind this (`Note: The door`).
public func apply(_ operation: any TensorOperation, _ inputs: [Tensor]) -> [Tensor] {
  // An existential, not a generic parameter: a copy of all this for each operation would make builds slow and the binary
  // large, and save nothing.
  let modes = Modes.current
  RunningRecordings.noteUse(of: inputs)
  return modes.interpreters[0].interpret(Call(operation, inputs, modes))
}

/// What a failed operation gives inside `withTensorErrors`: enough for any that is indexed by a constant.
let invalidResults = Array(repeating: Tensor.invalid, count: 8)
