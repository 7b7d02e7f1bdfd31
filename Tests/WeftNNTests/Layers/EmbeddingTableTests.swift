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
      .maximum: Tensor([[0.6, 0.8], [0.6, 0.8]]),
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

  /// Only the rows that are looked up are looked at, and the scale of gradients leaves values alone.
  @Test func rowsThatAreNotFiniteReachNothingElse() throws {
    let table = concatenated([rows, Tensor([[Float.infinity, 1], [.nan, 2]])], axis: 0)
    let layer = Embedding(6, 2, maxNorm: 1, scaleGradByFreq: true)
    layer.weight.value = table
    let output = try withTensorErrors { detectAnomalies { layer(Tensor([0, 1, 0])) } }
    #expect(isClose(output, Tensor([[0.6, 0.8], [0.3, 0.4], [0.6, 0.8]])))
    let each = try detectAnomalies { try vmap { layer($0) }(Tensor([[0, 1], [2, 2]])) }
    #expect(isClose(each, Tensor([[[0.6, 0.8], [0.3, 0.4]], [[0.6, 0.8], [0.6, 0.8]]])))
    let given = try detectAnomalies { try functionalCall(layer, ["weight": table], Tensor([2, 3])) }
    #expect(isClose(given, Tensor([[0.6, 0.8], [0.7071068, 0.7071068]])))
    let scaled = Embedding(6, 2, scaleGradByFreq: true)
    scaled.weight.value = table
    let found = scaled(Tensor([4, 0, 4]))
    #expect(found.scalars(as: Float.self) == [.infinity, 1, 3, 4, .infinity, 1])
    (found * Tensor([[1.0, 2], [3, 4], [5, 6]])).sum().backward()
    #expect(isClose(scaled.weight.grad, Tensor([[3.0, 4], [0, 0], [0, 0], [0, 0], [3, 4], [0, 0]])))
  }

  /// Each example of a batch counts its own tokens; a padding row is none among the rows that are bounded.
  @Test func examplesOfABatchCountForThemselves() throws {
    let tokens = Tensor([[0, 0, 1], [1, 1, 1]])
    func slopes(_ tokens: Tensor) throws -> Tensor {
      let leaf = rows.requiringGrad()
      return try grad(
        of: (leaf.embedding(tokens, scaleGradByFreq: true) * Tensor([[1.0], [3], [6]])).sum(), with: leaf)
    }
    let found = try vmap(over: [tokens]) { [try slopes($0[0])] }[0]
    #expect(isClose(found, stacked([try slopes(tokens[0]), try slopes(tokens[1])])))
    #expect(isClose(found[0], Tensor([[2.0, 2], [6, 6], [0, 0], [0, 0]])))
    let bags = EmbeddingBag(4, 2, mode: .sum, paddingIndex: 0, maxNorm: 1)
    for tokens in [Tensor([[0, 2, 1]]), Tensor([[2, 1, 2]])] {
      let given = try functionalCall(bags, ["weight": rows], tokens)
      let sum = tokens[0, 0].item(as: Int.self) == 0 ? Tensor([[0.9, 1.2]]) : Tensor([[1.5, 2.0]])
      #expect(isClose(given, sum))
    }
  }

  @Test func misuseIsNamed() throws {
    let norm = try #require(throws: TensorError.self) { try withTensorErrors { Embedding(2, 2, maxNorm: -1) } }
    #expect(norm.description == "[Embedding]: expected a maxNorm from 0, got -1.0")
    let maxima = try #require(throws: TensorError.self) {
      try withTensorErrors { EmbeddingBag(2, 2, mode: .maximum, scaleGradByFreq: true) }
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
