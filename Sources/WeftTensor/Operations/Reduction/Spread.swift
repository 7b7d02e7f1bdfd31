/// How far numbers over axes lie from their mean: the variance Σ(x - μ)²/(n - c), correction c, or a function of it.
/// Gradient: that of Σ(x - μ)², times the function's slope.
///
/// Results: the spread and the mean μ, which the gradient reads. A conforming type states both formulas, and samples.
public protocol Spread: AxisReduction {
  /// c, what is taken off the number of elements: 1 for samples, 0 for a whole population.
  var correction: Double { get }
  /// The operation over axes, nil for all.
  init(axes: [Int]?, correction: Double, keepDims: Bool)
  /// The power of x that the result grows with: 2 of a variance, 1 of its root. What does not grow with the square
  /// reads its result in the gradient.
  static var power: Int { get }
  /// From the biased variance, n and n - c.
  static var formula: Formula { get }
  /// The gradient of an element from g, x, μ and, where the power is not 2, the result; the parameter is power/(n - c).
  static var slope: Formula { get }
}

extension Spread {
  public static var autocastRule: AutocastRule { .float32 }
  public static var defaults: Attributes { ["correction": 1.0, "keepDims": false] }
  public static var resultCount: Int { 2 }

  public func resultType(of dtype: DType) -> DType { dtype.floating }

  public func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] {
    let x = inputs[0]
    let reduced = x.shape.places(of: axes)
    let kept = x.shape.removing(axes: reduced, keepDims: true)
    let (mean, variance) = Moments.plain(x, over: reduced, as: TensorSpec(kept, outputs[0].dtype.statistics))
    let (count, degrees) = counts(x.shape)
    let spec = TensorSpec(kept, outputs[0].dtype)
    let results = [
      x.backend.map(Self.formula, [count, degrees], [variance], as: [spec])[0],
      x.backend.map(Formulas.identity, [], [mean], as: [spec])[0],
    ]
    if let look = variance.lookAtSpread(of: x, over: reduced, isRoot: Self.power == 1) {
      let exact = Moments.rescaled(x, over: reduced, look)
      let found = x.backend.map(Self.formula, [count, degrees], [exact.variance], as: [exact.variance.spec])[0]
      look.put(exact.unit.restored(found, power: Self.power, as: spec.dtype), into: results[0])
      look.put(exact.unit.restored(exact.mean, as: spec.dtype), into: results[1])
    }
    return zip(results, outputs).map { $0.view(shape: $1.shape, strides: $1.shape.contiguousStrides) }
  }

  /// n and n - c, the latter at least 0.
  private func counts(_ shape: Shape) -> (count: Double, degrees: Double) {
    let count = Double(shape.count(along: axes))
    return (count, Swift.max(0, count - correction))
  }

  public func saves(needs: [Bool]) -> Saves {
    Self.power == 2 ? [.input(0), .output(1)] : [.input(0), .output(0), .output(1)]
  }

  /// The slope of each element times g, and the mean's share.
  public func backward(_ gradients: [Tensor?], _ saved: Saved, needs: [Bool]) -> [Tensor?] {
    let x = saved.input(0)
    func restored(_ tensor: Tensor) -> Tensor { tensor.restoringAxes(axes, of: x.shape) }
    let results = (Self.power == 2 ? [1] : [1, 0]).map { saved.output($0) }
    let ofSpread = gradients[0].map { slopes(restored($0), x, results) }
    let ofMean = gradients[1].map { (restored($0) / counts(x.shape).count).expanded(to: x.shape) }
    return [added(ofSpread, ofMean)]
  }

  public func tangents(_ tangents: [Tensor?], _ inputs: [Tensor], _ outputs: [Tensor]) -> [Tensor?]? {
    guard let t = tangents[0] else { return [nil, nil] }
    let slopes = slopes(t, inputs[0], Self.power == 2 ? [outputs[1]] : [outputs[1], outputs[0]])
    return [slopes.sum(axes: axes, keepDims: keepDims), t.mean(axes: axes, keepDims: keepDims)]
  }

  /// The slope of each element times `g`.
  private func slopes(_ g: Tensor, _ x: Tensor, _ results: [Tensor]) -> Tensor {
    let parameter = Double(Self.power) / counts(x.shape).degrees
    let map = FormulaMap(formula: Self.slope, parameters: [parameter], axis: nil, dtype: results[0].dtype)
    return map.run([g, x] + results.map { $0.restoringAxes(axes, of: x.shape) })[0]
  }

  public func over(_ axes: [Int]?) -> Self { Self(axes: axes, correction: correction, keepDims: keepDims) }

  public func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    let spread = ReferenceArray.reduce(inputs[0], axes, keepDims) { values in
      let center = mean(values)
      let degrees = Swift.max(0, Double(values.count) - correction)
      let variance = values.reduce(0) { $0 + ($1 - center) * ($1 - center) } / degrees
      return Self.power == 2 ? variance : variance.squareRoot()
    }
    return [spread, ReferenceArray.reduce(inputs[0], axes, keepDims, mean)]
  }

  public static var refusals: [Refusal] {
    [
      Refusal(Self(axes: [2], correction: 1, keepDims: false), .real([2, 3]), because: "an axis in -2 ..< 2"),
      Refusal(Self(axes: [0, -2], correction: 1, keepDims: false), .real([2, 3]), because: "each axis at most once"),
    ]
  }

  /// What a number and the mean are multiplied by before their difference is taken, so that it does not leave the range
  /// where the slope that is made of it is within.
  static func unit(mean: Expression) -> Expression { select(abs(mean) .> 1e30, 0.5, 1) }
}

extension Tensor {
  /// Where this variance left its type's range. Its root is in range where it is not itself: a variance that vanished
  /// is looked at too, unless it is that of equal numbers.
  fileprivate func lookAtSpread(of x: Tensor, over axes: [Int], isRoot: Bool) -> SecondLook? {
    guard let look = SecondLook(at: self, from: isRoot ? dtype.smallestExactSquare : 0) else { return nil }
    guard isRoot else { return look }
    let groups = look.groups(of: [x], over: axes)
    let spec = TensorSpec(groups.values[0].shape.removing(axes: groups.axes, keepDims: true), dtype)
    let extremes = backend.reduce(
      twice, [], by: [.maximum, .minimum], axes: groups.axes, groups.values, as: [spec, spec])
    let statistic = look.groups(of: [self], over: []).values[0].view(
      shape: spec.shape, strides: spec.shape.contiguousStrides)
    return look.narrowed(
      to: backend.map(varies, [], [statistic] + extremes, as: [TensorSpec(spec.shape, .bool)])[0])
  }
}

private let twice = Formula(inputs: 1) { x, _ in [x[0], x[0]] }
private let varies = Formula(inputs: 3) { x, _ in [(x[0] .!= 0) .| (x[1] .!= x[2])] }
