import Weft
import WeftONNX

extension ExportCase {
  private static let sequence: [FreeAxis] = ["batch", FreeAxis("length", axis: 1)]

  static func recurrent() -> [ExportCase] {
    let lengthFirst: [FreeAxis] = [FreeAxis("length"), FreeAxis("batch", axis: 1, sizes: [2, 3, 5])]
    let lstm = LSTM(3, 4)
    let gru = GRU(3, 4)
    let deep = LSTM(3, 4, numLayers: 2, batchFirst: true, bidirectional: true)
    let state = numbers([1, 2, 4], 9)
    return [
      ExportCase("rnn", RNN(3, 4), x(5, 2, 3), free: lengthFirst),
      ExportCase("rnn_relu", RNN(3, 4, nonlinearity: .relu), x(5, 2, 3), free: lengthFirst),
      ExportCase("lstm", lstm, x(5, 2, 3), free: lengthFirst), ExportCase("gru", gru, x(5, 2, 3), free: lengthFirst),
      ExportCase("lstm_no_bias", LSTM(3, 4, bias: false), x(5, 2, 3)),
      ExportCase(
        "gru_deep", GRU(3, 4, numLayers: 2, batchFirst: true, bidirectional: true), x(2, 5, 3), free: sequence),
      ExportCase("lstm_deep", deep, x(2, 5, 3), free: sequence) { inputs in
        let (output, state) = deep(inputs[0], state: nil)
        return [output, state.hidden, state.cell]
      },
      ExportCase("lstm_state", lstm, x(5, 2, 3) + [state, state * 0.5], free: []) { inputs in
        let (output, state) = lstm(inputs[0], state: LSTM.State(hidden: inputs[1], cell: inputs[2]))
        return [output, state.hidden, state.cell]
      },
      ExportCase("gru_state", gru, x(5, 2, 3) + [state], free: []) { inputs in
        let (output, state) = gru(inputs[0], state: inputs[1])
        return [output, state]
      },
      ExportCase("lstm_projected", LSTM(3, 4, projSize: 2), x(5, 2, 3), free: []),
      ExportCase("lstm_single", LSTM(3, 4), x(5, 3), free: [FreeAxis("length")]),
      ExportCase("rnn_cell", RNNCell(3, 4), x(2, 3)), ExportCase("gru_cell", GRUCell(3, 4), x(2, 3)),
      ExportCase("lstm_cell", LSTMCell(3, 4), x(2, 3)),
    ]
  }

  static func attention() -> [ExportCase] {
    let plain = MultiheadAttention(8, numHeads: 2, batchFirst: true)
    let weighed = MultiheadAttention(8, numHeads: 2, batchFirst: true)
    let biased = MultiheadAttention(8, numHeads: 2, addsBiasKV: true, addsZeroAttention: true, batchFirst: true)
    let cross = MultiheadAttention(8, numHeads: 2, kDim: 5, vDim: 6, batchFirst: true)
    let shared = GroupedQueryAttention(8, numHeads: 4, numKeyValueHeads: 2, rotary: RotaryEmbedding(2))
    let padding = Tensor([[false, false, false, true], [false, true, true, true]])
    let causal = Tensor(ones: [4, 4], dtype: .bool).triu(diagonal: 1)
    let slopes = numbers([4, 4], 5)
    return [
      ExportCase("attention", plain, x(2, 4, 8), free: sequence),
      ExportCase("attention_causal", plain, x(2, 4, 8), free: sequence) {
        [plain($0[0], $0[0], $0[0], isCausal: true).output]
      },
      ExportCase("attention_masks", plain, x(2, 4, 8), free: []) {
        [plain($0[0], $0[0], $0[0], keyPaddingMask: padding, attentionMask: causal).output]
      },
      ExportCase("attention_added", plain, x(2, 4, 8)) { [plain($0[0], $0[0], $0[0], attentionMask: slopes).output] },
      ExportCase("attention_padding_input", plain, x(2, 4, 8) + [padding], free: sequence) {
        [plain($0[0], $0[0], $0[0], keyPaddingMask: $0[1]).output]
      },
      ExportCase("attention_weights", weighed, x(2, 4, 8), free: sequence) {
        let (output, weights) = weighed($0[0], $0[0], $0[0], needsWeights: true)
        return [output] + (weights.map { [$0] } ?? [])
      },
      ExportCase("attention_biased", biased, x(2, 4, 8)),
      ExportCase("attention_cross", cross, [numbers([2, 3, 8], 1), numbers([2, 4, 5], 2), numbers([2, 4, 6], 3)]) {
        [cross($0[0], $0[1], $0[2]).output]
      },
      ExportCase("grouped_query", shared, x(2, 4, 8), free: sequence),
      ExportCase("grouped_query_causal", shared, x(2, 4, 8), free: sequence) { [shared($0[0], isCausal: true)] },
      ExportCase("rotary", RotaryEmbedding(4), x(2, 3, 5, 4), free: ["batch", FreeAxis("length", axis: 2)]),
      ExportCase("rotary_interleaved", RotaryEmbedding(4, layout: .interleaved), x(2, 3, 5, 4)),
      ExportCase("sinusoidal", SinusoidalPositions(6, maxPositions: 40, batchFirst: true), x(2, 5, 6), free: sequence),
      ExportCase(
        "learned_positions", LearnedPositions(6, maxPositions: 40, batchFirst: true), x(2, 5, 6), free: sequence),
      ExportCase("gated_feed_forward", GatedFeedForward(6, 8), x(2, 5, 6), free: sequence),
    ]
  }

