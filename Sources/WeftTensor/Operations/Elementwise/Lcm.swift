/// The least common multiple, from 0. Integers.
public struct Lcm: IntegerOperation {
  public static let name = "lcm"
  public static let formula = Formula { a, b in Expression(.lcm, a, b) }
  public static let samples = [
    Sample(Lcm(), .integers([2, 3], in: -60..<60), .integers([3], in: -40..<40, dtype: .int32))
  ]
  public init() {}
}

/// The least common multiple of two tensors of integers, element by element, broadcast.
public func lcm(_ a: Tensor, _ b: Tensor) -> Tensor { apply(Lcm(), [a, b])[0] }
