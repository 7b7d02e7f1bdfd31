import Testing
import Weft

@Suite struct BERTTests {
  private func small() -> BERT {
    BERT(
      vocabularySize: 29, maxPositions: 12, numLayers: 2, numHeads: 4, embedDim: 16, dimFeedforward: 24, dropout: 0)
  }

  private let isToken = Tensor([[1, 1, 1, 1, 1, 1, 0, 0, 0], [1, 1, 1, 1, 1, 1, 1, 1, 1]])

  @Test func goldens() throws {
    let golden = try #require(try TransformerGolden.family("language_models")["bert"])
    let tokens = TransformerGolden.tokens(29, [2, 9]) * isToken
    let types = TransformerGolden.tokens(2, [2, 9])
    let model = small()
    func error(_ outputs: [Tensor]) -> Tensor {
      meanSquaredError(outputs[0], TransformerGolden.scrambled(2000, [2, 9, 16]))
        + meanSquaredError(outputs[1], TransformerGolden.scrambled(2001, [2, 16]))
    }
    golden.compare(model, loss: error) { _ in
      let (states, pooled) = model(tokens, attentionMask: isToken, tokenTypes: types)
      return [states] + (pooled.map { [$0] } ?? [])
    }
  }

  @Test func paddingIsNotSeen() {
    let model = small().eval()
    let tokens = TransformerGolden.tokens(29, [2, 9])
    let other = Tensor.where(isToken .!= 0, tokens, Tensor(7))
    let (a, b) = (model(tokens, attentionMask: isToken), model(other, attentionMask: isToken .!= 0))
    #expect(a.states[0].sliced(axis: 0, to: 6).isClose(to: b.states[0].sliced(axis: 0, to: 6)))
    #expect(!a.states[0].isClose(to: b.states[0]))
  }

  @Test func withoutAPoolerThereIsNoPooling() {
    let model = BERT(
      vocabularySize: 9, maxPositions: 4, numLayers: 1, numHeads: 2, embedDim: 8, dimFeedforward: 8, hasPooler: false)
    #expect(model(Tensor(zeros: [1, 2], dtype: .int64)).pooled == nil)
    #expect(!model.namedParameters().contains { $0.name.hasPrefix("pooler") })
    #expect(model.wordEmbeddings.weight.value[0].abs().max().item() == 0)
  }

  @Test func misuseIsRefused() throws {
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { small()(Tensor(zeros: [2, 3], dtype: .int64), attentionMask: isToken).states }
    }
    #expect(
      error.description == """
        [BERT]: expected tokens [batch, positions], 1 to 12 of them, and a mask of the same shape, got [2, 3] and [2, 9]
          tokens: int64 [2, 3]
          attentionMask: int64 [2, 9]
        """)
  }
}
