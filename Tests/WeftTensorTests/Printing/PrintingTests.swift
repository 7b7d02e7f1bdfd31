import Testing

import WeftTensor

@Suite("Printing")
struct PrintingTests {
  @Test func matrices() {
    let x = Tensor([[1.0, -2.5], [0.00049, 100]])
    #expect(
      x.description == """
        [[  1.0000,  -2.5000],
         [  0.0005, 100.0000]] float32 [2, 2]
        """)
    #expect(Tensor([1.0, 2, -3], dtype: .bfloat16).description == "[ 1.0,  2.0, -3.0] bfloat16 [3]")
    #expect(Tensor([1, -20, 3]).description == "[  1, -20,   3] int64 [3]")
    #expect(Tensor([true, false]).description == "[ true, false] bool [2]")
  }

  @Test func scalarsAndEmpty() {
    #expect(Tensor([3.14159], shape: []).description == "3.1416 float32 []")
    #expect(Tensor(zeros: [0, 3]).description == "[] float32 [0, 3]")
  }

  @Test func largeSmallAndNotFinite() {
    #expect(Tensor([1e-7, 2.0]).description == "[1.0000e-07, 2.0000e+00] float32 [2]")
    #expect(Tensor([-1e12, 1]).description == "[-1.0000e+12,  1.0000e+00] float32 [2]")
    let strange = Tensor([Double.nan, -Double.infinity, Double.infinity, 0.5])
    #expect(strange.description == "[   nan,   -inf,    inf, 0.5000] float32 [4]")
    #expect(Tensor([Double.nan, 2]).description == "[nan, 2.0] float32 [2]")
  }

  @Test func blocksAndLongRows() {
    let x = Tensor(arange: 8).reshaped(2, 2, 2)
    #expect(
      x.description == """
        [[[0, 1],
          [2, 3]],

         [[4, 5],
          [6, 7]]] int64 [2, 2, 2]
        """)
    #expect(
      Tensor(arange: 30).description == """
        [ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17, 18,
         19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29] int64 [30]
        """)
  }

  @Test func longTensorsAreElided() {
    #expect(Tensor(arange: 2000).description == "[   0,    1,    2, ..., 1997, 1998, 1999] int64 [2000]")
    #expect(
      Tensor(arange: 4000).reshaped(1000, 4).description == """
        [[   0,    1,    2,    3],
         [   4,    5,    6,    7],
         [   8,    9,   10,   11],
         ...,
         [3988, 3989, 3990, 3991],
         [3992, 3993, 3994, 3995],
         [3996, 3997, 3998, 3999]] int64 [1000, 4]
        """)
  }

  @Test func gradientsAreNamed() {
    let x = Tensor([1.5]).requiringGrad()
    #expect(x.description == "[1.5000] float32 [1]")
    #expect(x.debugDescription == "[1.5000] float32 [1], requires gradient")
    #expect((x * 2).debugDescription == "[3.0] float32 [1], gradient through `multiply`")
  }
}
