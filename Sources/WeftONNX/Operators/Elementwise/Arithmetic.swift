import WeftTensor

extension Operator {
  /// Two or more numbers, element by element.
  static let arithmetic: [Operator] = [
    .binary("Add") { $0 + $1 }, .binary("Sub") { $0 - $1 }, .binary("Mul") { $0 * $1 },
    .binary("Div") { $0.dtype.isFloatingPoint ? $0 / $1 : $0.truncatedDivided(by: $1) },
    .binary("And") { $0.logicalAnd($1) }, .binary("Or") { $0.logicalOr($1) }, .binary("Xor") { $0.logicalXor($1) },
    Operator("Equal") { call in
      guard try call.value(0).texts != nil else {
        let (a, b) = try call.operands()
        return a .== b
      }
      let (shape, areEqual) = try call.texts(0).paired(with: try call.texts(1)) { $0.utf8.elementsEqual($1.utf8) }
      return Tensor(areEqual, shape: shape)
    },
    .binary("Greater") { $0 .> $1 }, .binary("GreaterOrEqual") { $0 .>= $1 },
    .binary("Less") { $0 .< $1 }, .binary("LessOrEqual") { $0 .<= $1 },
    .binary("BitwiseAnd") { $0.bitwiseAnd($1) }, .binary("BitwiseOr") { $0.bitwiseOr($1) },
    .binary("BitwiseXor") { $0.bitwiseXor($1) },
    Operator("BitShift") { call in
      let (a, b) = try call.operands()
      return try call.attributes.text("direction") == "LEFT" ? a.bitsShiftedLeft(by: b) : a.bitsShiftedRight(by: b)
    },
    // An exponent that is an initializer is part of the formula; a computed one has its gradient.
    Operator("Pow", fixed: [1]) { call in
      let (base, exponent) = try call.operands()
      let result = base.pow(exponent.dtype == base.dtype ? exponent : exponent.converted(to: wide(base, exponent)))
      return result.converted(to: base.dtype)
    },
    Operator("Mod") { call in
      let (a, b) = try call.operands()
      return try call.attributes.flag("fmod") ? fmod(a, b) : a % b
    },
    Operator("Sum") { try $0.tensors().combined(+) },
    Operator("Mean") { call in
      let all = try call.tensors()
      return try all.combined(+) / Double(all.count)
    },
    Operator("Max") { try $0.tensors().combined { maximum($0, $1) } },
    Operator("Min") { try $0.tensors().combined { minimum($0, $1) } },
    Operator("Where") { Tensor.where(try $0.tensor(0), try $0.tensor(1), try $0.tensor(2)) },
    Operator("Clip", fixed: [1, 2]) { call in
      let x = try call.tensor(0)
      let low = try call.attributes.float("min").map { Tensor($0, dtype: x.dtype) } ?? call.tensorIfAny(1)
      let high = try call.attributes.float("max").map { Tensor($0, dtype: x.dtype) } ?? call.tensorIfAny(2)
      return x.clamped(low: low, high: high)
    },
  ]

  /// The type in which a power is computed whose exponent has another type than its base.
  private static func wide(_ base: Tensor, _ exponent: Tensor) -> DType {
    base.dtype.isFloatingPoint && !exponent.dtype.isFloatingPoint ? base.dtype : exponent.dtype
  }
}

extension [Tensor] {
  /// All of them joined by an operation of two.
  fileprivate func combined(_ join: (Tensor, Tensor) -> Tensor) throws -> Tensor {
    guard let first else { throw NodeFailure(expected: "at least one input", got: "none") }
    return dropFirst().reduce(first, join)
  }
}