  static func transformers() -> [ExportCase] {
    func encoderLayer() -> TransformerEncoderLayer {
      TransformerEncoderLayer(8, numHeads: 2, dimFeedforward: 12, activation: .gelu, batchFirst: true)
    }
    let encoder = TransformerEncoder(numLayers: 2, norm: LayerNorm(8)) { encoderLayer() }
    let before = TransformerEncoderLayer(8, numHeads: 2, dimFeedforward: 12, batchFirst: true, normFirst: true)
    let decoder = TransformerDecoder(numLayers: 2) {
      TransformerDecoderLayer(8, numHeads: 2, dimFeedforward: 12, batchFirst: true)
    }
    let layer = TransformerDecoderLayer(8, numHeads: 2, dimFeedforward: 12, batchFirst: true)
    let whole = Transformer(
      dModel: 8, numHeads: 2, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 12, batchFirst: true)
    let block = LlamaBlock(8, numHeads: 4, numKeyValueHeads: 2, hiddenDim: 12)
    let pair = [numbers([2, 3, 8], 1), numbers([2, 4, 8], 2)]
    let lengths: [FreeAxis] = [
      "batch", FreeAxis("length", axis: 1, inputs: [0]), FreeAxis("memory", axis: 1, inputs: [1]),
    ]
    return [
      ExportCase("encoder_layer", encoderLayer(), x(2, 5, 8), free: sequence),
      ExportCase("encoder_layer_norm_first", before, x(2, 5, 8), free: sequence),
      ExportCase("encoder", encoder, x(2, 5, 8), free: sequence) { [encoder($0[0], isCausal: true)] },
      ExportCase("decoder_layer", layer, pair, free: lengths) { [layer($0[0], $0[1])] },
      ExportCase("decoder", decoder, pair, free: lengths) { [decoder($0[0], $0[1], isCausal: true)] },
      ExportCase("transformer", whole, pair, free: lengths) { [whole($0[0], $0[1], isTargetCausal: true)] },
      ExportCase("llama_block", block, x(2, 5, 8), free: sequence),
    ]
  }

  static func models() -> [ExportCase] {
    let bert = BERT(vocabularySize: 20, maxPositions: 32, numLayers: 2, numHeads: 2, embedDim: 8, dimFeedforward: 16)
    let vae = VAE(inputs: 12, hidden: 8, latent: 3)
    let rnn = CharLSTM(tokens: 20, embedding: 8, hidden: 8)
    let mask = Tensor([
      [true, true, true, true, true, true, false, false], [true, true, true, false, false, false, false, false],
    ])
    return [
      ExportCase("lenet", LeNet(), x(3, 1, 32, 32)),
      ExportCase("resnet18", ResNet(.resNet18, classes: 5, stem: .small, width: 8), x(2, 3, 16, 16)),
      ExportCase("resnet50", ResNet(.resNet50, classes: 5, width: 8), x(2, 3, 32, 32)),
      ExportCase("vgg", VGG(.vgg11, batchNorm: true, classes: 4, width: 4, hiddenSize: 8), x(1, 3, 32, 32)),
      ExportCase(
        "vit", ViT(imageSize: 8, patchSize: 4, numLayers: 2, numHeads: 2, hiddenDim: 8, mlpDim: 8, classes: 3),
        x(2, 3, 8, 8)),
      ExportCase("unet", UNet(channels: 1, classes: 2, width: 4), x(1, 1, 32, 32)),
      ExportCase("unet_bilinear", UNet(channels: 1, classes: 2, bilinear: true, width: 4), x(1, 1, 32, 32)),
      ExportCase("vae", vae, [numbers([2, 12], 3).sigmoid()]) {
        let (images, mean, logVariance) = vae($0[0])
        return [images, mean, logVariance]
      },
      ExportCase("autoencoder", Autoencoder(), [numbers([2, 1, 28, 28], 3).sigmoid()]),
      ExportCase("dcgan_generator", DCGANGenerator(latent: 6, features: 4), x(2, 6, 1, 1)),
      ExportCase("dcgan_discriminator", DCGANDiscriminator(features: 4), x(2, 3, 64, 64)),
      ExportCase(
        "gpt", GPT(vocabularySize: 20, contextLength: 32, numLayers: 2, numHeads: 2, embedDim: 8, dropout: 0.1),
        [tokens(2, 8)], free: sequence),
      ExportCase("bert", bert, [tokens(2, 8)], free: sequence),
      ExportCase("bert_masked", bert, [tokens(2, 8), mask], free: sequence) {
        let (states, pooled) = bert($0[0], attentionMask: $0[1])
        return [states] + (pooled.map { [$0] } ?? [])
      },
      ExportCase("char_lstm", rnn, [tokens(2, 6)], free: sequence) {
        let (logits, state) = rnn($0[0])
        return [logits, state.hidden, state.cell]
      },
    ]
  }
}
