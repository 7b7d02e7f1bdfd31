import Testing
import WeftTensor

@Suite("Functions with options against PyTorch")
struct FunctionGoldenTests {
  typealias Call = @Sendable ([Tensor]) -> [Tensor]

  static let calls = [
    quantiles, statistics, reductions, sorting, reducing, indexing, shapes, joins, elementwise, bits,
  ]
  .reduce(into: [String: Call]()) { $0.merge($1) { a, _ in a } }

  @Test func everyGoldenHasItsCall() {
    #expect(!FunctionGolden.all.isEmpty)
    #expect(Set(FunctionGolden.all.map(\.name)) == Set(Self.calls.keys))
  }

  @Test("As PyTorch, with gradients", arguments: FunctionGolden.all)
  func golden(_ golden: FunctionGolden) throws {
    let call = try #require(Self.calls[golden.name])
    try golden.check(call)
  }

  private static let q = Tensor([0, 0.1, 0.35, 0.5, 0.75, 1], dtype: .float64)

  private static let quantiles: [String: Call] = QuantileInterpolation.allCases.reduce(
    into: [
      "quantile of all, kept": { x in [x[0].quantile(q, keepDims: true)] },
      "quantile of a number, kept": { x in [x[0].quantile(0.3, axis: 0, keepDims: true)] },
      "quantile with NaN": { x in [x[0].quantile(q, axis: 1)] },
      "nanQuantile of nothing": { x in [x[0].nanQuantile(q, axis: 1)] },
    ]
  ) { calls, mode in
    calls["quantile \(mode)"] = { x in [x[0].quantile(q, axis: 1, interpolation: mode)] }
    calls["nanQuantile \(mode)"] = { x in [x[0].nanQuantile(q, axis: 1, interpolation: mode)] }
  }

  private static func both(_ results: (Tensor, Tensor)) -> [Tensor] { [results.0, results.1] }

  private static let statistics: [String: Call] = [
    "median": { x in [x[0].median()] },
    "median of an even number": { x in [x[0].sliced(axis: 1, to: 4).median()] },
    "median along": { x in both(x[0].median(axis: 1)) },
    "median along, kept": { x in both(x[0].median(axis: 0, keepDims: true)) },
    "median with NaN": { x in both(x[0].median(axis: 1)) },
    "nanMedian": { x in [x[0].nanMedian()] },
    "nanMedian along": { x in both(x[0].nanMedian(axis: 1)) },
    "nanMedian of nothing": { x in both(x[0].nanMedian(axis: 1)) },
    "kthValue": { x in both(x[0].kthValue(2, axis: 1)) },
    "kthValue, kept": { x in both(x[0].kthValue(3, axis: 0, keepDims: true)) },
    "mode": { x in both(x[0].mode(axis: 1)) },
    "mode, kept": { x in both(x[0].mode(axis: 0, keepDims: true)) },
    "cumulativeMax": { x in both(x[0].cumulativeMax(axis: 1)) },
    "cumulativeMin": { x in both(x[0].cumulativeMin(axis: 1)) },
    "cumulativeMax with NaN": { x in both(x[0].cumulativeMax(axis: 1)) },
    "cumulativeMin with NaN": { x in both(x[0].cumulativeMin(axis: 1)) },
    "logCumulativeSumExp": { x in [x[0].logCumulativeSumExp(axis: 1)] },
    "logCumulativeSumExp far apart": { x in [x[0].logCumulativeSumExp(axis: 0)] },
    "logCumulativeSumExp from nothing": { x in [x[0].logCumulativeSumExp(axis: 0)] },
  ]

  private static let reductions: [String: Call] = [
    "nanSum": { x in [x[0].nanSum(axis: 1)] },
    "nanMean": { x in [x[0].nanMean(axis: 1)] },
    "nanMean of nothing": { x in [x[0].nanMean(axis: 1)] },
    "countNonzero": { x in [x[0].countNonzero(axis: 1)] },
    "minAndMax": { x in both(x[0].minAndMax(axis: 1)) },
    "standardDeviationAndMean": { x in both(x[0].standardDeviationAndMean(axes: [1])) },
    "difference": { x in [x[0].difference(order: 2, axis: 0)] },
    "difference with ends": { x in [x[0].difference(prepend: x[1], append: x[2])] },
    "difference of bool": { x in [x[0].difference()] },
    "distance": { x in [x[0].distance(to: x[1], order: 3)] },
    "renormalized": { x in [x[0].renormalized(order: 2, axis: 0, maximum: 1.5)] },
    "renormalized 1": { x in [x[0].renormalized(order: 1, axis: 1, maximum: 2)] },
    "covariance": { x in [x[0].covariance()] },
    "covariance of one": { x in [x[0].covariance(correction: 0)] },
    "covariance weighted": { x in [x[0].covariance(frequencies: Tensor([1, 2, 3, 1, 2]), weights: x[1])] },
    "correlation": { x in [x[0].correlation()] },
    "trapezoid": { x in [x[0].trapezoid(step: 0.5, axis: 0)] },
    "trapezoid at": { x in [x[0].trapezoid(at: x[1])] },
    "trapezoid at, first axis": { x in [x[0].trapezoid(at: x[1], axis: 0)] },
    "sampledGradient 1": { x in [x[0].sampledGradient(spacing: 0.5, axis: 1)] },
    "sampledGradient 2": { x in [x[0].sampledGradient(spacing: 0.5, axis: 1, edgeOrder: 2)] },
    "cumulativeTrapezoid": { x in [x[0].cumulativeTrapezoid(at: x[1])] },
  ]

  private static func all(_ unique: UniqueElements) -> [Tensor] { [unique.values, unique.inverse, unique.counts] }
  private static func all(_ histogram: Histogram) -> [Tensor] { [histogram.counts, histogram.edges] }

  private static let sorting: [String: Call] = [
    "unique": { x in all(x[0].unique()) },
    "unique of floats": { x in all(x[0].unique()) },
    "unique rows": { x in all(x[0].unique(axis: 0)) },
    "unique columns": { x in all(x[0].unique(axis: 1)) },
    "uniqueConsecutive": { x in all(x[0].uniqueConsecutive()) },
    "uniqueConsecutive rows": { x in all(x[0].uniqueConsecutive(axis: 0)) },
    "searchSorted": { x in [x[0].searchSorted(x[1])] },
    "searchSorted right": { x in [x[0].searchSorted(x[1], right: true)] },
    "searchSorted lines": { x in [x[0].searchSorted(x[1])] },
    "searchSorted by a sorter": { x in [x[0].searchSorted(x[1], sorter: x[0].argsort())] },
    "bucketized": { x in [x[0].bucketized(x[1])] },
    "bucketized right": { x in [x[0].bucketized(x[1], right: true)] },
    "isIn": { x in [x[0].isIn(x[1])] },
    "isIn of floats": { x in [x[0].isIn(x[1])] },
    "binCount": { x in [x[0].binCount(minimumLength: 10)] },
    "binCount weighted": { x in [x[0].binCount(weights: x[1])] },
    "histc": { x in [x[0].histogram(bins: 4, range: 0...1).counts] },
    "histogram": { x in all(x[0].histogram(bins: 5)) },
    "histogram weighted density": { x in
      all(x[0].histogram(bins: 4, range: -1...1, weights: x[1], isDensity: true))
    },
    "histogram with edges": { x in all(x[0].histogram(edges: x[1])) },
    "histogram of equal numbers": { x in all(x[0].histogram(bins: 4)) },
  ]
}
