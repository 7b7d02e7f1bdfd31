// Swift's operators and conversions for one Bool or one number: for tensors the compiler says what is written instead.

extension Tensor {
  @available(*, unavailable, message: "write `.!x`")
  public static prefix func ! (x: Tensor) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `a .& b`")
  public static func && (a: Tensor, b: Tensor) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `a .| b`")
  public static func || (a: Tensor, b: Tensor) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `x.pow(2)`; of bits `bitwiseXor(_:)`")
  public static func ^ (x: Tensor, exponent: some FormulaNumber) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `a.pow(b)`; of bits `a.bitwiseXor(b)`")
  public static func ^ (a: Tensor, b: Tensor) -> Tensor { .invalid }
}

@available(*, unavailable, message: "write `x.pow(_:)`")
public func pow(_: Tensor, _: some TensorOperand) -> Tensor { .invalid }

extension Float {
  @available(*, unavailable, message: "write `x.item(as: Float.self)`")
  @_disfavoredOverload public init(_: Tensor) { self = 0 }
}

extension Double {
  @available(*, unavailable, message: "write `x.item()`")
  @_disfavoredOverload public init(_: Tensor) { self = 0 }
}

extension Int {
  @available(*, unavailable, message: "write `x.item(as: Int.self)`")
  @_disfavoredOverload public init(_: Tensor) { self = 0 }
}
