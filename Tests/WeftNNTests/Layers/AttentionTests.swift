import Testing
import Weft

@Suite struct AttentionTests {
  @Test func goldens() throws {
    let cases = try GoldenCase.family("attention")
    let masks = try #require(cases["attention_mask_values"]).inputs
    let (padding, blocked) = (masks[0].tensor(.bool), masks[1].tensor(.bool))
    let (added, perHead) = (masks[2].tensor(), masks[3].tensor())
    for (name, golden) in cases where name != "attention_mask_values" {
      let layer = MultiheadAttention(
        4, numHeads: 2, bias: name != "attention_no_bias", kDim: name == "attention_sizes" ? 3 : nil,
        vDim: name == "attention_sizes" ? 5 : nil, batchFirst: name == "attention_batch_first")
      golden.compare(layer) { inputs in
        let x = inputs.count == 1 ? [inputs[0], inputs[0], inputs[0]] : inputs
        let mask: Tensor? =
          switch name {
          case "attention_mask_bool", "attention_masks": blocked
          case "attention_mask_added": added
          case "attention_mask_per_head": perHead
          default: nil
          }
        let usesPadding = name == "attention_padding" || name == "attention_masks"
        let (output, weights) = layer(
          x[0], x[1], x[2], keyPaddingMask: usesPadding ? padding : nil, attentionMask: mask,
          isCausal: name == "attention_causal", needsWeights: golden.outputs.count > 1,
          averagesWeights: name != "attention_weights_per_head")
        return [output] + (weights.map { [$0] } ?? [])
      }
    }
  }

  @Test func selfAttentionAndThreeEqualTensorsAgree() {
    let layer = MultiheadAttention(4, numHeads: 2)
    let x = Tensor(normal: [3, 2, 4])
    let copy = x + 0
    let (joined, separate) = (layer(x), layer(x, copy, copy).output)
    #expect(zip(joined.scalars(as: Float.self), separate.scalars(as: Float.self)).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func aQueryWithoutKeysGivesTheBiasRatherThanNaN() {
    let layer = MultiheadAttention(4, numHeads: 2, batchFirst: true)
    let everything = Tensor([true, true], shape: [1, 2])
    let output = layer(
      Tensor(ones: [1, 1, 4]), Tensor(ones: [1, 2, 4]), Tensor(ones: [1, 2, 4]), keyPaddingMask: everything
    ).output
    #expect(output.scalars(as: Float.self) == [0, 0, 0, 0])
  }

  @Test func misuseNamesTheLayerAndWhatItTakes() throws {
    let layer = MultiheadAttention(4, numHeads: 2)
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors {
        layer(Tensor(zeros: [3, 2, 4]), Tensor(zeros: [5, 2, 6]), Tensor(zeros: [5, 2, 4])).output
      }
    }
    #expect(
      error.description == """
        [MultiheadAttention]: expected query [positions, batch, 4], key [positions, batch, 4], value [positions, batch, 4] \
        with one batch size, keys and values of one length, got [3, 2, 4], [5, 2, 6], [5, 2, 4]
          query: float32 [3, 2, 4]
          key: float32 [5, 2, 6]
          value: float32 [5, 2, 4]
          hint: `batchFirst: true` takes the batch as the first axis
        """)
    #expect(throws: TensorError.self) { try withTensorErrors { MultiheadAttention(5, numHeads: 2) } }
  }
}
