import Testing
import WeftTensor

@Suite struct VmapTests {
  private let a = Tensor((0..<12).map { Double($0) / 5 - 1 }, shape: [4, 3], dtype: .float64)
  private let w = Tensor([0.5, -1, 2], dtype: .float64)

  @Test func theFunctionSeesOneExample() throws {
    let result = try vmap(over: [a]) { x in
      #expect(x[0].shape == [3])
      return [x[0].exp() * 2]
    }
    #expect(result[0].isClose(to: a.exp() * 2, relative: 1e-14))
  }

  @Test func examplesOfLowerRankLineUpFromTheEnd() throws {
    let matrix = Tensor((0..<24).map { Double($0) }, shape: [4, 2, 3], dtype: .float64)
    let result = try vmap(over: [a, matrix]) { [$0[0] + $0[1]] }[0]
    #expect(result.elementsEqual(a.unsqueezed(1) + matrix))
  }

  @Test func axesSayWhereTheBatchIs() throws {
    let result = try vmap(over: [a.transposed(), w], axes: [1, nil], outputAxis: -1) { [$0[0] * $0[1]] }[0]
    #expect(result.elementsEqual((a * w).transposed()))
  }

  @Test func whatIsTheSameForAllIsRepeated() throws {
    let result = try vmap(over: [a]) { _ in [w] }[0]
    #expect(result.shape == [4, 3] && result[3].elementsEqual(w))
  }

  @Test func aGradientForEachExample() throws {
    let perExample = try vmap(over: [w, a], axes: [nil, 0]) { wa in
      try valueAndGrad(at: [wa[0]]) { w in (w[0] * wa[1]).squared().sum() }.gradients
    }[0]
    #expect(perExample.isClose(to: 2 * a * a * w, relative: 1e-13))
  }

  @Test func gradientsFlowThroughTheBatch() throws {
    let leaf = w.requiringGrad()
    let sums = try vmap(over: [a]) { [($0[0] * leaf).sin()] }[0]
    sums.sum().backward()
    #expect(try #require(leaf.grad).isClose(to: (a * (a * w).cos()).sum(axis: 0), relative: 1e-13))
  }

  /// The gradient of a sum of per-example gradients goes through the backward passes inside.
  @Test func gradientsOfGradientsInside() throws {
    let leaf = w.requiringGrad()
    let inner = try vmap(over: [a]) { a in
      try valueAndGrad(at: [a[0]]) { x in (x[0] * x[0] * leaf).sum() }.gradients
    }[0]
    inner.sum().backward()
    #expect(try #require(leaf.grad).isClose(to: (2 * a).sum(axis: 0), relative: 1e-13))
  }

  @Test func batchesNest() throws {
    let outer = try vmap(over: [a]) { x in try vmap(over: [w]) { y in [x[0] * y[0]] } }[0]
    #expect(outer.elementsEqual(a.unsqueezed(1) * w.unsqueezed(1)))
  }

  @Test func tangentsOfABatch() throws {
    let tangents = try vmap(over: [a]) { x in
      let tangent: Tensor = try jvp(at: x, along: [x[0]]) { $0[0].squared() }.tangent
      return [tangent]
    }[0]
    #expect(tangents.isClose(to: 2 * a * a, relative: 1e-13))
    let (_, tangent) = try jvp(at: [a], along: [a]) { x in try vmap(over: x) { [$0[0].squared()] }[0] }
    #expect(tangent.isClose(to: 2 * a * a, relative: 1e-13))
  }

