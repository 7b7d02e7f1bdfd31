/// Σ(x - μ)²/(n - c) over axes, c the correction; NaN or ∞ where n ≤ c. Gradient: 2g(x - μ)/(n - c).
///
/// Results: the variance and the mean μ, which the gradient reads.
public struct Variance: Spread {
  public static let name = "variance"
  public static let equation = "y = Σ (xᵢ - μ)² / (n - c)"
  public static let power = 2
  public static let formula = Formula(inputs: 1, parameters: 2) { x, p in [x[0] * p[0] / p[1]] }
  public static let slope = Formula(inputs: 3, parameters: 1) { x, p in
    let unit = Variance.unit(mean: x[2])
    return [x[0] * (x[1] * unit - x[2] * unit) * (p[0] / unit)]
  }
  public let axes: [Int]?
  public let correction: Double
  public let keepDims: Bool

  public init(axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false) {
    (self.axes, self.correction, self.keepDims) = (axes, correction, keepDims)
  }

  public static let samples = [
    Sample(Variance(), .real([2, 3])),
    Sample(Variance(axes: [-1], correction: 0), .real([2, 5], in: 50...52)),
    Sample(Variance(axes: [0, 2], keepDims: true), .real([2, 3, 4])),
    Sample(Variance(axes: [1], correction: 0), .real([2, 1])),
    Sample(Variance(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
  ]
}

extension Tensor {
  /// The variance of all elements, or over `axes`: Σ(x - mean)²/(n - correction). NaN or ∞ where n ≤ correction.
  public func variance(axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false) -> Tensor {
    apply(Variance(axes: axes, correction: correction, keepDims: keepDims), [self])[0]
  }
  /// The variance along one axis.
  public func variance(axis: Int, correction: Double = 1, keepDims: Bool = false) -> Tensor {
    variance(axes: [axis], correction: correction, keepDims: keepDims)
  }

  /// The variance and the mean together.
  public func varianceAndMean(
    axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false
  ) -> (variance: Tensor, mean: Tensor) {
    let results = apply(Variance(axes: axes, correction: correction, keepDims: keepDims), [self])
    return (results[0], results[1])
  }
  /// The variance and the mean along one axis.
  public func varianceAndMean(
    axis: Int, correction: Double = 1, keepDims: Bool = false
  ) -> (variance: Tensor, mean: Tensor) {
    varianceAndMean(axes: [axis], correction: correction, keepDims: keepDims)
  }
}
