/// The larger of a and b; NaN if either is. Gradients: g to the larger one, half to each where they are equal.
public struct Maximum: ElementwiseOperation {
  public static let name = "maximum"
  public static let formula = Formula { a, b in maximum(a, b) }
  public static let samples = [
    Sample(Maximum(), .real([2, 3], in: -1...0), .real([2, 3], in: 0.1...1)),
    Sample(Maximum(), .real([2, 1], in: 0.1...1), .real([3], in: -1...0)),
    Sample(Maximum(), .integers([2, 3], in: -5..<5), .integers([3], in: -5..<5, dtype: .int32)),
  ]
  public init() {}
}

/// The larger of two tensors, element by element, broadcast; NaN if either is.
public func maximum(_ a: Tensor, _ b: Tensor) -> Tensor { apply(Maximum(), [a, b])[0] }
/// The larger of an element and a number; NaN if either is.
@_disfavoredOverload public func maximum(_ a: Tensor, _ b: Double) -> Tensor { maximum(a, Tensor(weak: b)) }
/// The larger of an element and a number; NaN if either is.
@_disfavoredOverload public func maximum(_ a: Double, _ b: Tensor) -> Tensor { maximum(Tensor(weak: a), b) }
