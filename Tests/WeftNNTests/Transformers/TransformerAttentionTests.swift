import Testing
import Weft

/// What `MultiheadAttention` adds to its keys, and what it keeps of them.
@Suite struct TransformerAttentionTests {
  @Test func goldens() throws {
    let (padding, blocked) = (TransformerMasks.padding, TransformerMasks.blocked)
    for (name, golden) in try TransformerGolden.family("attention") {
      let hasBoth = name.hasPrefix("both")
      let layer = MultiheadAttention(
        8, numHeads: 2, bias: name != "both_per_head", addsBiasKV: name != "zero_attention",
        addsZeroAttention: hasBoth || name == "zero_attention", kDim: name == "both_sizes" ? 3 : nil,
        vDim: name == "both_sizes" ? 6 : nil, batchFirst: name == "both_per_head")
      let masks: (padding: Tensor?, attention: Tensor?) =
        switch name {
        case "both_masks": (padding, blocked)
        case "both_per_head": (nil, TransformerGolden.scrambled(7, [4, 5, 5]))
        case "unbatched": (padding[0], nil)
        default: (nil, nil)
        }
      golden.compare(layer) { inputs in
        let x = inputs.count == 1 ? [inputs[0], inputs[0], inputs[0]] : inputs
        let (output, weights) = layer(
          x[0], x[1], x[2], keyPaddingMask: masks.padding, attentionMask: masks.attention,
          isCausal: name == "both_causal", needsWeights: golden.outputs.count > 1, averagesWeights: name != "both")
        return [output] + (weights.map { [$0] } ?? [])
      }
    }
  }

  @Test func aCausalQuerySeesWhatIsAddedWithAndWithoutWeights() {
    let layer = MultiheadAttention(8, numHeads: 2, addsBiasKV: true, addsZeroAttention: true).convert(to: .float64)
    TransformerGolden.fill(layer)
    let x = TransformerGolden.scrambled(1, [5, 2, 8])
    let plain = layer(x, x, x, isCausal: true).output
    let weighted = layer(x, x, x, isCausal: true, needsWeights: true)
    #expect(plain.isClose(to: weighted.output, relative: 1e-12, absolute: 1e-12))
    #expect(weighted.weights?.shape == [2, 5, 7])
  }

  @Test func aGrowingCacheGivesWhatOneCallGives() {
    for addsMore in [false, true] {
      let layer = MultiheadAttention(
        8, numHeads: 2, addsBiasKV: addsMore, addsZeroAttention: addsMore, batchFirst: true
      ).convert(to: .float64)
      TransformerGolden.fill(layer)
      let x = TransformerGolden.scrambled(1, [2, 6, 8])
      let whole = layer(x, x, x, isCausal: true).output
      let cache = AttentionCache()
      // Two positions, one, three.
      let parts = [0..<2, 2..<3, 3..<6].map { (range: Range<Int>) -> Tensor in
        let part = x.sliced(axis: 1, from: range.lowerBound, to: range.upperBound)
        return layer(part, part, part, isCausal: true, cache: cache).output
      }
      #expect(cache.positionCount == 6)
      #expect(concatenated(parts, axis: 1).isClose(to: whole, relative: 1e-12, absolute: 1e-12))
    }
  }

  @Test func aMaskOfHeadsOverNothingIsEmpty() {
    let layer = MultiheadAttention(8, numHeads: 2, batchFirst: true)
    let x = Tensor(zeros: [0, 3, 8])
    #expect(layer(x, x, x, attentionMask: Tensor(zeros: [0, 3, 3])).output.shape == [0, 3, 8])
    #expect(layer(x, x, x, keyPaddingMask: Tensor(zeros: [0, 3], dtype: .bool)).output.shape == [0, 3, 8])
  }
}
