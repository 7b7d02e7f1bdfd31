/// √(Σ(x - μ)²/(n - c)) over axes, c the correction. Gradient: g(x - μ)/(y(n - c)); 0 where y = 0, as in PyTorch.
///
/// Results: the standard deviation and the mean μ, which the gradient reads.
public struct StandardDeviation: AxisReduction {
  public static let name = "standardDeviation"
  public static let equation = "y = √(Σ (xᵢ - μ)² / (n - c))"
  public static var autocastRule: AutocastRule { .float32 }
  public let axes: [Int]?
  /// c, what is taken off the number of elements: 1 for samples, 0 for a whole population.
  public let correction: Double
  public let keepDims: Bool

  public init(axes: [Int]? = nil, correction: Double = 1, keepDims: Bool = false) {
    self.axes = axes
    self.correction = correction
    self.keepDims = keepDims
  }

  public static let defaults: Attributes = ["correction": 1.0, "keepDims": false]

  public static let resultCount = 2

  public func resultType(of dtype: DType) -> DType { dtype.floating }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    SpreadSupport.results(of: inputs[0], axes, correction, Self.root, power: 1, as: outputs)
  }

  /// From the biased variance, n and n - c.
  private static let root = Formula(inputs: 1, parameters: 2) { x, p in [sqrt(x[0] * p[0] / p[1])] }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(0), .output(1)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let x = saved.input(0)
    let (y, mean) = (saved.output(0).restoringAxes(axes, of: x.shape), saved.output(1).restoringAxes(axes, of: x.shape))
    let (count, degrees) = SpreadSupport.counts(x.shape, axes, correction)
    var gradient: Tensor?
    if let g = gradients[0]?.restoringAxes(axes, of: x.shape) {
      let map = FormulaMap(formula: Self.slope, parameters: [1 / degrees], axis: nil, dtype: mean.dtype)
      gradient = map.run([g, x, mean, y])[0]
    }
    if let g = gradients[1]?.restoringAxes(axes, of: x.shape) {
      let ofMean = (g / count).expanded(to: x.shape)
      gradient = gradient.map { $0 + ofMean } ?? ofMean
    }
    return [gradient]
  }

  private static let slope = Formula(inputs: 4, parameters: 1) { x, p in
    let isZero = x[3] .== 0
    let unit = SpreadSupport.unit(mean: x[2])
    return [select(isZero, 0, x[0] * ((x[1] * unit - x[2] * unit) / select(isZero, 1, x[3])) * (p[0] / unit))]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let t = tangents[0] else { return [nil, nil] }
    let (y, mean) = (outputs[0].restoringAxes(axes, of: t.shape), outputs[1].restoringAxes(axes, of: t.shape))
    let degrees = SpreadSupport.counts(t.shape, axes, correction).degrees
    let map = FormulaMap(formula: Self.slope, parameters: [1 / degrees], axis: nil, dtype: mean.dtype)
    let parts = map.run([t, inputs[0], mean, y])[0]
    return [parts.sum(axes: axes, keepDims: keepDims), t.mean(axes: axes, keepDims: keepDims)]
  }

  public func over(_ axes: [Int]?) -> StandardDeviation {
    StandardDeviation(axes: axes, correction: correction, keepDims: keepDims)
  }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let root = ReferenceArray.reduce(inputs[0], axes, keepDims) { SpreadSupport.variance($0, correction).squareRoot() }
    return [root, ReferenceArray.reduce(inputs[0], axes, keepDims, SpreadSupport.mean)]
  }

  public static let samples = [
    Sample(StandardDeviation(), .distinct([2, 3])),
    Sample(StandardDeviation(axes: [-1], correction: 0), .distinct([2, 5])),
    Sample(StandardDeviation(axes: [0, 2], keepDims: true), .real([2, 3, 4])),
    Sample(StandardDeviation(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
    // A row of equal numbers beside one that is none.
    Sample(StandardDeviation(axes: [1]), .exactly([2, 2, 2, 1, 5, -3], [2, 3], dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(StandardDeviation(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(StandardDeviation(axes: [0, -2]), .real([2, 3]), because: "each axis at most once"),
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
