// Swift's numbers beside what formulas are made of: `x * n` of a tensor, `c / n` of complex ones, `n * a` in a
// `Formula`.
//
// One generic operator stands for all of them: the more there are to choose from, the longer the compiler looks. Its
// kind is that of the operand or of the result, and never a literal's own: with a tensor for the second half of
// `1 / 2 + 0.25`, the first would be one of whole numbers.

/// An operator between a number and a term of a formula.
public enum FormulaOperator: Sendable { case plus, minus, times, over }

/// What formulas are made of: tensors, complex ones and the expressions of a ``Formula``.
public protocol FormulaTerm {
  /// `self + number`, or another operator in the place of `+`.
  func combined(_ operation: FormulaOperator, with number: some FormulaNumber) -> Self
  /// `number + self`, or another operator in the place of `+`.
  func combined(number: some FormulaNumber, _ operation: FormulaOperator) -> Self
}

extension FormulaTerm {
  /// The sum with a number, which yields to the other's type (`Note: Promotion`).
  @_disfavoredOverload public static func + (a: Self, b: some FormulaNumber) -> Self { a.combined(.plus, with: b) }
  /// The sum with a number, which yields to the other's type (`Note: Promotion`).
  @_disfavoredOverload public static func + (a: some FormulaNumber, b: Self) -> Self {
    b.combined(number: a, .plus)
  }
  /// The difference with a number, which yields to the other's type (`Note: Promotion`).
  @_disfavoredOverload public static func - (a: Self, b: some FormulaNumber) -> Self { a.combined(.minus, with: b) }
  /// The difference with a number, which yields to the other's type (`Note: Promotion`).
  @_disfavoredOverload public static func - (a: some FormulaNumber, b: Self) -> Self {
    b.combined(number: a, .minus)
  }
  /// The product with a number, which yields to the other's type (`Note: Promotion`).
  @_disfavoredOverload public static func * (a: Self, b: some FormulaNumber) -> Self { a.combined(.times, with: b) }
  /// The product with a number, which yields to the other's type (`Note: Promotion`).
  @_disfavoredOverload public static func * (a: some FormulaNumber, b: Self) -> Self {
    b.combined(number: a, .times)
  }
  /// The quotient with a number, which yields to the other's type (`Note: Promotion`).
  @_disfavoredOverload public static func / (a: Self, b: some FormulaNumber) -> Self { a.combined(.over, with: b) }
  /// The quotient with a number, which yields to the other's type (`Note: Promotion`).
  @_disfavoredOverload public static func / (a: some FormulaNumber, b: Self) -> Self {
    b.combined(number: a, .over)
  }
}

extension Tensor: FormulaTerm {
  public func combined(_ operation: FormulaOperator, with number: some FormulaNumber) -> Tensor {
    Self.combined(self, operation, number.asTensor)
  }
  public func combined(number: some FormulaNumber, _ operation: FormulaOperator) -> Tensor {
    Self.combined(number.asTensor, operation, self)
  }
  private static func combined(_ a: Tensor, _ operation: FormulaOperator, _ b: Tensor) -> Tensor {
    switch operation {
    case .plus: a + b
    case .minus: a - b
    case .times: a * b
    case .over: a / b
    }
  }
}

extension Expression: FormulaTerm {
  public func combined(_ operation: FormulaOperator, with number: some FormulaNumber) -> Expression {
    Self.combined(self, operation, Expression(number.asDouble))
  }
  public func combined(number: some FormulaNumber, _ operation: FormulaOperator) -> Expression {
    Self.combined(Expression(number.asDouble), operation, self)
  }
  private static func combined(_ a: Expression, _ operation: FormulaOperator, _ b: Expression) -> Expression {
    switch operation {
    case .plus: a + b
    case .minus: a - b
    case .times: a * b
    case .over: a / b
    }
  }
}
