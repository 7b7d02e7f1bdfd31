import Testing
import WeftTensor

/// Functions made of others: their transforms, their edges, and what they refuse.
@Suite struct CompositeTests {
  typealias Function = @Sendable (Tensor) -> Tensor

  /// Each maps a matrix [3, 4] smoothly where its elements differ.
  static let functions: [String: Function] = [
    "quantile": { $0.quantile(0.3, axis: 1) }, "median": { $0.median(axis: 1).values }, "flat median": { $0.median() },
    "kthValue": { $0.kthValue(2, axis: 0).values }, "mode": { $0.mode(axis: 1).values },
    "cumulativeMax": { $0.cumulativeMax(axis: 1).values }, "logCumulativeSumExp": { $0.logCumulativeSumExp(axis: 1) },
    "nanMean": { $0.nanMean(axis: 0) }, "covariance": { $0.covariance() }, "correlation": { $0.correlation() },
    "renormalized": { $0.renormalized(axis: 0, maximum: 0.5) }, "trapezoid": { $0.trapezoid() },
    "difference": { $0.difference(order: 2) }, "vander": { $0.vander(count: 3) }, "rotated": { $0.rotated() },
    "rolled": { $0.rolled(by: [1, 2], axes: [0, 1]) }, "polygamma": { ($0.squared() + 1).polygamma(order: 1) },
    "multivariateLogGamma": { ($0.squared() + 2).multivariateLogGamma(dimension: 2) },
    "indexAdded": { $0.indexAdded($0.sliced(axis: 0, to: 2), at: Tensor([2, 2]), axis: 0) },
    "scatterReduced": { $0.scatterReduced($0.flipped(), at: CompositeTests.indices, axis: 0, by: .mean) },
    "diagonalScattered": { $0.diagonalScattered($0.diagonal() * 2) },
    "selectScattered": { $0.selectScattered($0[0] * 3, axis: 0, index: 1) },
    "nanQuantile": { $0.nanQuantile(Tensor([0.2, 0.7], dtype: .float64), axis: 0) },
    "scatteredProduct": { $0.scatterReduced($0.flipped(), at: CompositeTests.indices, axis: 0, by: .product) },
    "scatteredMinimum": { $0.scatterReduced($0.flipped(), at: CompositeTests.indices, axis: 0, by: .minimum) },
    "taken": { $0.taken(at: Tensor([[0, -1], [5, 5]])) },
    "putting": { $0.putting($0[0] * 2, at: [Tensor([1])], accumulates: true) },
    "maskedScattered": { $0.maskedScattered(Tensor([true, false, true, false]), from: $0.flipped() * 2) },
    "sampledGradient": { $0.sampledGradient(edgeOrder: 2) }, "standardDeviation": { $0.standardDeviationAndMean().0 },
    "combinations": { $0[0].combinations() }, "logit": { $0.sigmoid().logit() },
  ]

  static let indices = Tensor([[0, 2, 1, 0], [1, 1, 1, 1], [2, 0, 0, 2]])

  @Test(arguments: functions.keys.sorted())
  func gradients(_ name: String) throws {
    let function = try #require(Self.functions[name])
    let x = SampleInput.distinct([3, 4]).draw(seed: 5)
    var options = GradientCheckOptions()
    options.absoluteTolerance = 1e-5
    try gradcheck({ [function($0[0])] }, at: [x], options: options)
    try gradgradcheck({ [function($0[0])] }, at: [x], options: options)
  }

  /// seed · (J tangent) is (seed J) · tangent.
  @Test(arguments: functions.keys.sorted())
  func forwardMode(_ name: String) throws {
    let function = try #require(Self.functions[name])
    let (x, tangent) = (SampleInput.distinct([3, 4]).draw(seed: 5), SampleInput.real([3, 4]).draw(seed: 6))
    let (value, moved) = try jvp(at: [x], along: [tangent]) { function($0[0]) }
    expectSame(value, function(x), name)
    let seed = SampleInput.real(value.shape).draw(seed: 7)
    let leaf = x.requiringGrad()
    let pulled = try grad(of: (function(leaf) * seed).sum(), with: leaf)
    expectSame((moved * seed).sum(), (pulled * tangent).sum(), name)
  }

  /// For a batch as for each example.
  @Test(arguments: functions.keys.sorted())
  func batches(_ name: String) throws {
    let function = try #require(Self.functions[name])
    let x = SampleInput.distinct([5, 3, 4]).draw(seed: 8)
    let found = try vmap(over: [x]) { [function($0[0])] }[0]
    expectSame(found, stacked((0..<5).map { function(x[$0]) }), name)
  }
}
