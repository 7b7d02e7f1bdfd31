import Testing
import WeftTensor

/// Statistics whose squares, powers and sums leave a type's range though they themselves do not. What is expected follows
/// from that of small numbers: each function of k·x is k times that of x, whatever k.
@Suite struct StatisticsRangeTests {
  typealias Function = @Sendable (Tensor) -> Tensor

  /// Each is homogeneous: f(k·x) = k·f(x).
  static let homogeneous: [String: Function] = [
    "standardDeviation": { $0.standardDeviation(axis: 1) },
    "standardDeviation of all": { $0.standardDeviation(correction: 0) },
    "standardDeviationAndMean": { $0.standardDeviationAndMean(axis: 0).standardDeviation },
    "norm 2": { $0.norm(axis: 1) }, "norm of all": { $0.norm() }, "norm 3": { $0.norm(order: 3, axis: 1) },
    "norm 1.5": { $0.norm(order: 1.5, axis: 0) }, "norm 100": { $0.norm(order: 100, axis: 1) },
    "norm -2": { $0.norm(order: -2, axis: 1) }, "norm 0.5": { $0.norm(order: 0.5, axis: 1) },
    "distance": { $0.distance(to: $0.zerosLike()) }, "matrixNorm": { $0.matrixNorm() },
    "nuclear norm": { $0.matrixNorm(.nuclear) }, "hypot": { hypot($0[0], $0[1]) },
    "abs of complex": { ComplexTensor(real: $0[0], imaginary: $0[1]).abs() },
    "cdist": { cdist($0, $0 * -2.0) }, "cdist 3": { cdist($0, $0 * -2.0, order: 3) },
    "cdist by products": { cdist($0, $0 * -2.0, usesProducts: true) }, "pdist": { $0.pairDistances() },
    "pairwiseDistance": { pairwiseDistance($0, $0 * -2.0, epsilon: 0) }, "mean": { $0.mean(axis: 1) },
  ]

  /// Each does not change with the unit: f(k·x) = f(x).
  static let unitless: [String: Function] = [
    "cosineSimilarity": { cosineSimilarity($0, $0.flipped(axes: [1]), epsilon: 0) },
    "normalized": { $0.normalized(epsilon: 0) }, "correlation": { $0.correlation() },
    "layerNormalized": { $0.layerNormalized(epsilon: 0) }, "rmsNormalized": { $0.rmsNormalized(epsilon: 0) },
    "complex quotient": {
      let (a, b) = (ComplexTensor(real: $0[0], imaginary: $0[1]), ComplexTensor(real: $0[1], imaginary: $0[0]))
      return (a / b).pairs
    },
    "complex reciprocal": {
      let a = ComplexTensor(real: $0[0], imaginary: $0[1])
      return (a * a.reciprocal()).real
    },
  ]

  static let x = Tensor([[1.0, -2, 4, 0.5], [3, 1, -0.25, -5]])
  static let scales = [1e30, 1e-30]

  @Test(arguments: homogeneous.keys.sorted(), scales)
  func growWithTheirUnit(_ name: String, _ scale: Double) throws {
    let function = try #require(Self.homogeneous[name])
    expectNear(function(Self.x * scale) / scale, function(Self.x), name)
  }

  @Test(arguments: unitless.keys.sorted(), scales)
  func doNotChangeWithTheirUnit(_ name: String, _ scale: Double) throws {
    let function = try #require(Self.unitless[name])
    expectNear(function(Self.x * scale), function(Self.x), name)
  }

  /// The gradient of f(k·x) is that of f(x), or that over k.
  @Test(arguments: homogeneous.keys.sorted(), scales)
  func gradientsAreThoseOfSmallNumbers(_ name: String, _ scale: Double) throws {
    let function = try #require(Self.homogeneous[name])
    let found = try slope(at: Self.x * scale) { function($0).sum() }
    expectNear(found, try slope(at: Self.x) { function($0).sum() }, name)
  }

  @Test(arguments: unitless.keys.sorted(), scales)
  func gradientsAreThoseOfSmallNumbersInTheirUnit(_ name: String, _ scale: Double) throws {
    let function = try #require(Self.unitless[name])
    let weights = Tensor([[0.3, 0.7, -1, 2]])
    func loss(_ x: Tensor) -> Tensor {
      let y = function(x)
      return (y * weights[0].sliced(axis: 0, to: y.shape.last ?? 0).sum()).sum() + (y * y * y).sum()
    }
    let found = try slope(at: Self.x * scale, loss)
    expectNear(found * scale, try slope(at: Self.x, loss), name)
  }

