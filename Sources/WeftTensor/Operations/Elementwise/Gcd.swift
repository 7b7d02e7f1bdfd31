/// The greatest common divisor, from 0. Integers.
public struct Gcd: IntegerOperation {
  public static let name = "gcd"
  public static let formula = Formula { a, b in Expression(.gcd, a, b) }
  public static let samples = [
    Sample(Gcd(), .integers([2, 3], in: -60..<60), .integers([3], in: -40..<40, dtype: .int32))
  ]
  public init() {}
}

/// The greatest common divisor of two tensors of integers, element by element, broadcast.
public func gcd(_ a: Tensor, _ b: Tensor) -> Tensor { apply(Gcd(), [a, b])[0] }
