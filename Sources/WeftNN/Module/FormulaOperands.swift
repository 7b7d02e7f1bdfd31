import WeftTensor

// What holds tensors and is none: the compiler says so at the operand, at once, as of texts and arrays.

@available(*, unavailable, message: "write `parameter.tensor`")
extension Parameter: FormulaNumber { public var asTensor: Tensor { Tensor(zeros: []) } }
@available(*, unavailable, message: "a module is no tensor: apply it, as in `layer(x)`")
extension Module: FormulaNumber { public var asTensor: Tensor { Tensor(zeros: []) } }