  /// In float64, whose numbers end at 1.8e308.
  @Test(arguments: ["standardDeviation", "norm 2", "norm 3", "mean", "hypot", "abs of complex"], [1e300, 1e-300])
  func inFloat64(_ name: String, _ scale: Double) throws {
    let function = try #require(Self.homogeneous[name])
    let x = Self.x.converted(to: .float64)
    expectNear(function(x * Tensor(scale, dtype: .float64)) / scale, function(x), name)
  }

  @Test func theNamedNumbers() {
    #expect(Tensor([1e30, -1e30]).standardDeviation(correction: 0).item() == Double(Float(1e30)))
    expectNear(ComplexTensor(real: Tensor(3e30), imaginary: Tensor(4e30)).abs() / 1e30, Tensor(5.0), "3 + 4i")
    #expect(Tensor([3e38, 3e38]).mean().item() == Double(Float(3e38)))
    #expect(Tensor([60000.0, 60000, .nan], dtype: .float16).nanMean().item() == 60000)
    #expect(Tensor([2e38, .nan, 2e38]).nanMean().item() == Double(Float(2e38)))
  }

  /// A number and the mean may lie further apart than a type reaches, though the slope is within. Expected is numpy's, in
  /// float64.
  @Test func gradientsAtTheEndOfTheRange() throws {
    let x = Tensor([-3e38, 1e38, 1e38, 2e38, 3e38, -1e38], dtype: .float32)
    expectNear(
      try slope(at: x) { $0.standardDeviation() },
      Tensor([-0.322886, 0.0461266, 0.0461266, 0.13838, 0.230633, -0.13838]), "standard deviation")
    expectNear(
      try slope(at: x) { $0.variance() } / 1e38, Tensor([-1.4, 0.2, 0.2, 0.6, 1, -0.6]), "variance")
    // The weight's gradient of a layer normalization is its result for a weight of 1.
    let weight = Tensor(ones: [6], dtype: .float32).requiringGrad()
    let leaf = x.requiringGrad()
    leaf.layerNormalized(weight: weight).sum().backward()
    let normal = [-1.768519, 0.2526456, 0.2526456, 0.7579367, 1.263228, -0.7579367]
    expectNear(try #require(weight.grad), Tensor(normal), "layer normalization")
    #expect(try #require(leaf.grad).scalars(as: Double.self).allSatisfy(\.isFinite))
  }

  /// Running sums and products leave the range on the way and come back, and are rounded once.
  @Test func runningSumsAndProducts() {
    let factors = Tensor([Float](arrayLiteral: 1e-30, 1e-30, 1e30, 2e30))
    let products = factors.cumulativeProduct(axis: 0).scalars(as: Double.self)
    #expect(products[1] == 0 && abs(products[2] / 1e-30 - 1) < 1e-6 && abs(products[3] - 2) < 1e-6, "\(products)")
    let sums = Tensor([Float](arrayLiteral: 3e38, 3e38, -3e38, -3e38)).cumulativeSum(axis: 0).scalars(as: Float.self)
    #expect(sums == [3e38, .infinity, 3e38, 0])
    for (dtype, last) in [(DType.float32, 0.1), (.bfloat16, 0.10009765625)] {
      let many = Tensor(full: [200_000, 2], 0.1, dtype: dtype).cumulativeSum(axis: 0)
      let expected = Tensor([200_000 * last], dtype: dtype).item(as: Double.self)
      #expect(abs(many[-1, 0].item(as: Double.self) / expected - 1) < 1e-6, "\(dtype)")
    }
  }

  /// What has no finite result keeps it; what is 0 stays 0, with its gradient.
  @Test func whatHasNoFiniteResult() throws {
    #expect(Tensor([Float.infinity, 1]).norm().item() == .infinity)
    #expect(Tensor([Float.nan, 1]).norm().item().isNaN)
    #expect(Tensor([0.0, 1]).norm(order: -2).item() == 0)
    #expect(Tensor([1e30, -1e30]).variance().item() == .infinity)
    #expect(Tensor([Float.infinity, 1]).standardDeviation().item().isNaN)
    #expect(Tensor([Float.infinity, 1]).mean().item() == .infinity)
    #expect(try slope(at: Tensor([0.0, 0])) { $0.norm() }.scalars(as: Double.self) == [0, 0])
    // Of a negative order the norm stays 0, whatever the others are.
    for order in [-1.0, -2, -0.5] {
      #expect(try slope(at: Tensor([0.0, 4, -2])) { $0.norm(order: order) }.scalars(as: Double.self) == [0, 0, 0])
    }
    #expect(try slope(at: Tensor([2.0, 2])) { $0.standardDeviation() }.scalars(as: Double.self) == [0, 0])
  }

  /// Channels of 1e30 beside ones of 1, in training: both of unit variance, and so are the gradients of the weights.
  @Test func batchNormalization() throws {
    let x = Tensor([[1.0, 2], [3, -1], [-2, 0.5], [0, 4]])
    let scaled = x * Tensor([1e30, 1])
    func normal(_ x: Tensor, _ weight: Tensor? = nil) -> Tensor { x.batchNormalized(weight: weight, epsilon: 0).output }
    expectNear(normal(scaled), normal(x), "output")
    let seed = Tensor([[0.5, 1], [2, -1], [1, 3], [-1, 0]])
    let weight = Tensor([1.0, 1])
    let (of, plain) = (
      try slope(at: weight) { (normal(scaled, $0) * seed).sum() },
      try slope(at: weight) { (normal(x, $0) * seed).sum() }
    )
    expectNear(of, plain, "weight")
    let moved = try slope(at: scaled) { (normal($0) * seed).sum() } * Tensor([1e30, 1])
    expectNear(moved, try slope(at: x) { (normal($0) * seed).sum() }, "input")
  }

  /// float32's rounding, of a few operations.
  private func expectNear(_ found: Tensor, _ expected: Tensor, _ name: String) {
    let isNear = found.shape == expected.shape && found.isClose(to: expected, relative: 2e-5, absolute: 2e-5)
    #expect(isNear, "\(name): \(found), expected \(expected)")
  }

  /// With an epsilon, which has the unit of squares and must be rescaled with them.
  @Test(arguments: [1e3, 1e40, 1e130, 1e160, 1e200])
  func normalizationsOfLargeFloat64Rows(_ size: Double) {
    let x = Tensor([[1, 2], [3, -3]], dtype: .float64) * size
    let layer = Tensor([[-1.0, 1], [1, -1]], dtype: .float64)
    #expect(x.layerNormalized().isClose(to: layer, relative: 1e-9, absolute: 1e-9))
    let squares = Tensor([[1.0, 2], [3, -3]], dtype: .float64) / Tensor([[2.5], [9]], dtype: .float64).sqrt()
    #expect(x.rmsNormalized().isClose(to: squares, relative: 1e-9, absolute: 1e-9))
  }

  /// A norm that the type does not hold is no reason to make zeros of what it divides.
  @Test func lengthsThatTheTypeDoesNotHold() {
    let sizes: [(DType, Double)] = [(.float16, 6e4), (.bfloat16, 3e38), (.float32, 3e38), (.float64, 1.5e308)]
    for (dtype, size) in sizes {
      let x = Tensor([[size, -size, size / 2], [size / 4, 0, 0]], dtype: dtype)
      let unit = Tensor([[2.0 / 3, -2.0 / 3, 1.0 / 3], [1, 0, 0]], dtype: dtype)
      let (found, found3) = (x.renormalized(axis: 0, maximum: 1), x.renormalized(order: 3, axis: 0, maximum: 2))
      #expect(found.dtype == dtype && found.isClose(to: unit, relative: 1e-2), "\(found)")
      #expect(found3.norm(order: 3, axis: 1).isClose(to: Tensor([2.0, 2], dtype: dtype), relative: 1e-2))
      #expect(x.renormalized(axis: 0, maximum: .infinity).elementsEqual(x))
    }
    let rows = Tensor([[1.0, -1, 0.5], [0.25, 0.75, -0.3]])
    #expect((rows * 3e38).correlation().isClose(to: rows.correlation(), relative: 1e-4))
    #expect((rows * 1e-42).correlation().isFinite().all().item(as: Bool.self))
  }

  @Test func theGradientOfLogSumExpOfScalarsInABatch() throws {
    let x = Tensor([0.5, 1, 2], dtype: .float64)
    for axis in [0, -1] {
      let slopes = try vmap(over: [x]) { example in
        try valueAndGrad(at: example) { $0[0].logSumExp(axis: axis) }.gradients
      }[0]
      #expect(slopes.elementsEqual(Tensor([1.0, 1, 1], dtype: .float64)))
    }
  }

  @Test func aRangeOfTheFewestNumbersIsRefused() {
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(linspace: 0, 1, count: .min) } }
  }

  /// Compiling a formula takes no longer where it shares its steps many times over.
  @Test func aFormulaThatSharesItsStepsIsCompiledInOnePass() {
    let formula = Formula { x in
      var y = maximum(x, 0)
      for place in 1...60 { y = select(y .> Expression(Double(place)), minimum(y, 100), maximum(y, y)) }
      return y
    }
    #expect(apply(FormulaMap(formula: formula, dtype: .float32), [Tensor([3.0])])[0].scalars(as: Float.self) == [3])
  }
}
