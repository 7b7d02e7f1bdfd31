import Testing

@testable import WeftTensor

@Suite("Operations with indices")
struct IndexOperationTests {
  @Test func samplesHold() throws {
    try checkSamples(of: Gather.self)
    try checkSamples(of: Ungather.self)
    try checkSamples(of: Scatter.self)
    try checkSamples(of: ScatterStayed.self)
    try checkSamples(of: ScatterAdd.self)
    try checkSamples(of: IndexSelect.self)
    try checkSamples(of: IndexAdd.self)
    try checkSamples(of: Embedding.self)
    try checkSamples(of: EmbeddingGradient.self)
    try checkSamples(of: OneHot.self)
  }

  @Test func paddingRowGetsNoGradient() throws {
    let table = Tensor([[1.0, 2], [3, 4], [5, 6]], dtype: .float64).requiringGrad()
    let rows = table.embedding(Tensor([1, 0, 1, 2]), paddingIndex: 1)
    #expect(rows.scalars(as: Int.self) == [3, 4, 1, 2, 3, 4, 5, 6])
    let gradient = try #require(try grad(of: [(rows * rows).sum()], with: [table])[0])
    #expect(gradient.scalars(as: Int.self) == [2, 4, 0, 0, 10, 12])
  }

  @Test func badIndicesAreNamed() {
    let x = Tensor(zeros: [2, 3])
    let index = Tensor([[0, -1], [5, 2]])
    let message = """
      [gather]: expected indices in 0 ..< 3, got smallest -1 at [0, 1] and largest 5 at [1, 0]
        tensor: float32 [2, 3]
        indices: int64 [2, 2]
        hint: negative indices count from the end only in subscripts; a mark such as -1 or -100 must be masked or named \
      as the ignored index
      """
    let error = #expect(throws: TensorError.self) { try withTensorErrors { x.gathered(index, axis: 1) } }
    #expect(error?.description == message)
    #expect(error?.code == .index)
    let typed = #expect(throws: TensorError.self) { try withTensorErrors { x.embedding(Tensor([0.5])) } }
    #expect(
      typed?.description == """
        [embedding]: expected indices of type int64, int32, int8 or uint8, got float32
          table: float32 [2, 3]
          indices: float32 [1]
          hint: `.converted(to: .int64)`
        """)
  }

  @Test func takenAlongBroadcasts() {
    let x = Tensor([[1.0, 2, 3], [4, 5, 6]])
    #expect(x.takenAlong(Tensor([[2, 0]]), axis: 1).scalars(as: Int.self) == [3, 1, 6, 4])
  }

  @Test func oneHotFindsItsWidth() {
    let rows = Tensor([1, 0, 2] as [Int32]).oneHot()
    #expect(rows.shape == [3, 3])
    #expect(rows.scalars(as: Int.self) == [0, 1, 0, 1, 0, 0, 0, 0, 1])
  }
}
