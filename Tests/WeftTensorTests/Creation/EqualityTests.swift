import Testing

import WeftTensor

@Suite("Equality and nested arrays")
struct EqualityTests {
  @Test func exact() {
    let x = Tensor([[1, 2], [3, 4]])
    #expect(x.elementsEqual(Tensor([[1, 2], [3, 4]])))
    #expect(!x.elementsEqual(Tensor([[1, 2], [3, 5]])))
    #expect(!x.elementsEqual(Tensor([1, 2, 3, 4])))
    #expect(!x.elementsEqual(x.converted(to: .int32)))
    #expect(!Tensor([Int.max]).elementsEqual(Tensor([Int.max - 1])))
    #expect(!Tensor([Double.nan]).elementsEqual(Tensor([Double.nan])))
    #expect(Tensor(zeros: [0]).elementsEqual(Tensor(zeros: [0])))
  }

  @Test func close() {
    let x = Tensor([1.0, 1000, .infinity], dtype: .float64)
    #expect(x.isClose(to: Tensor([1.000005, 1000.005, .infinity], dtype: .float64)))
    #expect(!x.isClose(to: Tensor([1.00002, 1000, .infinity], dtype: .float64)))
    #expect(x.isClose(to: Tensor([1.1, 1000, .infinity], dtype: .float64), relative: 0, absolute: 0.2))
    #expect(!x.isClose(to: Tensor([1.0, 1000, -.infinity], dtype: .float64)))
    #expect(!x.isClose(to: Tensor([1.0, 1000, 1e300], dtype: .float64)))
    #expect(!Tensor([Double.nan]).isClose(to: Tensor([Double.nan])))
    #expect(Tensor([Double.nan]).isClose(to: Tensor([Double.nan]), nanIsEqual: true))
    #expect(!x.isClose(to: Tensor([1.0])))
    #expect(Tensor([1.0]).isClose(to: Tensor([1.0], dtype: .float64)))
  }

  @Test func nestedArraysGoInAndOut() {
    let blocks = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]
    #expect(Tensor(blocks).blocks(as: Int.self) == blocks)
    #expect(Tensor(blocks)[0].rows(as: Float.self) == [[1, 2], [3, 4]])
    #expect(Tensor(zeros: [2, 0]).rows(as: Int.self) == [[], []])
    #expect(throws: TensorError.self) { try withTensorErrors { _ = Tensor([1]).rows(as: Int.self) } }
  }
}
