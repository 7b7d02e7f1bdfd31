// Swift's numbers of two types beside each other, as in `x * (f + d)`.
//
// Without these such a formula has no solution, and the compiler looks for one for seconds, at the end of which it gives
// up and names nothing. So they are there, and say at the operator what to write; as the last choice, so that no other
// formula changes its meaning.

extension BinaryInteger {
  /// The sum, as Float.
  @_disfavoredOverload @available(*, deprecated, message: "an integer and a Float: write `Float(n) + f`")
  public static func + (a: Self, b: Float) -> Float { Float(a) + b }
  /// The sum, as Float.
  @_disfavoredOverload @available(*, deprecated, message: "a Float and an integer: write `f + Float(n)`")
  public static func + (a: Float, b: Self) -> Float { a + Float(b) }
  /// The difference, as Float.
  @_disfavoredOverload @available(*, deprecated, message: "an integer and a Float: write `Float(n) - f`")
  public static func - (a: Self, b: Float) -> Float { Float(a) - b }
  /// The difference, as Float.
  @_disfavoredOverload @available(*, deprecated, message: "a Float and an integer: write `f - Float(n)`")
  public static func - (a: Float, b: Self) -> Float { a - Float(b) }
  /// The product, as Float.
  @_disfavoredOverload @available(*, deprecated, message: "an integer and a Float: write `Float(n) * f`")
  public static func * (a: Self, b: Float) -> Float { Float(a) * b }
  /// The product, as Float.
  @_disfavoredOverload @available(*, deprecated, message: "a Float and an integer: write `f * Float(n)`")
  public static func * (a: Float, b: Self) -> Float { a * Float(b) }
  /// The quotient, as Float.
  @_disfavoredOverload @available(*, deprecated, message: "an integer and a Float: write `Float(n) / f`")
  public static func / (a: Self, b: Float) -> Float { Float(a) / b }
  /// The quotient, as Float.
  @_disfavoredOverload @available(*, deprecated, message: "a Float and an integer: write `f / Float(n)`")
  public static func / (a: Float, b: Self) -> Float { a / Float(b) }
  /// The sum, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "an integer and a Double: write `Double(n) + d`")
  public static func + (a: Self, b: Double) -> Double { Double(a) + b }
  /// The sum, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Double and an integer: write `d + Double(n)`")
  public static func + (a: Double, b: Self) -> Double { a + Double(b) }
  /// The difference, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "an integer and a Double: write `Double(n) - d`")
  public static func - (a: Self, b: Double) -> Double { Double(a) - b }
  /// The difference, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Double and an integer: write `d - Double(n)`")
  public static func - (a: Double, b: Self) -> Double { a - Double(b) }
  /// The product, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "an integer and a Double: write `Double(n) * d`")
  public static func * (a: Self, b: Double) -> Double { Double(a) * b }
  /// The product, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Double and an integer: write `d * Double(n)`")
  public static func * (a: Double, b: Self) -> Double { a * Double(b) }
  /// The quotient, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "an integer and a Double: write `Double(n) / d`")
  public static func / (a: Self, b: Double) -> Double { Double(a) / b }
  /// The quotient, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Double and an integer: write `d / Double(n)`")
  public static func / (a: Double, b: Self) -> Double { a / Double(b) }
}

extension Float {
  /// The sum, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Float and a Double: write `Double(f) + d`")
  public static func + (a: Float, b: Double) -> Double { Double(a) + b }
  /// The sum, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Double and a Float: write `d + Double(f)`")
  public static func + (a: Double, b: Float) -> Double { a + Double(b) }
  /// The difference, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Float and a Double: write `Double(f) - d`")
  public static func - (a: Float, b: Double) -> Double { Double(a) - b }
  /// The difference, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Double and a Float: write `d - Double(f)`")
  public static func - (a: Double, b: Float) -> Double { a - Double(b) }
  /// The product, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Float and a Double: write `Double(f) * d`")
  public static func * (a: Float, b: Double) -> Double { Double(a) * b }
  /// The product, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Double and a Float: write `d * Double(f)`")
  public static func * (a: Double, b: Float) -> Double { a * Double(b) }
  /// The quotient, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Float and a Double: write `Double(f) / d`")
  public static func / (a: Float, b: Double) -> Double { Double(a) / b }
  /// The quotient, as Double.
  @_disfavoredOverload @available(*, deprecated, message: "a Double and a Float: write `d / Double(f)`")
  public static func / (a: Double, b: Float) -> Double { a / Double(b) }
}
