import Testing

import WeftTensor

@Suite("Operations on shapes")
struct ShapeOperationTests {
  @Test func splitAndChunkedSizes() {
    let x = Tensor(arange: 10)
    #expect(x.split(size: 4).map(\.shape) == [[4], [4], [2]])
    #expect(x.chunked(3).map(\.shape) == [[4], [4], [2]])
    #expect(x.chunked(6).map(\.shape) == [[2], [2], [2], [2], [2]])
    #expect(x.split(into: [3, 7])[1].scalars(as: Int.self) == [3, 4, 5, 6, 7, 8, 9])
  }

  @Test func paddingModes() {
    let x = Tensor([1, 2, 3, 4])
    #expect(x.padded([(2, 1)]).scalars(as: Int.self) == [0, 0, 1, 2, 3, 4, 0])
    #expect(x.padded([(2, 3)], mode: .reflect).scalars(as: Int.self) == [3, 2, 1, 2, 3, 4, 3, 2, 1])
    #expect(x.padded([(2, 1)], mode: .replicate).scalars(as: Int.self) == [1, 1, 1, 2, 3, 4, 4])
    #expect(x.padded([(1, 2)], mode: .circular).scalars(as: Int.self) == [4, 1, 2, 3, 4, 1, 2])
    let image = Tensor(arange: 4).reshaped(1, 2, 2).padded([(1, 0), (0, 1)])
    #expect(image.shape == [1, 3, 3])
    #expect(image.scalars(as: Int.self) == [0, 0, 0, 0, 1, 0, 2, 3, 0])
  }

  @Test func orderAndRepetition() {
    let x = Tensor(arange: 6).reshaped(2, 3)
    #expect(x.flipped(axes: [1]).scalars(as: Int.self) == [2, 1, 0, 5, 4, 3])
    #expect(x.flipped().scalars(as: Int.self) == [5, 4, 3, 2, 1, 0])
    #expect(x.rolled(by: 1, axis: 1).scalars(as: Int.self) == [2, 0, 1, 5, 3, 4])
    #expect(x.rolled(by: -4, axis: 1).scalars(as: Int.self) == [1, 2, 0, 4, 5, 3])
    #expect(x.repeated(2, 1).rows(as: Int.self) == [[0, 1, 2], [3, 4, 5], [0, 1, 2], [3, 4, 5]])
    #expect(x.repeated(2).rows(as: Int.self) == [[0, 1, 2, 0, 1, 2], [3, 4, 5, 3, 4, 5]])
    #expect(x.repeated(2, 1, 1).shape == [2, 2, 3])
    #expect(x.repeated(0, 1).shape == [0, 3])
    #expect(x.repeatInterleaved(2, axis: 0).rows(as: Int.self) == [[0, 1, 2], [0, 1, 2], [3, 4, 5], [3, 4, 5]])
    #expect(x.repeatInterleaved([1, 0, 2], axis: 1).rows(as: Int.self) == [[0, 2, 2], [3, 5, 5]])
    #expect(x.repeatInterleaved(Tensor([1, 0, 2]), axis: 1).rows(as: Int.self) == [[0, 2, 2], [3, 5, 5]])
    #expect(x.repeatInterleaved(Tensor([2] as [UInt8]), axis: -2).elementsEqual(x.repeatInterleaved(2, axis: 0)))
    #expect(x.repeatInterleaved(Tensor(0), axis: 0).shape == [0, 3])
    for counts in [Tensor([1.5, 2]), Tensor([1, -1]), Tensor([1, 1, 1]), Tensor([[1, 1]])] {
      #expect(throws: TensorError.self) { try withTensorErrors { x.repeatInterleaved(counts, axis: 0) } }
    }
    #expect(throws: TensorError.self) { try vmap(over: [Tensor([[1, 2]])]) { [x.repeatInterleaved($0[0], axis: 0)] } }
    #expect(Tensor(zeros: [2, 3, 4]).movedAxis(0, to: -1).shape == [3, 4, 2])
    #expect(broadcast([x, Tensor(zeros: [4, 1, 1])]).map(\.shape) == [[4, 2, 3], [4, 2, 3]])
  }

  /// A number written in the program yields to the types it meets, also where its copies are brought together.
  @Test func aReshapeThatCopiesKeepsANumberOfTheProgramOne() {
    let number = (Tensor(2.0).expanded(to: [2, 1]) * Tensor(3.0)).expanded(to: [2, 3])
    let copied = number.reshaped(6)
    #expect(number.isWeakScalar && copied.isWeakScalar)
    #expect(copied.scalars(as: Int.self) == [6, 6, 6, 6, 6, 6])
    #expect((copied + Tensor(ones: [6], dtype: .float16)).dtype == .float16)
  }

  @Test func repetitionWithoutAnAxisIsOfOneLine() {
    let x = Tensor([[1, 2], [3, 4]])
    #expect(x.repeatInterleaved(2).scalars(as: Int.self) == [1, 1, 2, 2, 3, 3, 4, 4])
    #expect(x.repeatInterleaved([1, 0, 2, 1]).scalars(as: Int.self) == [1, 3, 3, 4])
    #expect(x.repeatInterleaved(Tensor([1, 0, 2, 1])).scalars(as: Int.self) == [1, 3, 3, 4])
    #expect(x.repeatInterleaved(Tensor(3)).shape == [12])
    #expect(Tensor(5).repeatInterleaved(Tensor([2])).scalars(as: Int.self) == [5, 5])
    #expect(Tensor(zeros: [0, 3]).repeatInterleaved(Tensor(zeros: [0], dtype: .int64)).shape == [0])
    #expect(throws: TensorError.self) { try withTensorErrors { x.repeatInterleaved(Tensor([1, 2])) } }
    let leaf = Tensor([[1.0, 2], [3, 4]]).requiringGrad()
    leaf.repeatInterleaved(Tensor([1, 0, 2, 1])).sum().backward()
    #expect(leaf.grad?.scalars(as: Double.self) == [1, 0, 2, 1])
  }

  @Test func trianglesDropWhatTheyCover() {
    let x = Tensor([[1, Double.nan], [3, 4]])
    #expect(x.tril().scalars(as: Float.self) == [1, 0, 3, 4])
    #expect(Tensor(ones: [2, 3], dtype: .bool).triu(diagonal: 1).scalars(as: Int.self) == [0, 1, 1, 0, 0, 1])
    #expect(Tensor([1, 2]).diagonalMatrix(offset: -1).scalars(as: Int.self) == [0, 0, 0, 1, 0, 0, 0, 2, 0])
  }
}
