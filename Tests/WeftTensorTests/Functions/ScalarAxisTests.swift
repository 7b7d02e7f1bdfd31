import Testing
import WeftTensor

/// A scalar as a line of one element along axis 0 or -1: the operations of which PyTorch takes it so.
@Suite struct ScalarAxisTests {
  typealias Function = @Sendable (Tensor, Int) -> Tensor

  static let functions: [String: Function] = [
    "sum": { $0.sum(axis: $1) }, "mean": { $0.mean(axis: $1) }, "product": { $0.product(axis: $1) },
    "max": { $0.max(axis: $1) }, "min": { $0.min(axis: $1) }, "minAndMax": { $0.minAndMax(axis: $1).max },
    "argMax": { $0.argMax(axis: $1) }, "argMin": { $0.argMin(axis: $1) },
    "all": { ($0 .> 0).all(axis: $1) }, "any": { ($0 .> 0).any(axis: $1) }, "norm": { $0.norm(axis: $1) },
    "norm 3": { $0.norm(order: 3, axis: $1) }, "logSumExp": { $0.logSumExp(axis: $1) },
    "variance": { $0.variance(axis: $1, correction: 0) },
    "standardDeviation": { $0.standardDeviation(axis: $1, correction: 0) },
    "nanSum": { $0.nanSum(axis: $1) }, "nanMean": { $0.nanMean(axis: $1) },
    "countNonzero": { $0.countNonzero(axis: $1) }, "cumulativeSum": { $0.cumulativeSum(axis: $1) },
    "cumulativeProduct": { $0.cumulativeProduct(axis: $1) }, "cumulativeMax": { $0.cumulativeMax(axis: $1).values },
    "cumulativeMin": { $0.cumulativeMin(axis: $1).values },
    "logCumulativeSumExp": { $0.logCumulativeSumExp(axis: $1) }, "softmax": { $0.softmax(axis: $1) },
    "softmin": { $0.softmin(axis: $1) }, "logSoftmax": { $0.logSoftmax(axis: $1) },
    "gumbelSoftmax": { $0.gumbelSoftmax(axis: $1) }, "gumbelSoftmax hard": { $0.gumbelSoftmax(isHard: true, axis: $1) },
    "median": { $0.median(axis: $1).values }, "nanMedian": { $0.nanMedian(axis: $1).values },
    "mode": { $0.mode(axis: $1).values }, "kthValue": { $0.kthValue(1, axis: $1).values },
    "quantile": { $0.quantile(0.3, axis: $1) }, "nanQuantile": { $0.nanQuantile(0.3, axis: $1) },
    "maxWithIndices": { $0.maxWithIndices(axis: $1).values },
    "minWithIndices": { $0.minWithIndices(axis: $1).values }, "sorted": { $0.sorted(axis: $1).values },
    "argsort": { $0.argsort(axis: $1) }, "topK": { $0.topK(1, axis: $1).values }, "flipped": { $0.flipped(axis: $1) },
    "squeezed": { $0.squeezed($1) }, "squeezed axes": { $0.squeezed(axes: [$1]) },
    "transposed": { $0.transposed($1, $1) }, "movedAxis": { $0.movedAxis($1, to: $1) },
    "movedAxes": { $0.movedAxes([$1], to: [$1]) }, "normalized": { $0.normalized(axis: $1) },
    "cosineSimilarity": { cosineSimilarity($0, $0, axis: $1) }, "vectorDot": { $0.vectorDot($0, axis: $1) },
    "indexSelected": { $0.indexSelected(Tensor([0]), axis: $1) }, "gathered": { $0.gathered(Tensor(0), axis: $1) },
    "scattered": { $0.scattered($0 * 2, at: Tensor(0), axis: $1) },
    "scatterAdded": { $0.scatterAdded($0 * 2, at: Tensor(0), axis: $1) },
    "scatterReduced": { $0.scatterReduced($0 * 2, at: Tensor(0), axis: $1, by: .mean) },
    "indexAdded": { $0.indexAdded($0, at: Tensor([0]), axis: $1) },
    "indexCopied": { $0.indexCopied($0 * 2, at: Tensor([0]), axis: $1) },
    "indexFilled": { $0.indexFilled(3, at: Tensor([0]), axis: $1) },
    "indexReduced": { $0.indexReduced($0 * 2, at: Tensor([0]), axis: $1, by: .maximum) },
  ]

