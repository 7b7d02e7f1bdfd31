/// Σ(x - μ)²/(n - c) over axes, c the correction; NaN or ∞ where n ≤ c. Gradient: 2g(x - μ)/(n - c).
///
/// Results: the variance and the mean μ, which the gradient reads.
public struct Variance: AxisReduction {
  public static let name = "variance"
  public static let equation = "y = Σ (xᵢ - μ)² / (n - c)"
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
    SpreadSupport.results(of: inputs[0], axes, correction, Self.unbiased, power: 2, as: outputs)
  }

  /// From the biased variance, n and n - c.
  private static let unbiased = Formula(inputs: 1, parameters: 2) { x, p in [x[0] * p[0] / p[1]] }

  public func saves(needs: [Bool]) -> Saves { [.input(0), .output(1)] }

  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let x = saved.input(0)
    let mean = saved.output(1).restoringAxes(axes, of: x.shape)
    let (count, degrees) = SpreadSupport.counts(x.shape, axes, correction)
    var gradient: Tensor?
    if let g = gradients[0]?.restoringAxes(axes, of: x.shape) {
      let map = FormulaMap(formula: Self.slope, parameters: [2 / degrees], axis: nil, dtype: mean.dtype)
      gradient = map.run([g, x, mean])[0]
    }
    if let g = gradients[1]?.restoringAxes(axes, of: x.shape) {
      let ofMean = (g / count).expanded(to: x.shape)
      gradient = gradient.map { $0 + ofMean } ?? ofMean
    }
    return [gradient]
  }

  private static let slope = Formula(inputs: 3, parameters: 1) { x, p in
    let unit = SpreadSupport.unit(mean: x[2])
    return [x[0] * (x[1] * unit - x[2] * unit) * (p[0] / unit)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let t = tangents[0] else { return [nil, nil] }
    let mean = outputs[1].restoringAxes(axes, of: t.shape)
    let degrees = SpreadSupport.counts(t.shape, axes, correction).degrees
    let map = FormulaMap(formula: Self.slope, parameters: [2 / degrees], axis: nil, dtype: mean.dtype)
    let parts = map.run([t, inputs[0], mean])[0]
    return [parts.sum(axes: axes, keepDims: keepDims), t.mean(axes: axes, keepDims: keepDims)]
  }

  public func over(_ axes: [Int]?) -> Variance { Variance(axes: axes, correction: correction, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    let variance = ReferenceArray.reduce(inputs[0], axes, keepDims) { SpreadSupport.variance($0, correction) }
    return [variance, ReferenceArray.reduce(inputs[0], axes, keepDims, SpreadSupport.mean)]
  }

  public static let samples = [
    Sample(Variance(), .real([2, 3])),
    Sample(Variance(axes: [-1], correction: 0), .real([2, 5], in: 50...52)),
    Sample(Variance(axes: [0, 2], keepDims: true), .real([2, 3, 4])),
    Sample(Variance(axes: [1], correction: 0), .real([2, 1])),
    Sample(Variance(axes: [0]), .integers([3, 2], in: -5..<5, dtype: .int32)),
  ]

  public static let refusals = [
    Refusal(Variance(axes: [2]), .real([2, 3]), because: "an axis in -2 ..< 2"),
    Refusal(Variance(axes: [0, -2]), .real([2, 3]), because: "each axis at most once"),
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

/// What variance and standard deviation share.
enum SpreadSupport {
  /// n and n - c, the latter at least 0.
  static func counts(_ shape: Shape, _ axes: [Int]?, _ correction: Double) -> (count: Double, degrees: Double) {
    let count = Double(shape.count(along: axes))
    return (count, Swift.max(0, count - correction))
  }

  /// `formula` of the biased variance, which is of the numbers to the `power`, and the mean.
  static func results(
    of x: Tensor, _ axes: [Int]?, _ correction: Double, _ formula: Formula, power: Int, as outputs: [TensorSpec]
  ) -> [Tensor] {
    let reduced = x.shape.places(of: axes)
    let kept = x.shape.removing(axes: reduced, keepDims: true)
    let (mean, variance) = Moments.plain(x, over: reduced, as: TensorSpec(kept, outputs[0].dtype.statistics))
    let (count, degrees) = counts(x.shape, axes, correction)
    let spec = TensorSpec(kept, outputs[0].dtype)
    let results = [
      x.backend.map(formula, [count, degrees], [variance], as: [spec])[0],
      x.backend.map(Formulas.identity, [], [mean], as: [spec])[0],
    ]
    if let look = look(at: variance, of: x, over: reduced, isRoot: power == 1) {
      let exact = Moments.rescaled(x, over: reduced, look)
      let found = x.backend.map(formula, [count, degrees], [exact.variance], as: [exact.variance.spec])[0]
      look.put(exact.unit.restored(found, power: power, as: spec.dtype), into: results[0])
      look.put(exact.unit.restored(exact.mean, as: spec.dtype), into: results[1])
    }
    return zip(results, outputs).map { $0.view(shape: $1.shape, strides: $1.shape.contiguousStrides) }
  }

  /// Where the variance left its type's range. Its root is in range where it is not itself: a variance that vanished is
  /// looked at too, unless it is that of equal numbers.
  private static func look(at variance: Tensor, of x: Tensor, over axes: [Int], isRoot: Bool) -> SecondLook? {
    guard let look = SecondLook(at: variance, from: isRoot ? variance.dtype.smallestExactSquare : 0) else { return nil }
    guard isRoot else { return look }
    let backend = variance.backend
    let groups = look.groups(of: [x], over: axes)
    let spec = TensorSpec(groups.values[0].shape.removing(axes: groups.axes, keepDims: true), variance.dtype)
    let extremes = backend.reduce(
      Self.twice, [], by: [.maximum, .minimum], axes: groups.axes, groups.values, as: [spec, spec])
    let statistic = look.groups(of: [variance], over: []).values[0].view(
      shape: spec.shape, strides: spec.shape.contiguousStrides)
    return look.narrowed(
      to: backend.map(Self.varies, [], [statistic] + extremes, as: [TensorSpec(spec.shape, .bool)])[0])
  }

  private static let twice = Formula(inputs: 1) { x, _ in [x[0], x[0]] }
  private static let varies = Formula(inputs: 3) { x, _ in [(x[0] .!= 0) .| (x[1] .!= x[2])] }

  /// What a number and the mean are multiplied by before their difference is taken, so that it does not leave the range
  /// where the slope that is made of it is within.
  static func unit(mean: Expression) -> Expression { select(abs(mean) .> 1e30, 0.5, 1) }

  static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

  static func variance(_ values: [Double], _ correction: Double) -> Double {
    let center = mean(values)
    return values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / Swift.max(0, Double(values.count) - correction)
  }
}
