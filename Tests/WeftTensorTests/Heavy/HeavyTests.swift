import Testing
import WeftTensor

@Suite("Products and convolutions: memory, types, messages")
struct HeavyTests {
  private func real(_ shape: Shape, seed: UInt64 = 1, dtype: DType = .float32) -> Tensor {
    SampleInput.real(shape).draw(seed: seed).converted(to: dtype)
  }

  @Test func convolutionsLieChannelsLast() {
    let x = real([2, 3, 6, 5])
    let y = convolution(x, weight: real([4, 3, 3, 3]), padding: 1)
    #expect(y.shape == [2, 4, 6, 5])
    #expect(y.strides == [120, 1, 20, 4])
    let pooled = y.maxPooled(kernel: 2)
    #expect(pooled.strides == [24, 1, 8, 4])
    #expect(pooled.averagePooled(kernel: 2).strides == [4, 1, 4, 4])
    #expect(convolutionTransposed(y, weight: real([4, 2, 2, 2]), stride: 2).strides == [240, 1, 20, 2])
  }

  /// In a process of its own: the counters are the whole process's.
  @Test func transposedOperandsAreReadInPlace() async {
    await #expect(processExitsWith: .success) {
      let a = SampleInput.real([64, 32]).draw(seed: 1)
      let b = SampleInput.real([64, 48]).draw(seed: 2)
      _ = a.transposed().matmul(b)  // what is made once is made here
      let before = Memory.stats
      Memory.resetPeak()
      let product = a.transposed().matmul(b)
      precondition(product.shape == [32, 48])
      precondition(Memory.stats.peak - before.live == 32 * 48 * 8, "more than the result was allocated")
    }
  }

  @Test("Half types follow float32", arguments: [DType.float16, .bfloat16])
  func halfTypes(_ dtype: DType) {
    let tolerance = dtype == .float16 ? 4e-3 : 3e-2
    let (x, w) = (real([2, 3, 6, 5], dtype: dtype), real([4, 3, 3, 3], seed: 2, dtype: dtype))
    let y = convolution(x, weight: w, padding: 1)
    #expect(y.dtype == dtype)
    let wide = convolution(x.converted(to: .float32), weight: w.converted(to: .float32), padding: 1)
    expectAgree(y.converted(to: .float32), wide, within: tolerance, "convolution")
    let (a, b) = (real([5, 7], dtype: dtype), real([7, 3], seed: 3, dtype: dtype))
    let product = a.converted(to: .float32).matmul(b.converted(to: .float32))
    expectAgree(a.matmul(b).converted(to: .float32), product, within: tolerance, "matmul")
    expectAgree(
      y.maxPooled(kernel: 2).converted(to: .float32), y.converted(to: .float32).maxPooled(kernel: 2), within: 0, "pool")
  }

  @Test func typesArePromoted() {
    #expect(real([2, 3]).matmul(real([3, 2], dtype: .float64)).dtype == .float64)
    #expect(Tensor([1, 2, 3]).matmul(Tensor([4, 5, 6])).item(as: Int.self) == 32)
    #expect(Tensor([1, 2]).outer(Tensor([3.0, 4.0])).scalars(as: Float.self) == [3, 4, 6, 8])
    #expect(Tensor([1.0, 2.0]).dot(Tensor([3.0, 4.0])).item() == 11)
  }

  @Test func onlyGradientsAskedForAreComputed() throws {
    let x = real([2, 3, 5, 5])
    let weight = real([4, 3, 3, 3]).requiringGrad()
    convolution(x, weight: weight).sum().backward()
    #expect(weight.grad?.shape == [4, 3, 3, 3])
    #expect(Convolution().saves(needs: [false, true, false]) == .input(0))
  }

  @Test func dropoutInAttentionKeepsTheMean() {
    let value = Tensor(ones: [1, 64, 4])
    let query = Tensor(zeros: [1, 64, 8])
    let stream = RandomStream(seed: 3)
    let a = scaledDotProductAttention(query: query, key: query, value: value, dropout: 0.25, using: stream)
    let b = scaledDotProductAttention(query: query, key: query, value: value, dropout: 0.25, using: stream)
    #expect(a.scalars(as: Float.self) == b.scalars(as: Float.self))
    let mean = a.sum().item() / Double(a.elementCount)
    #expect(abs(mean - 1) < 0.05)
    let none = scaledDotProductAttention(query: query, key: query, value: value, dropout: 1)
    #expect(none.scalars(as: Float.self).allSatisfy { $0 == 0 })
  }
}

