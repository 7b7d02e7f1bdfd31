import Testing
import Weft

@Suite struct GPTTests {
  private func entropy(_ tokens: Tensor) -> ([Tensor]) -> Tensor {
    { outputs in
      crossEntropy(outputs[0].flattened(through: 1), classIndices: tokens.rolled(by: -1, axis: 1).flattened())
    }
  }

  @Test func goldens() throws {
    let goldens = try TransformerGolden.family("language_models")
    let tokens = TransformerGolden.tokens(29, [2, 9])
    let model = GPT(vocabularySize: 29, contextLength: 12, numLayers: 2, numHeads: 4, embedDim: 16)
    try #require(goldens["gpt"]).compare(model, loss: entropy(tokens)) { _ in [model(tokens)] }
    let plain = GPT(vocabularySize: 29, contextLength: 9, numLayers: 3, numHeads: 2, embedDim: 12, bias: false)
    try #require(goldens["gpt_no_bias"]).compare(plain, loss: entropy(tokens)) { _ in [plain(tokens)] }
  }

  @Test func theLikeliestContinuationIsPyTorchs() throws {
    let golden = try #require(try TransformerGolden.family("language_models")["gpt"])
    let model = GPT(vocabularySize: 29, contextLength: 12, numLayers: 2, numHeads: 4, embedDim: 16)
    TransformerGolden.fill(model.convert(to: .float64))
    let start = TransformerGolden.tokens(29, [2, 9]).sliced(axis: 1, to: 3)
    for usesCache in [true, false] {
      let text = model.generate(start, count: 14, temperature: 0, usesCache: usesCache)
      #expect(text.rows(as: Int64.self).map { $0.map(Int.init) } == golden.greedy)
    }
  }

  private func small() -> GPT {
    let model = GPT(vocabularySize: 29, contextLength: 8, numLayers: 2, numHeads: 4, embedDim: 16)
    TransformerGolden.fill(model.convert(to: .float64))
    return model.eval()
  }

  @Test func aCacheGivesWhatOneCallGives() {
    let model = small()
    let tokens = TransformerGolden.tokens(29, [2, 8])
    let cache = KeyValueCache(numLayers: 2)
    let parts = [0..<3, 3..<4, 4..<8].map { range in
      model(tokens.sliced(axis: 1, from: range.lowerBound, to: range.upperBound), cache: cache)
    }
    #expect(concatenated(parts, axis: 1).isClose(to: model(tokens), relative: 1e-12, absolute: 1e-12))
  }

  @Test func generationWithACacheIsGenerationWithout() {
    let model = small()
    let start = TransformerGolden.tokens(29, [3, 2])
    let stream = RandomStream(seed: 4)
    for topK in [nil, 5] {
      // Beyond the context of 8.
      let cached = model.generate(start, count: 12, temperature: 0.7, topK: topK, using: stream)
      let whole = model.generate(start, count: 12, temperature: 0.7, topK: topK, usesCache: false, using: stream)
      #expect(cached.shape == [3, 14])
      #expect(cached.elementsEqual(whole))
      #expect(cached.sliced(axis: 1, to: 2).elementsEqual(start))
    }
  }

  @Test func temperatureZeroTakesTheLikeliest() {
    let model = small()
    let start = TransformerGolden.tokens(29, [2, 3])
    let text = model.generate(start, count: 4, temperature: 0)
    for length in 3..<7 {
      let logits = model(text.sliced(axis: 1, to: length))
      let best = logits.sliced(axis: 1, from: length - 1).squeezed(1).argMax(axis: 1)
      #expect(best.elementsEqual(text.sliced(axis: 1, from: length, to: length + 1).squeezed(1)))
    }
    let cold = model.generate(start, count: 4, temperature: 3, topK: 1)
    #expect(cold.elementsEqual(text))
  }

