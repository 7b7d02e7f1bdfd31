import Testing

import WeftTensor

@Suite("Ranges")
struct RangeTests {
  @Test func integers() {
    #expect(Tensor(arange: 4).scalars(as: Int.self) == [0, 1, 2, 3])
    #expect(Tensor(arange: 4).dtype == .int64)
    #expect(Tensor(arange: 2, 9, step: 3).scalars(as: Int.self) == [2, 5, 8])
    #expect(Tensor(arange: 5, 0, step: -2).scalars(as: Int.self) == [5, 3, 1])
    #expect(Tensor(arange: 5, 0).shape == [0])
    #expect(Tensor(arange: 5, 5, step: -1).shape == [0])
  }

  @Test func reals() {
    let x = Tensor(arange: 0, 1, step: 0.25)
    #expect(x.dtype == .float32)
    #expect(x.scalars(as: Double.self) == [0, 0.25, 0.5, 0.75])
    #expect(Tensor(linspace: -1, 1, count: 5).scalars(as: Double.self) == [-1, -0.5, 0, 0.5, 1])
    #expect(Tensor(linspace: 3, 4, count: 1).scalars(as: Double.self) == [3])
    #expect(Tensor(linspace: 3, 4, count: 0).shape == [0])
  }

  @Test func identity() {
    #expect(Tensor(eye: 2, 3).scalars(as: Int.self) == [1, 0, 0, 0, 1, 0])
    #expect(Tensor(eye: 3, 2, dtype: .int8).scalars(as: Int.self) == [1, 0, 0, 1, 0, 0])
    #expect(Tensor(eye: 0).shape == [0, 0])
  }

  @Test func misuseIsAnError() {
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(arange: 0, 4, step: 0) } }
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(arange: 0, .infinity) } }
    #expect(throws: TensorError.self) { try withTensorErrors { Tensor(arange: 1 << 60) } }
  }
}
