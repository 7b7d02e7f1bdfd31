/// The larger of a and b, or the other where one is NaN. Gradients: g to the one taken, a where they are equal.
public struct FMax: ElementwiseOperation {
  public static let name = "fmax"
  public static let formula = Formula(
    inputs: 2,
    derivative: { g, x, _, _ in
      let isFirst = (x[0] .>= x[1]) .| isNaN(x[1])
      return [select(isFirst, g[0], 0), select(isFirst, 0, g[0])]
    },
    { x, _ in [select(isNaN(x[0]), x[1], select(isNaN(x[1]), x[0], maximum(x[0], x[1])))] })
  public static let samples = [
    Sample(FMax(), .real([2, 3], in: -1...0), .real([2, 3], in: 0.1...1)),
    Sample(FMax(), .real([2, 1], in: 0.1...1), .real([3], in: -1...0)),
    Sample(FMax(), .integers([2, 3], in: -5..<5), .integers([3], in: -5..<5, dtype: .int32)),
  ]
  public init() {}
}

/// The larger of two tensors, element by element, broadcast; of a number and NaN the number.
public func fmax(_ a: Tensor, _ b: Tensor) -> Tensor { apply(FMax(), [a, b])[0] }
