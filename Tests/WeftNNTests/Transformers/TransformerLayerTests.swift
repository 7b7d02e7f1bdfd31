import Testing
import Weft

/// Encoder, decoder and the two together.
@Suite struct TransformerLayerTests {
  private let padding = TransformerMasks.padding
  private let blocked = TransformerMasks.blocked

  @Test func encoderGoldens() throws {
    func layer(_ name: String) -> TransformerEncoderLayer {
      TransformerEncoderLayer(
        8, numHeads: 2, dimFeedforward: 12, dropout: 0,
        activation: name == "function" ? .function { $0.silu() } : name == "mask_per_head" ? .gelu : .relu,
        epsilon: name == "function" ? 1e-3 : 1e-5,
        batchFirst: ["mask_per_head", "masks", "stack_causal"].contains(name),
        normFirst: ["mask_added", "masks", "stack_masks"].contains(name), bias: name != "masks")
    }
    for (name, golden) in try TransformerGolden.family("encoder") {
      let mask: Tensor? =
        switch name {
        case "mask_bool", "masks", "stack_masks": blocked
        case "mask_added": TransformerGolden.scrambled(7, [5, 5])
        case "mask_per_head": TransformerGolden.scrambled(7, [4, 5, 5])
        default: nil
        }
      let padding = name == "unbatched" ? self.padding[0] : name.hasSuffix("masks") ? self.padding : nil
      if name.hasPrefix("stack") {
        let norm = name == "stack_masks" ? LayerNorm(8) : nil
        let encoder = TransformerEncoder(numLayers: 2, norm: norm) { layer(name) }
        golden.compare(encoder) {
          [encoder($0[0], attentionMask: mask, keyPaddingMask: padding, isCausal: name == "stack_causal")]
        }
      } else {
        let layer = layer(name)
        golden.compare(layer) { [layer($0[0], attentionMask: mask, keyPaddingMask: padding)] }
      }
    }
  }

  @Test func decoderGoldens() throws {
    func layer(_ name: String) -> TransformerDecoderLayer {
      TransformerDecoderLayer(
        8, numHeads: 2, dimFeedforward: 12, dropout: 0,
        activation: ["layer_gelu", "layer_masks_norm_first"].contains(name) ? .gelu : .relu,
        batchFirst: ["layer_gelu", "layer_no_bias", "layer_causal"].contains(name),
        normFirst: name.hasSuffix("norm_first") || name == "layer_no_bias" || name == "stack_norm",
        bias: name != "layer_no_bias")
    }
    for (name, golden) in try TransformerGolden.family("decoder") {
      let isMasked = ["layer_masks", "layer_masks_norm_first", "stack_norm"].contains(name)
      let isAdded = name == "layer_masks_added"
      let mask = isMasked ? blocked : isAdded ? TransformerGolden.scrambled(7, [5, 5]) : nil
      let ofMemory =
        isMasked ? blocked.sliced(axis: 1, to: 4) : isAdded ? TransformerGolden.scrambled(8, [4, 5, 4]) : nil
      let (paddings, memoryPadding) = isMasked ? (padding, padding.sliced(axis: 1, from: 1)) : (nil, nil)
      let (isCausal, isMemoryCausal) = (name == "layer_causal", name == "layer_memory_causal")
      if name.hasPrefix("stack") {
        let norm = name == "stack_norm" ? LayerNorm(8) : nil
        let decoder = TransformerDecoder(numLayers: 2, norm: norm) { layer(name) }
        golden.compare(decoder) {
          [
            decoder(
              $0[0], $0[1], attentionMask: mask, memoryMask: ofMemory, keyPaddingMask: paddings,
              memoryKeyPaddingMask: memoryPadding)
          ]
        }
      } else {
        let layer = layer(name)
        golden.compare(layer) {
          [
            layer(
              $0[0], $0[1], attentionMask: mask, memoryMask: ofMemory, keyPaddingMask: paddings,
              memoryKeyPaddingMask: memoryPadding, isCausal: isCausal, isMemoryCausal: isMemoryCausal)
          ]
        }
      }
    }
  }

  @Test func wholeGoldens() throws {
    func error(_ outputs: [Tensor]) -> Tensor {
      meanSquaredError(outputs[0], TransformerGolden.scrambled(2000, outputs[0].shape.sizes))
    }
    for (name, golden) in try TransformerGolden.family("transformer") {
      let (isOther, isCausal) = (name == "whole_batch_first", name == "whole_causal")
      let model = Transformer(
        dModel: 16, numHeads: 4, numEncoderLayers: 2, numDecoderLayers: 2, dimFeedforward: 24, dropout: 0,
        activation: isOther ? .gelu : .relu, epsilon: isCausal ? 1e-4 : 1e-5, batchFirst: isOther, normFirst: isOther,
        bias: !isCausal)
      golden.compare(model, loss: error) {
        if name != "whole_masks" {
          return [model($0[0], $0[1], isSourceCausal: isCausal, isTargetCausal: isCausal, isMemoryCausal: isCausal)]
        }
        let ofMemory = blocked.sliced(axis: 1, to: 4)
        return [
          model(
            $0[0], $0[1], sourceMask: ofMemory.sliced(axis: 0, to: 4), targetMask: blocked, memoryMask: ofMemory,
            sourceKeyPaddingMask: padding.sliced(axis: 1, from: 1), targetKeyPaddingMask: padding,
            memoryKeyPaddingMask: padding.sliced(axis: 1, from: 1))
        ]
      }
    }
  }

  @Test func squareSubsequentMaskIsTheCausalFlag() {
    let mask = Transformer.squareSubsequentMask(3, dtype: .float64)
    let none = -Double.infinity
    #expect(mask.scalars(as: Double.self) == [0, none, none, 0, 0, none, 0, 0, 0])
    let layer = TransformerEncoderLayer(8, numHeads: 2, dimFeedforward: 12, dropout: 0).convert(to: .float64)
    let x = TransformerGolden.scrambled(3, [3, 2, 8])
    #expect(layer(x, attentionMask: mask).isClose(to: layer(x, isCausal: true), relative: 1e-12, absolute: 1e-12))
  }

  @Test func partsOfOnesOwnKeepTheirWeights() {
    let encoder = TransformerEncoder(numLayers: 1) { TransformerEncoderLayer(8, numHeads: 2, dimFeedforward: 12) }
    let decoder = TransformerDecoder(numLayers: 1) { TransformerDecoderLayer(8, numHeads: 2, dimFeedforward: 12) }
    let before = encoder.layers[0].linear1.weight.value
    let model = Transformer(encoder: encoder, decoder: decoder)
    #expect(encoder.layers[0].linear1.weight.value.elementsEqual(before))
    #expect(model.namedParameters().contains { $0.name == "decoder.layers.0.multihead_attn.in_proj_weight" })
  }
}
