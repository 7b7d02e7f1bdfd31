import Testing
import Weft

@Suite struct TransformerTests {
  @Test func goldens() throws {
    let padding = Tensor([false, false, true, false, false, false], shape: [2, 3])
    let sequenceFirst = ["encoder_layer", "encoder_layer_norm_first"]
    func layer(_ name: String) -> TransformerEncoderLayer {
      TransformerEncoderLayer(
        4, numHeads: 2, dimFeedforward: 6, dropout: 0, activation: name.hasSuffix("gelu") ? .gelu : .relu,
        batchFirst: !sequenceFirst.contains(name),
        normFirst: name.contains("norm_first") || name == "encoder_final_norm", bias: name != "encoder_layer_no_bias")
    }
    for (name, golden) in try GoldenCase.family("transformer") {
      let isMasked = name == "encoder_layer_padding" || name == "encoder_final_norm"
      if name.hasPrefix("encoder_layer") {
        let layer = layer(name)
        golden.compare(layer) {
          [layer($0[0], keyPaddingMask: isMasked ? padding : nil, isCausal: name == "encoder_layer_causal")]
        }
      } else {
        let encoder = TransformerEncoder(numLayers: 2, norm: isMasked ? LayerNorm(4) : nil) { layer(name) }
        golden.compare(encoder) { [encoder($0[0], keyPaddingMask: isMasked ? padding : nil)] }
      }
    }
  }

  @Test func pathsReachDownToTheLinearMaps() throws {
    let encoder = TransformerEncoder(numLayers: 2) { TransformerEncoderLayer(8, numHeads: 2, dimFeedforward: 16) }
    _ = encoder(Tensor(zeros: [3, 2, 8]))
    #expect(encoder.layers[1].selfAttn.outProj.path == "layers.1.self_attn.out_proj")
    let error = try #require(throws: TensorError.self) {
      try withTensorErrors { encoder(Tensor(zeros: [3, 2, 9])) }
    }
    #expect(error.modulePath == "layers.0.self_attn")
  }
}
