// What stands beside a tensor in a formula, and what does not: for that the compiler says so at the operand, at once.
//
// Without the conformances below, which no program can use, a formula with a wrong operand has no solution, and the
// search for what may have been meant takes the compiler seconds, at the end of which it often gives up.

/// What may stand beside a tensor in a formula: Swift's numbers.
public protocol FormulaNumber {
  /// The number as a tensor without axes.
  var asTensor: Tensor { get }
  /// The number as Double.
  var asDouble: Double { get }
}
extension FormulaNumber {
  public var asDouble: Double { asTensor.item() }
}

@available(*, unavailable, message: "a text is no number; `Double(text)` reads one")
extension String: FormulaNumber { public var asTensor: Tensor { .invalid } }
@available(*, unavailable, message: "a text is no number; `Double(text)` reads one")
extension Substring: FormulaNumber { public var asTensor: Tensor { .invalid } }
@available(*, unavailable, message: "write `flag ? 1 : 0`")
extension Bool: FormulaNumber { public var asTensor: Tensor { .invalid } }
@available(*, unavailable, message: "an array is no tensor: write `Tensor(numbers)`, or `stacked(tensors)`")
extension Array: FormulaNumber { public var asTensor: Tensor { .invalid } }
@available(*, unavailable, message: "it may be nil: unwrap it, or say what stands for nil, as in `x ?? 0`")
extension Optional: FormulaNumber { public var asTensor: Tensor { .invalid } }
@available(*, unavailable, message: "a shape is no tensor: write `Tensor(shape.sizes)`")
extension Shape: FormulaNumber { public var asTensor: Tensor { .invalid } }
