/// The smaller of a and b; NaN if either is. Gradients: g to the smaller one, half to each where they are equal.
public struct Minimum: ElementwiseOperation {
  public static let name = "minimum"
  public static let formula = Formula { a, b in minimum(a, b) }
  public static let samples = [
    Sample(Minimum(), .real([2, 3], in: -1...0), .real([2, 3], in: 0.1...1)),
    Sample(Minimum(), .real([2, 1], in: 0.1...1), .real([3], in: -1...0)),
    Sample(Minimum(), .integers([2, 3], in: -5..<5), .integers([3], in: -5..<5, dtype: .int32)),
  ]
  public init() {}
}

/// The smaller of two tensors, element by element, broadcast; NaN if either is.
public func minimum(_ a: Tensor, _ b: Tensor) -> Tensor { apply(Minimum(), [a, b])[0] }
/// The smaller of an element and a number; NaN if either is.
@_disfavoredOverload public func minimum(_ a: Tensor, _ b: Double) -> Tensor { minimum(a, Tensor(weak: b)) }
/// The smaller of an element and a number; NaN if either is.
@_disfavoredOverload public func minimum(_ a: Double, _ b: Tensor) -> Tensor { minimum(Tensor(weak: a), b) }
