/// √(Σ(x - μ)²/(n - c)) over axes, c the correction. Gradient: g(x - μ)/(y(n - c)); 0 where y = 0, as in PyTorch.
///
/// Results: the standard deviation and the mean μ, which the gradient reads.
public struct StandardDeviation: Spread {
  public static let name = "standardDeviation"
  public static let equation = "y = √(Σ (xᵢ - μ)² / (n - c))"
  public static let power = 1
  public static let formula = Formula(inputs: 1, parameters: 2) { x, p in [sqrt(x[0] * p[0] / p[1])] }
  public static let slope = Formula(inputs: 4, parameters: 1) { x, p in
    let (isZero, unit) = (x[3] .== 0, StandardDeviation.unit(mean: x[2]))
    return [select(isZero, 0, x[0] * ((x[1] * unit - x[2] * unit) / select(isZero, 1, x[3])) * (p[0] / unit))]
  }
  public let axes: [Int]?
  public let correction: Double
  public let keepDims: Bool

  public init(axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false) {
    (self.axes, self.correction, self.keepDims) = (axes, correction, keepDims)
  }

  public static let samples = [
    Sample(StandardDeviation(), .distinct([2, 3])),
    Sample(StandardDeviation(axes: [-1], correction: 0), .distinct([2, 5])),
    Sample(StandardDeviation(axes: [0, 2], keepDims: true), .real([2, 3, 4])),
    Sample(StandardDeviation(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
    // A row of equal numbers beside one that is none.
    Sample(StandardDeviation(axes: [1]), .exactly([2, 2, 2, 1, 5, -3], [2, 3], dtype: .int32)),
  ]
}

extension Tensor {
  /// The standard deviation of all elements, or over `axes`: √(Σ(x - mean)²/(n - correction)).
  public func standardDeviation(axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false) -> Tensor {
    apply(StandardDeviation(axes: axes, correction: correction, keepDims: keepDims), [self])[0]
  }
  /// The standard deviation along one axis.
  public func standardDeviation(axis: Int, correction: Double = 1, keepDims: Bool = false) -> Tensor {
    standardDeviation(axes: [axis], correction: correction, keepDims: keepDims)
  }
}
