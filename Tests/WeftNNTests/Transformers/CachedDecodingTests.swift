import Testing
import Weft

/// One position at a time with a cache, against all positions at once.
@Suite struct CachedDecodingTests {
  private func agree(_ a: Tensor, _ b: Tensor) -> Bool { a.isClose(to: b, relative: 1e-12, absolute: 1e-12) }

  private func decoder(batchFirst: Bool) -> TransformerDecoder {
    let decoder = TransformerDecoder(numLayers: 2, norm: LayerNorm(16)) {
      TransformerDecoderLayer(16, numHeads: 4, dimFeedforward: 24, batchFirst: batchFirst)
    }
    TransformerGolden.fill(decoder.convert(to: .float64))
    return decoder.eval()
  }

  @Test func aDecoderMakesOnePositionAtATime() {
    for axis in [0, 1] {
      let decoder = decoder(batchFirst: axis == 1)
      let target = TransformerGolden.scrambled(1, axis == 0 ? [6, 2, 16] : [2, 6, 16])
      let memory = TransformerGolden.scrambled(2, axis == 0 ? [4, 2, 16] : [2, 4, 16])
      let padding = TransformerMasks.padding.sliced(axis: 1, from: 1)
      let whole = decoder(target, memory, memoryKeyPaddingMask: padding, isCausal: true)
      let cache = KeyValueCache(numLayers: 2)
      let steps = (0..<6).map { place in
        decoder(
          target.sliced(axis: axis, from: place, to: place + 1), memory, memoryKeyPaddingMask: padding, isCausal: true,
          cache: cache)
      }
      #expect(cache.positionCount == 6 && cache.layers[1].memory.positionCount == 4)
      #expect(agree(concatenated(steps, axis: axis), whole))
      cache.reset()
      #expect(agree(decoder(target, memory, memoryKeyPaddingMask: padding, isCausal: true, cache: cache), whole))
    }
  }

  @Test func masksCoverAllPositionsSoFar() {
    let decoder = decoder(batchFirst: true)
    let (target, memory) = (TransformerGolden.scrambled(1, [2, 5, 16]), TransformerGolden.scrambled(2, [2, 4, 16]))
    let padding = TransformerMasks.padding
    let whole = decoder(target, memory, keyPaddingMask: padding, isCausal: true)
    let cache = KeyValueCache(numLayers: 2)
    let steps = [0..<3, 3..<5].map { range in
      decoder(
        target.sliced(axis: 1, from: range.lowerBound, to: range.upperBound), memory,
        keyPaddingMask: padding.sliced(axis: 1, to: range.upperBound), isCausal: true, cache: cache)
    }
    #expect(agree(concatenated(steps, axis: 1), whole))
  }

  @Test func selectedSequencesGoOn() {
    let decoder = decoder(batchFirst: true)
    let (target, memory) = (TransformerGolden.scrambled(1, [2, 3, 16]), TransformerGolden.scrambled(2, [2, 4, 16]))
    let cache = KeyValueCache(numLayers: 2)
    _ = decoder(target.sliced(axis: 1, to: 2), memory, isCausal: true, cache: cache)
    let order = Tensor([1, 1, 0])
    cache.select(order)
    let (chosen, ofMemory) = (target.indexSelected(order, axis: 0), memory.indexSelected(order, axis: 0))
    let last = decoder(chosen.sliced(axis: 1, from: 2), ofMemory, isCausal: true, cache: cache)
    #expect(agree(last, decoder(chosen, ofMemory, isCausal: true).sliced(axis: 1, from: 2)))
  }

  @Test func gradientsFlowThroughACache() throws {
    let decoder = decoder(batchFirst: true)
    let memory = TransformerGolden.scrambled(2, [2, 4, 16])
    func gradient(_ run: (Tensor) -> Tensor) throws -> Tensor {
      let target = TransformerGolden.scrambled(1, [2, 3, 16]).requiringGrad()
      run(target).squared().sum().backward()
      return try #require(target.grad)
    }
    let whole = try gradient { decoder($0, memory, isCausal: true) }
    let cached = try gradient { target in
      let cache = KeyValueCache(numLayers: 2)
      let steps = (0..<3).map {
        decoder(target.sliced(axis: 1, from: $0, to: $0 + 1), memory, isCausal: true, cache: cache)
      }
      return concatenated(steps, axis: 1)
    }
    #expect(whole.isClose(to: cached, relative: 1e-10, absolute: 1e-10))
  }

  @Test func aCacheOfOtherLayersIsRefused() throws {
    let decoder = decoder(batchFirst: true)
    let x = TransformerGolden.scrambled(1, [2, 3, 16])
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { decoder(x, x, cache: KeyValueCache(numLayers: 3)) }
    }
    #expect(
      error.description == """
        [KeyValueCache]: expected a cache of 2 layers, one for each of the decoder's, got 3
          hint: `KeyValueCache(numLayers: 2)`
        """)
  }

  @Test func aLlamaBlockMakesOnePositionAtATime() {
    let block = LlamaBlock(16, numHeads: 4, numKeyValueHeads: 2, hiddenDim: 24, maxPositions: 8)
    TransformerGolden.fill(block.convert(to: .float64))
    let x = TransformerGolden.scrambled(1, [2, 6, 16])
    let cache = KeyValueCache(numLayers: 1)
    let steps = [0..<1, 1..<4, 4..<5, 5..<6].map { range in
      block(x.sliced(axis: 1, from: range.lowerBound, to: range.upperBound), cache: cache.layers[0])
    }
    #expect(agree(concatenated(steps, axis: 1), block(x)))
  }
}
