import Testing

import WeftTensor

@Suite("Operations with indices")
struct IndexOperationTests {
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
        [embedding]: expected indices of an integer type, got float32
          table: float32 [2, 3]
          indices: float32 [1]
          hint: `.converted(to: .int64)`
        """)
  }

  @Test func takenAlongBroadcasts() {
    let x = Tensor([[1.0, 2, 3], [4, 5, 6]])
    #expect(x.takenAlong(Tensor([[2, 0]]), axis: 1).scalars(as: Int.self) == [3, 1, 6, 4])
  }

  @Test func takenAlongCountsFromTheEnd() throws {
    let x = Tensor([[1.0, 2, 3], [4, 5, 6]], dtype: .float64)
    let indices = Tensor([[-1, 0], [-3, 2]] as [[Int32]])
    #expect(x.takenAlong(indices, axis: -1).rows(as: Int.self) == [[3, 1], [4, 6]])
    #expect(x.takenAlong(Tensor([[-1]]), axis: 0).rows(as: Int.self) == [[4, 5, 6]])
    let slopes = try grad { $0.takenAlong(Tensor([[-1, -1]]), axis: 1).sum() }(x)
    #expect(slopes.rows(as: Int.self) == [[0, 0, 2], [0, 0, 2]])
    let batch = try vmap(over: [x, indices]) { [$0[0].takenAlong($0[1], axis: 0)] }[0]
    #expect(batch.rows(as: Int.self) == [[3, 1], [4, 6]])
    let error = #expect(throws: TensorError.self) { try withTensorErrors { x.takenAlong(Tensor([[-4]]), axis: 1) } }
    #expect(error?.description.contains("[takenAlong]: expected indices in -3 ..< 3, got smallest -4") == true)
  }

  @Test func masksFillWithANumberThatLearns() throws {
    let x = Tensor([[1.0, -2, 3], [-4, 5, -6]], dtype: .float64).requiringGrad()
    let value = Tensor(9.0, dtype: .float64).requiringGrad()
    let mask = Tensor([true, false, true])
    let filled = x.maskedFilled(where: mask, with: value)
    #expect(filled.rows(as: Int.self) == [[9, -2, 9], [9, 5, 9]])
    let gradients = try grad(of: [(filled * filled).sum()], with: [x, value])
    #expect(gradients[0]?.scalars(as: Int.self) == [0, -4, 0, 0, 10, 0])
    #expect(gradients[1]?.item() == 72)
    #expect(Tensor([1, 2, 3]).maskedFilled(where: mask, with: Tensor(7.9)).scalars(as: Int.self) == [7, 2, 7])
    let halves = Tensor([1.0, 2, 3], dtype: .float16).maskedFilled(where: mask, with: value)
    #expect(halves.dtype == .float16 && halves.scalars(as: Int.self) == [9, 2, 9])
    let error = #expect(throws: TensorError.self) {
      try withTensorErrors { x.maskedFilled(where: mask, with: Tensor([1.0, 2, 3])) }
    }
    #expect(error?.description.contains("expected a value without axes, got [3]") == true)
    #expect(throws: TensorError.self) { try withTensorErrors { x.maskedFilled(where: x, with: value) } }
  }

  @Test func oneHotFindsItsWidth() {
    let rows = Tensor([1, 0, 2] as [Int32]).oneHot()
    #expect(rows.shape == [3, 3])
    #expect(rows.scalars(as: Int.self) == [0, 1, 0, 1, 0, 0, 0, 0, 1])
  }

  @Test func masksSelectAndFill() throws {
    let x = Tensor([[1.0, -2, 3], [-4, 5, -6]], dtype: .float64).requiringGrad()
    let mask = Tensor([true, false, true])
    let chosen = x.maskedSelected(mask)
    #expect(chosen.scalars(as: Int.self) == [1, 3, -4, -6])
    let gradient = try #require(try grad(of: [(chosen * chosen).sum()], with: [x])[0])
    #expect(gradient.scalars(as: Int.self) == [2, 0, 6, -8, 0, -12])
    #expect(x.maskedFilled(where: mask, with: 9).scalars(as: Int.self) == [9, -2, 9, 9, 5, 9])
    #expect(throws: TensorError.self) { try withTensorErrors { x.maskedSelected(x) } }
  }

  @Test func nonzeroNamesPlaces() {
    let x = Tensor([[0, 3, 0], [7, 0, -1]])
    #expect(x.nonzero().rows(as: Int.self) == [[0, 1], [1, 0], [1, 2]])
    #expect(Tensor(zeros: [2, 2]).nonzero().shape == [0, 2])
    #expect(Tensor(5.0).nonzero().shape == [1, 0])
  }

  @Test func sortsAreStableAndPutNaNLast() {
    let x = Tensor([2, Double.nan, 1, 2, -Double.infinity])
    let (values, indices) = x.sorted()
    #expect(indices.scalars(as: Int.self) == [4, 2, 0, 3, 1])
    #expect(values.scalars(as: Float.self).prefix(4) == [-Float.infinity, 1, 2, 2])
    #expect(x.argsort(descending: true).scalars(as: Int.self) == [1, 0, 3, 2, 4])
    let top = Tensor([[3, 1, 2], [4, 6, 5]]).topK(2)
    #expect(top.values.rows(as: Int.self) == [[3, 2], [6, 5]])
    #expect(top.indices.rows(as: Int.self) == [[0, 2], [1, 2]])
    #expect(Tensor([3, 1, 2]).topK(1, largest: false).values.scalars(as: Int.self) == [1])
    #expect(throws: TensorError.self) { try withTensorErrors { _ = x.topK(6) } }
  }
}
