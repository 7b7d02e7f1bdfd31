// Swift's numbers of two types beside each other, as in `x * (f + d)`.
//
// Swift has no operator for them, so without these such a formula has no solution, and the compiler looks for one for
// seconds, at the end of which it gives up and names nothing. With them it finds one that no program can use, and says
// at the operator what to write. Only a conformance that is unavailable is left for last: unavailable operators are not
// tried in time, and others are chosen for literals, as in `1 / 2 + 0.25`. The result is no tensor: as one it would fit
// everywhere, and a right formula would take long too.

/// A number beside one of another type, which Swift has no operators for.
public protocol MixedNumber {}

/// What an operator between numbers of two types would give, for the compiler to go on with.
public struct MixedNumbers: FormulaNumber, MixedNumber {
  public var asTensor: Tensor { .invalid }
}

@available(*, unavailable, message: "an operator takes two numbers of one type: write `Float(n) * f`, `Double(n) * d`")
extension Int: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `Float(n) * f`, `Double(n) * d`")
extension Int8: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `Float(n) * f`, `Double(n) * d`")
extension Int16: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `Float(n) * f`, `Double(n) * d`")
extension Int32: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `Float(n) * f`, `Double(n) * d`")
extension Int64: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `Float(n) * f`, `Double(n) * d`")
extension UInt8: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `Float(n) * f`, `Double(n) * d`")
extension UInt16: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `Float(n) * f`, `Double(n) * d`")
extension UInt32: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `f * Float(n)`, `Double(f) * d`")
extension Float: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `f * Float(n)`, `Double(f) * d`")
extension Float16: MixedNumber {}
@available(*, unavailable, message: "an operator takes two numbers of one type: write `d * Double(n)`, `d * Double(f)`")
extension Double: MixedNumber {}
@available(*, unavailable, message: "a text is no number; `Double(text)` reads one")
extension String: MixedNumber {}
@available(*, unavailable, message: "a text is no number; `Double(text)` reads one")
extension Substring: MixedNumber {}
@available(*, unavailable, message: "write `flag ? 1 : 0`")
extension Bool: MixedNumber {}
@available(*, unavailable, message: "an array is no tensor: write `Tensor(numbers)`, or `stacked(tensors)`")
extension Array: MixedNumber {}
@available(*, unavailable, message: "it may be nil: unwrap it, or say what stands for nil, as in `x ?? 0`")
extension Optional: MixedNumber {}

extension MixedNumber {
  /// What numbers of two types are added by in vain.
  @_disfavoredOverload public static func + (a: Self, b: some FormulaNumber) -> MixedNumbers { MixedNumbers() }
  /// What numbers of two types are subtracted by in vain.
  @_disfavoredOverload public static func - (a: Self, b: some FormulaNumber) -> MixedNumbers { MixedNumbers() }
  /// What numbers of two types are multiplied by in vain.
  @_disfavoredOverload public static func * (a: Self, b: some FormulaNumber) -> MixedNumbers { MixedNumbers() }
  /// What numbers of two types are divided by in vain.
  @_disfavoredOverload public static func / (a: Self, b: some FormulaNumber) -> MixedNumbers { MixedNumbers() }
}