@Suite("Products and convolutions: what is said of shapes that do not fit")
struct HeavyMessageTests {
  private func message(_ body: () -> Tensor) -> String {
    do {
      _ = try withTensorErrors { body() }
      return ""
    } catch { return "\(error)" }
  }

  @Test func matmulOfATransposedOperand() {
    #expect(
      message { Tensor(zeros: [8, 3]).matmul(Tensor(zeros: [4, 3])) } == """
        [matmul]: expected b's axis -2 to have the size of a's last axis, 3, got 4
          a: float32 [8, 3]
          b: float32 [4, 3]
          hint: is b transposed? `a.matmul(b.transposed())` fits
        """)
  }

  @Test func linearOfImages() {
    #expect(
      message { linear(Tensor(zeros: [8, 1, 28, 28]), weight: Tensor(zeros: [10, 784])) } == """
        [linear]: expected the input's last axis to have size 784, the weight's axis 1, got 28
          input: float32 [8, 1, 28, 28]
          weight: float32 [10, 784]
          hint: flatten the input first: `x.flattened(from: 1)`
        """)
  }

  @Test func convolutionOfChannelsLastImages() {
    #expect(
      message { convolution(Tensor(zeros: [8, 28, 28, 3]), weight: Tensor(zeros: [16, 3, 3, 3])) } == """
        [convolution]: expected the input's axis 1 (channels) to have size 3, the weight's axis 1 times the groups, got 28
          input: float32 [8, 28, 28, 3]
          weight: float32 [16, 3, 3, 3]
          hint: channels last? `input.permuted([0, 3, 1, 2])` brings them to axis 1
        """)
  }

  @Test func convolutionWithoutChannels() {
    #expect(
      message { convolution(Tensor(zeros: [28, 28]), weight: Tensor(zeros: [16, 3, 3, 3])) } == """
        [convolution]: expected an input of 4 axes, [batch, channels, spatial...], as the weight has 2 kernel axes, got 2 axes
          input: float32 [28, 28]
          weight: float32 [16, 3, 3, 3]
        """)
  }

  @Test func convolutionOfOneImageOfOtherChannels() {
    #expect(
      message { convolution(Tensor(zeros: [28, 28, 3]), weight: Tensor(zeros: [16, 3, 3, 3])) } == """
        [convolution]: expected the input's axis 0 (channels) to have size 3, the weight's axis 1 times the groups, got 28
          input: float32 [28, 28, 3]
          weight: float32 [16, 3, 3, 3]
          hint: channels last? `input.permuted([2, 0, 1])` brings them to axis 0
        """)
  }

  @Test func poolOfASmallInput() {
    #expect(
      message { Tensor(zeros: [1, 3, 2, 9]).maxPooled(kernel: 3) } == """
        [maxPool]: expected the input's axis 2 to have at least size 3, so that a window fits in, got 2
          input: float32 [1, 3, 2, 9]
          hint: axes are [batch, channels, spatial...]: channels last, or no batch axis?
        """)
  }

  @Test func attentionWithAKeyMask() {
    let q = Tensor(zeros: [2, 4, 5, 8])
    let text = message {
      scaledDotProductAttention(query: q, key: q, value: q, attentionMask: Tensor(zeros: [2, 5], dtype: .bool))
    }
    #expect(text.contains("expected a mask that broadcasts to [2, 4, 5, 5], [..., queries, keys], got [2, 5]"))
    #expect(text.contains("mask.unsqueezed(1).unsqueezed(1)"))
  }
}
