import Testing
import Weft

/// `maxNorm` and `scaleGradByFreq`; numbers by PyTorch 2.13 except where a comment says otherwise.
@Suite struct EmbeddingTableTests {
  private let rows = Tensor([[3.0, 4], [0.3, 0.4], [6, 8], [1, 1]])

  private func isClose(_ tensor: Tensor?, _ expected: Tensor) -> Bool {
    tensor?.isClose(to: expected, relative: 1e-5, absolute: 1e-5) == true
  }

  @Test func rowsThatAreReadAreShortened() {
    let layer = Embedding(4, 2, maxNorm: 1)
    layer.weight.value = rows
    let output = layer(Tensor([0, 1, 0]))
    #expect(isClose(output, Tensor([[0.6, 0.8], [0.3, 0.4], [0.6, 0.8]])))
    #expect(isClose(layer.weight.value, Tensor([[0.6, 0.8], [0.3, 0.4], [6, 8], [1, 1]])))
    output.sum().backward()
    #expect(isClose(layer.weight.grad, Tensor([[2.0, 2], [1, 1], [0, 0], [0, 0]])))
  }

  @Test func gradientsAreDividedByTheNumberOfOccurrences() {
    let layer = Embedding(4, 2, maxNorm: 1, normType: 1, scaleGradByFreq: true)
    layer.weight.value = rows
    let output = layer(Tensor([0, 1, 0]))
    #expect(isClose(output, Tensor([[0.42857, 0.57143], [0.3, 0.4], [0.42857, 0.57143]])))
    (output * Tensor([[1.0, 2], [3, 4], [5, 6]])).sum().backward()
    #expect(isClose(layer.weight.grad, Tensor([[3.0, 4], [3, 4], [0, 0], [0, 0]])))
    let padded = Embedding(4, 2, paddingIndex: 0, scaleGradByFreq: true)
    (padded(Tensor([0, 1, 0, 1])) * Tensor([[1.0, 2], [3, 4], [5, 6], [7, 8]])).sum().backward()
    #expect(isClose(padded.weight.grad, Tensor([[0.0, 0], [5, 6], [0, 0], [0, 0]])))
  }

  @Test func bagsDoTheSame() {
    let expected: [EmbeddingBagMode: Tensor] = [
      .sum: Tensor([[1.5, 2], [1.5, 2]]), .mean: Tensor([[0.5, 0.66667], [0.5, 0.66667]]),
      .max: Tensor([[0.6, 0.8], [0.6, 0.8]]),
    ]
    for (mode, output) in expected {
      let layer = EmbeddingBag(4, 2, mode: mode, maxNorm: 1, scaleGradByFreq: mode != .max)
      layer.weight.value = rows
      let bags = layer(Tensor([[0, 1, 0], [1, 2, 0]]))
      #expect(isClose(bags, output))
      #expect(isClose(layer.weight.value, Tensor([[0.6, 0.8], [0.3, 0.4], [0.6, 0.8], [1, 1]])))
      (bags * Tensor([[1.0, 2], [3, 4]])).sum().backward()
      guard mode == .sum else { continue }
      // Token 0 occurs three times, 1 twice, 2 once: the definition's numbers (PyTorch divides all by 3).
      #expect(isClose(layer.weight.grad, Tensor([[5.0 / 3, 8.0 / 3], [2, 3], [3, 4], [0, 0]])))
    }
  }

  @Test func givenWeightsAreBoundedAndNotWritten() throws {
    let layer = Embedding(4, 2, maxNorm: 1)
    layer.weight.value = rows
    let given = (rows * 2).requiringGrad()
    let output = try functionalCall(layer, ["weight": given], Tensor([0, 1]))
    #expect(isClose(output, Tensor([[0.6, 0.8], [0.6, 0.8]])))
    output.sum().backward()
    #expect(isClose(given.grad, Tensor([[1.0, 1], [1, 1], [0, 0], [0, 0]])))
    #expect(isClose(layer.weight.value, rows))
    let each = try vmap { layer($0) }(Tensor([[0, 1], [2, 2]]))
    #expect(isClose(each, Tensor([[[0.6, 0.8], [0.3, 0.4]], [[0.6, 0.8], [0.6, 0.8]]])))
  }

  @Test func misuseIsNamed() throws {
    let norm = try #require(throws: TensorError.self) { try withTensorErrors { Embedding(2, 2, maxNorm: -1) } }
    #expect(norm.description == "[Embedding]: expected a maxNorm from 0, got -1.0")
    let maxima = try #require(throws: TensorError.self) {
      try withTensorErrors { EmbeddingBag(2, 2, mode: .max, scaleGradByFreq: true) }
    }
    #expect(maxima.description == "[EmbeddingBag]: expected sums or means for `scaleGradByFreq`, got maxima")
    let layer = Embedding(4, 2, maxNorm: 1)
    let index = try #require(throws: TensorError.self) { try withTensorErrors { layer(Tensor([4])) } }
    let plain = try #require(throws: TensorError.self) { try withTensorErrors { Embedding(4, 2)(Tensor([4])) } }
    #expect(index.description == plain.description)
  }

  @Test func aScaleIsRecomputedFromWholeSizes() {
    // 5 · 1.7 = 8.5: eight elements, 1.6 apart.
    let x = Tensor([[[0.0, 1, 2, 3, 4]]])
    #expect(
      isClose(
        Upsample(scale: 1.7, mode: .linear, recomputesScale: true)(x),
        Tensor([[[0, 0.4375, 1.0625, 1.6875, 2.3125, 2.9375, 3.5625, 4]]])))
    #expect(
      isClose(Upsample(scale: 1.7, recomputesScale: true)(x), Tensor([[[0.0, 0, 1, 1, 2, 3, 3, 4]]])))
    #expect(isClose(Upsample(scale: 1.7)(x), Tensor([[[0.0, 0, 1, 1, 2, 2, 3, 4]]])))
  }
}