  /// 4,000 draws of one token, against their probabilities.
  @Test func drawsFollowTheProbabilities() {
    let model = small()
    let start = Tensor(full: [4000, 1], 3, dtype: .int64)
    let drawn = model.generate(start, count: 1, temperature: 2, topK: 4, using: RandomStream(seed: 9))
    let logits = model(start.sliced(axis: 0, to: 1)).flattened()
    let (values, indices) = logits.topK(4)
    let chances = (values / 2).softmax(axis: 0).scalars(as: Double.self)
    let found = drawn.sliced(axis: 1, from: 1).flattened().scalars(as: Int64.self)
    #expect(Set(found).isSubset(of: indices.scalars(as: Int64.self)))
    for (token, chance) in zip(indices.scalars(as: Int64.self), chances) {
      let share = Double(found.count { $0 == token }) / 4000
      // Five standard deviations of a share of 4,000.
      #expect(abs(share - chance) < 5 * (chance * (1 - chance) / 4000).squareRoot(), "\(token)")
    }
  }

  @Test func extremeTemperaturesDrawFromExtremeDistributions() {
    let model = small()
    let start = Tensor(full: [2000, 1], 3, dtype: .int64)
    func draws(_ temperature: Double, topK: Int?) -> [Int64] {
      model.generate(start, count: 1, temperature: temperature, topK: topK, using: RandomStream(seed: 9))
        .sliced(axis: 1, from: 1).flattened().scalars(as: Int64.self)
    }
    let best = model(start.sliced(axis: 0, to: 1)).flattened().topK(4).indices.scalars(as: Int64.self)
    for temperature in [1e-45, Double.leastNonzeroMagnitude] {
      #expect(draws(temperature, topK: 4).allSatisfy { $0 == best[0] })
    }
    let even = draws(.infinity, topK: 4)
    #expect(Set(even) == Set(best))
    // Five standard deviations of a share of 2,000.
    for token in best { #expect(abs(Double(even.count { $0 == token }) / 2000 - 0.25) < 0.05) }
    #expect(Set(draws(.infinity, topK: nil)).count == 29)
  }

  @Test func theWeightIsTiedOrNot() {
    let tied = GPT(vocabularySize: 7, contextLength: 4, numLayers: 1, numHeads: 2, embedDim: 8)
    #expect(tied.lmHead.weight === tied.wte.weight)
    let free = GPT(vocabularySize: 7, contextLength: 4, numLayers: 1, numHeads: 2, embedDim: 8, tiesWeights: false)
    #expect(free.namedParameters().last?.name == "lm_head.weight")
    #expect(free.parameterCount == tied.parameterCount + 56)
  }

  @Test func gpt2HasItsNumberOfParameters() {
    // 124 million, as in GPT-2: a vocabulary of 50,257, 1,024 positions and twelve blocks.
    let one = GPT(vocabularySize: 50, contextLength: 16, numLayers: 1, numHeads: 12)
    let two = GPT(vocabularySize: 50, contextLength: 16, numLayers: 2, numHeads: 12)
    let block = two.parameterCount - one.parameterCount
    #expect(12 * block + (50_257 + 1024) * 768 + 2 * 768 == 124_439_808)
  }

  @Test func misuseIsRefused() throws {
    let model = small()
    func message(_ body: () -> Tensor) throws -> String {
      try #require(throws: TensorError.self) { try withTensorErrors { body() } }.description
    }
    #expect(
      try message { model(Tensor(zeros: [2, 9], dtype: .int64)) } == """
        [GPT]: expected tokens [batch, positions], at most 8 of them, got [2, 9]
          tokens: int64 [2, 9]
        """)
    let start = Tensor(zeros: [1, 1], dtype: .int64)
    #expect(try message { model.generate(start, count: -1) }.contains("expected a count from 0, got -1"))
    #expect(try message { model.generate(start, count: 1, topK: 0) }.contains("expected topK from 1, got 0"))
    #expect(try message { model.generate(start, count: 1, temperature: -1) }.contains("a temperature from 0"))
    #expect(try message { model.generate(Tensor([0.5], shape: [1, 1]), count: 1) }.contains("an integer type"))
    #expect(model.generate(Tensor(zeros: [0, 2], dtype: .int64), count: 2).shape == [0, 4])
    #expect(model.generate(start, count: 0).elementsEqual(start))
  }
}