  @Test func valuesCannotBeRead() {
    #expect(throws: TensorError.self) {
      try vmap(over: [a]) { x in x[0].sum().item() > 0 ? x : [-x[0]] }
    }
  }

  @Test func anOperationWithoutARuleIsNamed() {
    let error = #expect(throws: TensorError.self) {
      try vmap(over: [a]) { [NoBatchRule().callAsFunction($0[0])] }
    }
    #expect(error?.description.contains("no_batch_rule") == true)
  }

  @Test func batchesOfUnlikeSizesAreRefused() {
    #expect(throws: TensorError.self) { try vmap(over: [a, w]) { [$0[0] * $0[1]] } }
    #expect(throws: TensorError.self) { try vmap(over: [a], axes: [nil]) { $0 } }
    #expect(throws: TensorError.self) { try vmap(over: [a], axes: [2]) { $0 } }
  }

  @Test func aTensorKeptFromInsideIsRefused() throws {
    var kept: Tensor?
    _ = try vmap(over: [a]) { x in
      kept = x[0]
      return x
    }
    #expect(throws: TensorError.self) { try withTensorErrors { try #require(kept) + 1 } }
  }

  /// Another transform of the same level does not take it for one of its own.
  @Test func aTensorKeptFromInsideIsRefusedByOthers() throws {
    var kept: Tensor?
    _ = try vmap(over: [a]) { x in
      kept = x[0]
      return x
    }
    let old = try #require(kept)
    #expect(throws: TensorError.self) { try vmap(over: [a]) { [$0[0] + old] } }
    #expect(throws: TensorError.self) { try withTensorErrors { try jvp(at: [a], along: [a]) { ($0[0] + old).sum() } } }
  }

  @Test func detachingCutsWhatIsOutsideToo() throws {
    let leaf = a.requiringGrad()
    try vmap(over: [leaf]) { [$0[0].detach() * $0[0]] }[0].sum().backward()
    #expect(try #require(leaf.grad).elementsEqual(a))
    let other = a.requiringGrad()
    try jvp(at: [other], along: [a]) { ($0[0].detach() * $0[0]).sum() }.value.backward()
    #expect(try #require(other.grad).elementsEqual(a))
  }

  @Test func aCheckpointInsideIsRunAgainForTheBatch() throws {
    let leaf = w.requiringGrad()
    try vmap(over: [a]) { x in [checkpoint { (x[0] * leaf).sin() }] }[0].sum().backward()
    #expect(try #require(leaf.grad).isClose(to: (a * (a * w).cos()).sum(axis: 0), relative: 1e-13))
  }

  // Indices of their own for each example.

  @Test(arguments: [[2, 0, 1, 1], [-1, 0, -2, 2]])
  func elementsAreReadByIndices(_ indices: [Int]) throws {
    let index = Tensor(indices).unsqueezed(-1)
    let expected = stacked((0..<4).map { a[$0][index[$0]] })
    #expect(try vmap(over: [a, index]) { [$0[0][$0[1]]] }[0].elementsEqual(expected))
    #expect(try vmap(over: [a, index]) { [$0[0].taken(at: $0[1])] }[0].elementsEqual(expected))
  }

  @Test(arguments: [[2, 0, 1, 1], [-1, 0, -2, 2]])
  func elementsAreWrittenByIndices(_ indices: [Int]) throws {
    let index = Tensor(indices).unsqueezed(-1)
    let expected = stacked(
      (0..<4).map { example in
        var x = Tensor(zeros: [3], dtype: .float64)
        x[index[example]] = 7
        return x
      })
    let assigned = try vmap(over: [index]) { index -> [Tensor] in
      var x = Tensor(zeros: [3], dtype: .float64)
      x[index[0]] = 7
      return [x]
    }[0]
    #expect(assigned.elementsEqual(expected))
    let put = try vmap(over: [index]) { index -> [Tensor] in
      [Tensor(zeros: [3], dtype: .float64).putting(Tensor([7.0]), at: [index[0]])]
    }[0]
    #expect(put.elementsEqual(expected))
  }

  /// Neither column may hide the other's overflow.
  @Test func anIndexOutsideAmongSeveralIsRefused() {
    let (x, rows) = (Tensor(zeros: [3, 4]), Tensor([[0], [0]]))
    for columns in [Tensor([[1], [7]]), Tensor([[-5], [1]])] {
      #expect(throws: TensorError.self) { try vmap(over: [rows, columns]) { [x[$0[0], $0[1]]] } }
      #expect(throws: TensorError.self) {
        try vmap(over: [rows, columns]) { [x.putting(Tensor([1.0]), at: [$0[0], $0[1]])] }
      }
    }
  }

  @Test func anIndexOutsideInALaterExampleIsRefused() {
    let index = Tensor([[0], [1], [3], [0]])
    #expect(throws: TensorError.self) { try vmap(over: [a, index]) { [$0[0][$0[1]]] } }
    #expect(throws: TensorError.self) { try vmap(over: [a, -1 - index]) { [$0[0][$0[1]]] } }
  }
}

private struct NoBatchRule: TensorOperation {
  static let name = "no_batch_rule"
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { inputs }
  static let samples = [Sample(NoBatchRule(), .real([3]))]
}
