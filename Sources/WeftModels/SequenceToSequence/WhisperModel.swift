import WeftNN
import WeftTensor

/// Whisper (Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", 2022): two convolutions and an
/// encoder over the pieces of a window of sound, and a decoder that writes what is said in it.
///
/// Shape: features [N, bands, pieces] and tokens [N, T] to logits [N, T, vocabulary].
final class WhisperModel: SequenceToSequenceModel {
  let encoder: WhisperEncoder
  let decoder: WhisperDecoder
  /// The pieces of a window.
  let pieces: Int
  let bands: Int
  private let head: Linear

  init(_ configuration: ModelConfiguration) throws(ModelError) {
    let options = try WhisperOptions(configuration)
    encoder = WhisperEncoder(options)
    decoder = WhisperDecoder(options)
    (pieces, bands) = (options.pieces, options.bands)
    head = Linear(options.width, options.vocabularySize, bias: false)
    head.weight = decoder.embedTokens.weight
    super.init(options.decoder, startToken: options.startToken, paddingToken: options.paddingToken ?? 0)
  }

  override var properties: [(name: String, value: Any)] {
    [("model.encoder", encoder), ("model.decoder", decoder), ("proj_out", head)]
  }

  override func misuse(ofSource source: Tensor) -> (expected: String, got: String)? {
    if source.rank == 3, source.shape[1] == bands, source.shape[2] == pieces { return nil }
    return ("features [batch, \(bands) bands, \(pieces) pieces]", "\(source.shape)")
  }

  override func statesShape(ofSource source: Tensor) -> Shape { [source.shape[0], (pieces + 1) / 2] }

  override func read(_ source: Tensor, isToken: Tensor?) -> Tensor { encoder(source) }

  override func decoded(
    _ tokens: Tensor, _ pass: any DecoderPass, _ source: any SourcePass, _ look: ((Tensor) -> Void)?
  ) -> Tensor { decoder(tokens, pass, source, look) }

  override var sourceAttentions: [HeadAttention] { decoder.layers.compactMap(\.encoderAttn) }

  override var hasLimitedPositions: Bool { true }

  override func logits(of features: Tensor) -> Tensor { head(features) }
}

/// The reader of a window of sound. Its positions are the model's waves, which do not learn.
///
/// Shape: [N, bands, pieces] to [N, pieces / 2, E].
final class WhisperEncoder: Module {
  let conv1, conv2: Conv1d
  let embedPositions: Embedding
  let layers: [WhisperLayer]
  let layerNorm: LayerNorm
  let dropout: Dropout

  init(_ options: WhisperOptions) {
    conv1 = Conv1d(options.bands, options.width, kernelSize: 3, padding: 1)
    conv2 = Conv1d(options.width, options.width, kernelSize: 3, stride: 2, padding: 1)
    embedPositions = Embedding(options.sourcePositions, options.width)
    embedPositions.freeze()
    layers = (0..<options.encoderLayers).map { WhisperLayer(options, layer: $0, isDecoder: false) }
    layerNorm = LayerNorm(options.width)
    dropout = Dropout(options.dropout)
  }

  override func forward(_ features: Tensor) -> Tensor {
    let heard = conv2(conv1(features).gelu()).gelu().transposed(1, 2)
    let pass = EncoderPass(count: heard.shape[1], mask: nil)
    let x = dropout(heard + embedPositions(pass.positions))
    return layerNorm(layers.reduce(x) { $1($0, pass, nil) })
  }
}

/// The writer of what is said.
///
/// Shape: tokens [..., T] to [..., T, E].
final class WhisperDecoder: Module {
  let embedTokens, embedPositions: Embedding
  let layers: [WhisperLayer]
  let layerNorm: LayerNorm
  let dropout: Dropout

  init(_ options: WhisperOptions) {
    embedTokens = Embedding(options.vocabularySize, options.width, paddingIndex: options.paddingToken)
    embedPositions = Embedding(options.textPositions, options.width)
    layers = (0..<options.decoderLayers).map { WhisperLayer(options, layer: $0, isDecoder: true) }
    layerNorm = LayerNorm(options.width)
    dropout = Dropout(options.dropout)
  }

  /// - Parameter look: Sees the features before each layer.
  func callAsFunction(
    _ tokens: Tensor, _ pass: any DecoderPass, _ source: any SourcePass, _ look: ((Tensor) -> Void)?
  ) -> Tensor {
    inPath {
      var x = dropout(embedTokens(tokens) + embedPositions(pass.positions))
      for layer in layers {
        look?(x)
        x = layer(x, pass, source)
      }
      return layerNorm(x)
    }
  }
}

/// A layer of Whisper: x ← x + attention(norm(x)), in the decoder the same once more with the sound, and
/// x ← x + fc2(f(fc1(norm(x)))).
///
/// Shape: [..., T, E] to the same.
final class WhisperLayer: Module {
  let selfAttn: HeadAttention
  let selfAttnLayerNorm: LayerNorm
  let encoderAttn: HeadAttention?
  let encoderAttnLayerNorm: LayerNorm?
  let fc1, fc2: Linear
  let finalLayerNorm: LayerNorm
  let dropout, innerDropout: Dropout
  private let layer: Int
  private let activation: TransformerActivation

  init(_ options: WhisperOptions, layer: Int, isDecoder: Bool) {
    let attention = options.attention(heads: isDecoder ? options.decoderHeads : options.encoderHeads)
    let inner = isDecoder ? options.decoderInner : options.encoderInner
    selfAttn = HeadAttention(attention)
    selfAttnLayerNorm = LayerNorm(options.width)
    encoderAttn = isDecoder ? HeadAttention(attention) : nil
    encoderAttnLayerNorm = isDecoder ? LayerNorm(options.width) : nil
    (fc1, fc2) = (Linear(options.width, inner), Linear(inner, options.width))
    finalLayerNorm = LayerNorm(options.width)
    (dropout, innerDropout) = (Dropout(options.dropout), Dropout(options.innerDropout))
    (self.layer, activation) = (layer, options.activation)
  }

  func callAsFunction(_ input: Tensor, _ pass: any DecoderPass, _ source: (any SourcePass)?) -> Tensor {
    inPath {
      var x = input + dropout(selfAttn(selfAttnLayerNorm(input), pass, layer: layer))
      if let source, let encoderAttn, let encoderAttnLayerNorm {
        x = x + dropout(encoderAttn(encoderAttnLayerNorm(x), source, layer: layer))
      }
      return x + dropout(fc2(innerDropout(activation(fc1(finalLayerNorm(x))))))
    }
  }
}
