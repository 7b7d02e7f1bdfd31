import WeftTensor

extension Operator {
  /// Functions of one number.
  static let functions: [Operator] = [
    .unary("Abs") { $0.abs() }, .unary("Acos") { $0.acos() }, .unary("Acosh") { $0.acosh() },
    .unary("Asin") { $0.asin() }, .unary("Asinh") { $0.asinh() }, .unary("Atan") { $0.atan() },
    .unary("Atanh") { $0.atanh() }, .unary("Ceil") { $0.ceil() }, .unary("Cos") { $0.cos() },
    .unary("Cosh") { $0.cosh() }, .unary("Erf") { $0.erf() }, .unary("Exp") { $0.exp() },
    .unary("Floor") { $0.floor() }, .unary("Log") { $0.log() }, .unary("Neg") { -$0 },
    .unary("Reciprocal") { $0.reciprocal() }, .unary("Round") { $0.round() }, .unary("Sign") { $0.sign() },
    .unary("Sin") { $0.sin() }, .unary("Sinh") { $0.sinh() }, .unary("Sqrt") { $0.sqrt() },
    .unary("Tan") { $0.tan() }, .unary("BitwiseNot") { $0.bitwiseNot() },
    .test("Not") { $0.logicalNot() }, .test("IsNaN") { $0.isNaN() },
    Operator("IsInf") { call in
      let x = try call.tensor(0)
      let (negative, positive) = (
        try call.attributes.flag("detect_negative", true), try call.attributes.flag("detect_positive", true)
      )
      if negative, positive { return x.isInfinite() }
      if negative { return x.isNegativeInfinity() }
      return positive ? x.isPositiveInfinity() : Tensor(zeros: x.shape, dtype: .bool)
    },
  ]
}
