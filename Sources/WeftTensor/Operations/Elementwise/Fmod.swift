/// a - b·trunc(a/b), which has the sign of a. Gradients: g, -g·trunc(a/b). Integers stay integers (0 where b = 0).
public struct Fmod: ElementwiseOperation {
  public static let name = "fmod"
  public static let formula = Formula { a, b in WeftTensor.fmod(a, b) }
  public static let samples = [
    Sample(Fmod(), .real([2, 3], in: 5.1...5.9), .real([3], in: 1.02...1.18)),
    Sample(Fmod(), .real([3], in: -5.9 ... -5.1), .real([2, 1], in: 1.02...1.18)),
    Sample(Fmod(), .integers([2, 3], in: -9..<9), .exactly([2, -3, 4], [3], dtype: .int32)),
  ]
  public init() {}
}

/// The remainder of the division rounded towards 0, element by element, broadcast: it has the dividend's sign. (`%` has
/// the divisor's.)
public func fmod(_ a: Tensor, _ b: Tensor) -> Tensor { apply(Fmod(), [a, b])[0] }
