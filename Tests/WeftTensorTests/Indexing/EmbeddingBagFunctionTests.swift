import Testing
import WeftTensor

/// Bags with nothing in them, and rows that count as if they were not there.
@Suite struct EmbeddingBagFunctionTests {
  let table = Tensor([[1.0, 2], [3, -4], [5, 6]], dtype: .float64)
  private let none = Tensor([] as [Int])

  @Test(arguments: EmbeddingBagMode.allCases)
  func emptyBags(_ mode: EmbeddingBagMode) throws {
    let calls: [(Tensor) -> Tensor] = [
      { $0.embeddingBag(none, offsets: Tensor([0, 0]), mode: mode) },
      { $0.embeddingBag(none, offsets: Tensor([0, 0, 0]), mode: mode, includesLastOffset: true) },
      { $0.embeddingBag(Tensor(zeros: [2, 0], dtype: .int64), mode: mode) },
      { $0.embeddingBag(Tensor([1, 1]), offsets: Tensor([0, 0, 0]), mode: mode, includesLastOffset: true) },
      { $0.embeddingBag(Tensor([[2], [2]]), mode: mode, paddingIndex: 2) },
      { $0.embeddingBag(Tensor([[2, 2], [2, 2]]), mode: mode, paddingIndex: -1) },
    ]
    for call in calls {
      let leaf = table.requiringGrad()
      let bags = call(leaf)
      #expect(bags.shape == [2, 2] && bags.scalars(as: Double.self) == [0, 0, 0, 0])
      bags.sum().backward()
      #expect(leaf.grad?.scalars(as: Double.self) == [0, 0, 0, 0, 0, 0])
      let moved = try jvp(at: [table], along: [table]) { call($0[0]) }.1
      #expect(moved.scalars(as: Double.self) == [0, 0, 0, 0])
      let batch = try vmap(over: [Tensor(ones: [3, 3, 2], dtype: .float64)]) { [call($0[0])] }[0]
      #expect(batch.shape == [3, 2, 2] && batch.sum().item() == 0)
    }
  }

  /// No bags at all, and a table without rows.
  @Test(arguments: EmbeddingBagMode.allCases)
  func emptyBatchesAndTables(_ mode: EmbeddingBagMode) throws {
    let leaf = table.requiringGrad()
    for bags in [
      leaf.embeddingBag(Tensor(zeros: [0, 3], dtype: .int64), mode: mode),
      leaf.embeddingBag(none, offsets: none, mode: mode),
    ] {
      #expect(bags.shape == [0, 2])
      #expect(try grad(of: bags.sum(), with: leaf).sum().item() == 0)
    }
    let bare = Tensor(zeros: [0, 2]).requiringGrad()
    let bags = bare.embeddingBag(none, offsets: Tensor([0]), mode: mode)
    #expect(bags.scalars(as: Double.self) == [0, 0])
    #expect(try grad(of: bags.sum(), with: bare).shape == [0, 2])
    #expect(throws: TensorError.self) { try withTensorErrors { bare.embeddingBag(Tensor([[0]]), mode: mode) } }
  }

  @Test(arguments: EmbeddingBagMode.allCases)
  func aFullBagBesideEmptyOnes(_ mode: EmbeddingBagMode) throws {
    let leaf = table.requiringGrad()
    let bags = leaf.embeddingBag(Tensor([0, 1]), offsets: Tensor([0, 0, 2, 2]), mode: mode)
    let full: [Double] = mode == .sum ? [4, -2] : mode == .mean ? [2, -1] : [3, 2]
    #expect(bags.scalars(as: Double.self) == [0, 0] + full + [0, 0, 0, 0])
    let slopes: [Double] = mode == .sum ? [1, 1, 1, 1] : mode == .mean ? [0.5, 0.5, 0.5, 0.5] : [0, 1, 1, 0]
    #expect(try grad(of: bags.sum(), with: leaf).scalars(as: Double.self) == slopes + [0, 0])
  }

  /// NaN in a padding row, or in the weight it would have, leaves no trace.
  @Test(arguments: EmbeddingBagMode.allCases)
  func paddingIsNotLookedAt(_ mode: EmbeddingBagMode) throws {
    var holed = table
    holed[2] = Tensor(Double.nan, dtype: .float64)
    for padding in [2, -1] {
      let leaf = holed.requiringGrad()
      let bag = leaf.embeddingBag(Tensor([[0, 2, 0]]), mode: mode, paddingIndex: padding)
      #expect(bag.scalars(as: Double.self) == (mode == .sum ? [2, 4] : [1, 2]))
      #expect(try grad(of: bag.sum(), with: leaf).sum().item() == (mode == .maximum ? 2 : mode == .sum ? 4 : 2))
    }
    guard mode == .sum else { return }
    let (leaf, weights) = (holed.requiringGrad(), Tensor([[2.0, .nan, 3]], dtype: .float64).requiringGrad())
    let bag = leaf.embeddingBag(Tensor([[0, 2, 0]]), mode: .sum, perSampleWeights: weights, paddingIndex: 2)
    let gradients = try grad(of: [bag.sum()], with: [leaf, weights])
    #expect(bag.scalars(as: Double.self) == [5, 10])
    #expect(gradients[0]?.scalars(as: Double.self) == [5, 5, 0, 0, 0, 0])
    #expect(gradients[1]?.scalars(as: Double.self) == [3, 0, 3])
  }

  @Test func paddingRowsCountFromTheEnd() throws {
    let leaf = table.requiringGrad()
    let rows = leaf.embedding(Tensor([2, 0]), paddingIndex: -1)
    #expect(try grad(of: rows.sum(), with: leaf).scalars(as: Double.self) == [1, 1, 0, 0, 0, 0])
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { table.embeddingBag(Tensor([[0]]), paddingIndex: -4) }
    }
    #expect(error?.description.contains("a padding index in -3 ..< 3, got -4") == true)
    #expect(throws: TensorError.self) { try withTensorErrors { table.embedding(Tensor([0]), paddingIndex: -4) } }
  }
}
