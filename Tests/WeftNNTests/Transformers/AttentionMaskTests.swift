import Testing
import Weft

/// Which masks an attention takes, and what a cache keeps of a call that fails.
@Suite struct AttentionMaskTests {
  private let layer = MultiheadAttention(8, numHeads: 2, batchFirst: true)
  private let grouped = GroupedQueryAttention(8, numHeads: 4, numKeyValueHeads: 2)
  private let x = TransformerGolden.scrambled(1, [6, 3, 8]).converted(to: .float32)

  private func mask(_ shape: Shape) -> Tensor { Tensor(zeros: shape, dtype: .bool) }

  @Test func masksOfOtherShapesAreRefused() {
    let (paddings, attentions) = (
      [[3], [3, 6], [1, 3]] as [Shape], [[6, 3, 3], [3], [3, 4], [1, 3, 3]] as [Shape]
    )
    for shape in paddings {
      #expect(throws: TensorError.self) {
        try withTensorErrors { layer(x, x, x, keyPaddingMask: mask(shape)).output }
      }
      #expect(throws: TensorError.self) { try withTensorErrors { grouped(x, keyPaddingMask: mask(shape)) } }
    }
    for shape in attentions {
      #expect(throws: TensorError.self) {
        try withTensorErrors { layer(x, x, x, attentionMask: mask(shape)).output }
      }
      #expect(throws: TensorError.self) { try withTensorErrors { grouped(x, attentionMask: mask(shape)) } }
    }
  }

  @Test func theErrorNamesTheShapes() throws {
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { layer(x, x, x, attentionMask: mask([6, 3, 3])).output }
    }
    #expect(
      error.description == """
        [MultiheadAttention]: expected an attention mask [3, 3] or [12, 3, 3] or [2, 3, 3], got [6, 3, 3]
          attentionMask: bool [6, 3, 3]
        """)
    let single = try #require(throws: TensorError.self) {
      try withTensorErrors { layer(x[0], x[0], x[0], keyPaddingMask: mask([2])).output }
    }
    #expect(single.expected == "a key padding mask [3] or [1, 3]")
  }

  @Test func masksOfTheRightShapesAreTaken() {
    for shape in [[3, 3], [12, 3, 3], [2, 3, 3]] as [Shape] {
      #expect(layer(x, x, x, attentionMask: mask(shape)).output.elementsEqual(layer(x)))
    }
    for shape in [[3, 3], [24, 3, 3], [4, 3, 3]] as [Shape] {
      #expect(grouped(x, attentionMask: mask(shape)).isClose(to: grouped(x), relative: 1e-5, absolute: 1e-6))
    }
    #expect(layer(x[0], x[0], x[0], keyPaddingMask: mask([3])).output.shape == [3, 8])
  }

  @Test func aCausalMemoryIsReadFromTheCachesPosition() {
    let decoder = TransformerDecoder(numLayers: 2) { TransformerDecoderLayer(16, numHeads: 4, dimFeedforward: 8) }
    TransformerGolden.fill(decoder.convert(to: .float64))
    decoder.eval()
    let target = TransformerGolden.scrambled(1, [6, 2, 16])
    for length in [4, 6, 9] {
      let memory = TransformerGolden.scrambled(2, [length, 2, 16])
      let whole = decoder(target, memory, isCausal: true, isMemoryCausal: true)
      let cache = KeyValueCache(numLayers: 2)
      let parts = [0..<1, 1..<2, 2..<5, 5..<6].map { range in
        decoder(target[range], memory, isCausal: true, isMemoryCausal: true, cache: cache)
      }
      #expect(concatenated(parts, axis: 0).isClose(to: whole, relative: 1e-12, absolute: 1e-12), "\(length)")
    }
  }

  @Test func aFailedCallLeavesTheCache() {
    let cache = AttentionCache()
    let before = grouped(x, isCausal: true, cache: cache)
    let key = cache.key
    let other = Tensor(zeros: [5, 1, 8])
    #expect(throws: TensorError.self) { try withTensorErrors { grouped(other, isCausal: true, cache: cache) } }
    #expect(throws: TensorError.self) { try withTensorErrors { cache.select(Tensor([9])) } }
    #expect(cache.positionCount == 3 && cache.value?.shape == key?.shape)
    #expect(cache.key.map { kept in key.map(kept.elementsEqual) == true } == true)
    #expect(grouped(x, isCausal: true, cache: cache).shape == before.shape)
  }

  @Test func layersThatHaveSeenDifferentNumbersOfPositionsAreRefused() throws {
    let model = GPT(vocabularySize: 7, contextLength: 8, numLayers: 2, numHeads: 2, embedDim: 4).eval()
    let cache = KeyValueCache(numLayers: 2)
    let tokens = Tensor([1, 2], shape: [1, 2])
    _ = model(tokens, cache: cache)
    cache.layers[1].own.reset()
    let error = try #require(throws: TensorError.self) { try withTensorErrors { model(tokens, cache: cache) } }
    #expect(
      error.description == """
        [KeyValueCache]: expected layers that have seen as many positions, got 2, 0
          hint: a call before failed in the middle: `reset()` starts a sequence anew
        """)
  }
}
