extension Expression: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  public init(floatLiteral value: Double) { self.init(value) }
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension Expression {
  /// The sum; of two constants, a constant.
  public static func + (a: Expression, b: Expression) -> Expression {
    if let x = a.constant, let y = b.constant { return Expression(x + y) }
    return Expression(.add, a, b)
  }
  /// The difference; of two constants, a constant.
  public static func - (a: Expression, b: Expression) -> Expression {
    if let x = a.constant, let y = b.constant { return Expression(x - y) }
    return Expression(.subtract, a, b)
  }
  /// The product; a factor of 1 or -1 costs none.
  public static func * (a: Expression, b: Expression) -> Expression {
    switch (a.constant, b.constant) {
    case (let x?, let y?): Expression(x * y)
    case (1, _): b
    case (_, 1): a
    case (-1, _): -b
    case (_, -1): -a
    default: Expression(.multiply, a, b)
    }
  }
  /// The quotient; of 1, the reciprocal.
  public static func / (a: Expression, b: Expression) -> Expression {
    switch (a.constant, b.constant) {
    case (let x?, let y?): Expression(x / y)
    case (_, 1): a
    case (1, _): Expression(.reciprocal, b)
    default: Expression(.divide, a, b)
    }
  }
  /// The negative; of a negative, what it was made of.
  public static prefix func - (a: Expression) -> Expression {
    if let x = a.constant { return Expression(-x) }
    if case .operation(.negate) = a.node.kind { return Expression(a.node.operands[0]) }
    return Expression(.negate, a)
  }

  // Comparisons and logic give 1 or 0; anything but 0 counts as true.
  /// 1 where equal, else 0.
  public static func .== (a: Expression, b: Expression) -> Expression { Expression(.equal, a, b) }
  /// 1 where not equal, NaN included, else 0.
  public static func .!= (a: Expression, b: Expression) -> Expression { Expression(.notEqual, a, b) }
  /// 1 where less, else 0.
  public static func .< (a: Expression, b: Expression) -> Expression { Expression(.less, a, b) }
  /// 1 where less or equal, else 0.
  public static func .<= (a: Expression, b: Expression) -> Expression { Expression(.lessEqual, a, b) }
  /// 1 where greater, else 0.
  public static func .> (a: Expression, b: Expression) -> Expression { Expression(.greater, a, b) }
  /// 1 where greater or equal, else 0.
  public static func .>= (a: Expression, b: Expression) -> Expression { Expression(.greaterEqual, a, b) }
  /// 1 where neither is 0, else 0.
  public static func .& (a: Expression, b: Expression) -> Expression { Expression(.and, a, b) }
  /// 1 where one is not 0, else 0.
  public static func .| (a: Expression, b: Expression) -> Expression { Expression(.or, a, b) }
  /// 1 where exactly one is not 0, else 0.
  public static func .^ (a: Expression, b: Expression) -> Expression { Expression(.xor, a, b) }
  /// 1 where it is 0, else 0.
  public static prefix func .! (a: Expression) -> Expression { Expression(.not, a) }
}

prefix operator .!