  /// As of a list of one element, but without the axis.
  @Test(arguments: functions.keys.sorted(), [0, -1])
  func aScalarIsALine(_ name: String, _ axis: Int) throws {
    let function = try #require(Self.functions[name])
    let x = Tensor(0.75, dtype: .float64)
    let found = function(x, axis)
    #expect(found.rank == 0, "\(found.shape)")
    guard name != "gumbelSoftmax" else { return }
    let list =
      name.hasPrefix("gathered") || name.hasPrefix("scatter") || name.hasPrefix("index") ? nil : x.unsqueezed(0)
    if let list { #expect(found.elementsEqual(function(list, axis).reshaped(to: []))) }
  }

  /// With its gradient, and for each scalar of a batch.
  @Test(arguments: functions.keys.sorted())
  func gradientsAndBatches(_ name: String) throws {
    let function = try #require(Self.functions[name])
    guard !name.hasPrefix("gumbel") else { return }
    let x = Tensor([0.75, 2, -1], dtype: .float64)
    for axis in [0, -1] {
      let batch = try vmap({ function($0, axis) })(x)
      let each = stacked((0..<3).map { function(x[$0], axis) })
      #expect(batch.isClose(to: each), "\(batch), each \(each)")
    }
    let scalar = x[0]
    guard function(scalar.requiringGrad(), 0).requiresGrad else { return }
    let found = try slope(at: scalar) { function($0, 0) }
    #expect(found.rank == 0 && found.item().isFinite)
  }

  /// Shapes that are no scalar's.
  @Test func withAnAxisAdded() {
    let x = Tensor(2.5)
    #expect(x.flattened(from: 0, through: -1).shape == [1])
    #expect(x.slidingWindows(axis: 0, size: 1).shape == [1])
    #expect(x.quantile(Tensor([0.5, 0.2], dtype: .float64), axis: -1).shape == [2])
    #expect(x.gathered(Tensor([0]), axis: 0).shape == [1])
  }

  /// There is no axis 1, and what cuts an axis up or joins along one wants an axis, as in PyTorch.
  @Test func whatIsRefused() {
    let x = Tensor(2.5)
    let refused: [@Sendable () -> Void] = [
      { _ = x.sum(axis: 1) }, { _ = x.softmax(axis: 1) }, { _ = x.sum(axes: [0, -1]) }, { _ = x.median(axis: -2) },
      { _ = x.quantile(0.5, axis: 1) }, { _ = x.sliced(axis: 0, from: 0) },
      { _ = x.narrowed(axis: 0, from: 0, count: 1) },
      { _ = x.unbound() }, { _ = x.split(size: 1) }, { _ = x.chunked(1) }, { _ = concatenated([x, x]) },
      { _ = x.difference() }, { _ = x.rolled(by: 1, axis: 0) }, { _ = x.glu() }, { _ = x.trapezoid() },
      { _ = x.shape[0] },
    ]
    for (place, call) in refused.enumerated() {
      #expect(throws: TensorError.self, "call \(place)") { try withTensorErrors { call() } }
    }
  }

  /// After a failure placeholders go on, which look like scalars: each of these called itself on one without end.
  @Test func whatAFailedOperationGaveIsNoLine() {
    let calls: [@Sendable (Tensor) -> Void] = [
      { _ = $0.softmax(axis: 0) }, { _ = $0.logSoftmax(axis: -1) }, { _ = $0.cumulativeSum(axis: 0) },
      { _ = $0.cumulativeProduct(axis: 0) }, { _ = $0.cumulativeMax(axis: 0) }, { _ = $0.cumulativeMin(axis: 0) },
      { _ = $0.logCumulativeSumExp(axis: 0) }, { _ = $0.maxWithIndices(axis: 0) }, { _ = $0.minWithIndices(axis: 0) },
      { _ = $0.mode(axis: 0) }, { _ = $0.median(axis: 0) }, { _ = $0.kthValue(1, axis: 0) },
      { _ = $0.sorted(axis: 0, descending: false) }, { _ = $0.topK(1, axis: 0, largest: true) },
      { _ = $0.quantile(0.5, axis: 0) }, { _ = $0.sum(axis: 0) },
    ]
    for (place, call) in calls.enumerated() {
      #expect(throws: TensorError.self, "call \(place)") { try withTensorErrors { call(Tensor([1.0]).reshaped(2)) } }
    }
  }
}
