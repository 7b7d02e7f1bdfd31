import Testing
import WeftTensor

/// Sizes, layouts and numbers of threads at which a fast kernel once went wrong, each against a slower way.
@Suite struct KernelEdgeTests {
  private func draw(_ shape: Shape, _ seed: UInt64, _ dtype: DType = .float32) -> Tensor {
    SampleInput.real(shape).draw(seed: seed).converted(to: dtype)
  }

  @Test func anAdaptivePoolToNothingHasAGradient() {
    let x = draw([2, 3, 4], 1).requiringGrad()
    x.adaptiveAveragePooled(to: 0, spatialAxes: 1).sum().backward()
    #expect(x.grad?.scalars(as: Float.self) == Array(repeating: 0, count: 24))
  }

  @Test func aTransposedViewOfKeptWeightsIsNotTakenForThem() {
    let (x, weight) = (draw([1, 16, 8, 8], 1, .float16), draw([16, 16, 3, 3], 2, .float16))
    for _ in 0..<3 { _ = convolution(x, weight: weight) }
    let turned = weight.transposed(0, 1)
    let found = convolution(x, weight: turned).scalars(as: Float.self)
    #expect(found == convolution(x, weight: turned.contiguous()).scalars(as: Float.self))
  }

  /// What oneDNN 2.6 finds wrong in about half of the calls with three threads or four.
  @Test(arguments: [3, 4, 5]) func theWeightGradientOfPointsThatLieApart(_ threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      Threads.count = threads
      func gradient(_ sizes: [Int], _ dtype: DType) -> Tensor {
        let (batch, channels, side, stride) = (sizes[0], sizes[1], sizes[2], sizes[3])
        func draw(_ shape: Shape, _ seed: UInt64) -> Tensor {
          SampleInput.real(shape).draw(seed: seed).converted(to: dtype).permuted([0, 3, 1, 2])
        }
        let weight = Tensor(ones: [2 * channels, channels, 1, 1], dtype: dtype).requiringGrad()
        let y = convolution(draw([batch, side, side, channels], 1), weight: weight, stride: [stride, stride])
        y.backward(gradient: draw([batch, y.shape[2], y.shape[3], 2 * channels], 2))
        return weight.grad ?? Tensor(zeros: [])
      }
      for sizes in [[2, 8, 16, 2], [3, 8, 16, 2], [2, 8, 17, 3], [2, 16, 9, 2], [1, 32, 16, 2]] {
        let wanted = gradient(sizes, .float64)
        for _ in 0..<40 {
          let found = gradient(sizes, .float32)
          precondition((found.converted(to: .float64) - wanted).abs().max().item() < 1e-3, "\(sizes)")
        }
      }
    }
  }

  /// The tiles do not go round among 64 threads: the last has none, and must add nothing.
  @Test func aWinogradWeightGradientOfMoreThreadsThanShares() async {
    await #expect(processExitsWith: .success) {
      let x = SampleInput.real([1, 32, 252, 252]).draw(seed: 1).converted(to: .float32)
      func gradient(threads: Int) -> Tensor {
        Threads.count = threads
        let weight = Tensor(ones: [256, 32, 3, 3]).requiringGrad()
        let y = convolution(x, weight: weight, padding: 1)
        y.backward(gradient: SampleInput.real(y.shape).draw(seed: 3).converted(to: .float32))
        return weight.grad ?? Tensor(zeros: weight.shape)
      }
      let (many, one) = (gradient(threads: 64), gradient(threads: 1))
      precondition((many - one).abs().max().item() <= 1e-4 * one.abs().max().item())
    }
  }

  @Test func aMasksGradientIsNotRoundedWithTheScores() {
    let parts = (1...3).map { draw([2, 12, 16], UInt64($0), .bfloat16) * 2.0 }
    let seed = draw([2, 12, 16], 4, .bfloat16)
    func gradient(_ dtype: DType) -> Tensor {
      let mask = draw([12, 12], 5).requiringGrad()
      let (q, k, v) = (parts[0].converted(to: dtype), parts[1].converted(to: dtype), parts[2].converted(to: dtype))
      let y = scaledDotProductAttention(query: q, key: k, value: v, attentionMask: mask, scale: 1)
      y.backward(gradient: seed.converted(to: y.dtype))
      return mask.grad ?? mask.zerosLike()
    }
    let (short, wanted) = (gradient(.bfloat16), gradient(.float32))
    #expect((short - wanted).abs().max().item() <= 0.02 * wanted.abs().max().item())
  }
}
