import WeftTensor

/// An encoder and a decoder (Vaswani et al., "Attention Is All You Need", 2017): what the encoder makes of the source
/// is the memory that the decoder attends to. Embeddings, positions and the last linear map are not part of it.
///
/// Shape: source [S, N, E], target [T, N, E] to [T, N, E]; [N, S, E] and [N, T, E] with `batchFirst`; or without N.
/// Parts are named as in PyTorch: `encoder`, `decoder`, each with `layers` and a last `norm`. Weights by
/// `xavierUniform`.
///
/// ```swift
/// let model = Transformer(dModel: 64, numHeads: 4, numEncoderLayers: 2, numDecoderLayers: 2, batchFirst: true)
/// let output = model(source, target, isTargetCausal: true)
/// ```
public final class Transformer: Module {
  /// What turns the source into the memory.
  public var encoder: TransformerEncoder
  /// What turns the target and the memory into the result.
  public var decoder: TransformerDecoder

  /// By default the paper's base model, as in PyTorch.
  ///
  /// - Parameters:
  ///   - dModel: E, the features of a position.
  ///   - dimFeedforward: The features inside each layer's network.
  ///   - epsilon: Of every norm.
  ///   - batchFirst: Whether sequences are [N, L, E] rather than [L, N, E].
  ///   - normFirst: Whether norms stand before the parts of a layer rather than after them.
  public init(
    dModel: Int = 512, numHeads: Int = 8, numEncoderLayers: Int = 6, numDecoderLayers: Int = 6,
    dimFeedforward: Int = 2048, dropout: Double = 0.1, activation: TransformerActivation = .relu,
    epsilon: Double = 1e-5, batchFirst: Bool = false, normFirst: Bool = false, bias: Bool = true
  ) {
    func norm() -> LayerNorm { LayerNorm(dModel, epsilon: epsilon, bias: bias) }
    encoder = TransformerEncoder(numLayers: numEncoderLayers, norm: norm()) {
      TransformerEncoderLayer(
        dModel, numHeads: numHeads, dimFeedforward: dimFeedforward, dropout: dropout, activation: activation,
        epsilon: epsilon, batchFirst: batchFirst, normFirst: normFirst, bias: bias)
    }
    decoder = TransformerDecoder(numLayers: numDecoderLayers, norm: norm()) {
      TransformerDecoderLayer(
        dModel, numHeads: numHeads, dimFeedforward: dimFeedforward, dropout: dropout, activation: activation,
        epsilon: epsilon, batchFirst: batchFirst, normFirst: normFirst, bias: bias)
    }
    super.init()
    for parameter in parameters() where parameter.shape.rank > 1 { parameter.initialize(.xavierUniform()) }
  }

  /// Of an encoder and a decoder of one's own, with their weights as they are.
  public init(encoder: TransformerEncoder, decoder: TransformerDecoder) {
    (self.encoder, self.decoder) = (encoder, decoder)
  }

  /// - Parameters: masks of the encoder, of the decoder and of its attention to the memory; see `MultiheadAttention`.
  public func callAsFunction(
    _ source: Tensor, _ target: Tensor, sourceMask: Tensor? = nil, targetMask: Tensor? = nil,
    memoryMask: Tensor? = nil, sourceKeyPaddingMask: Tensor? = nil, targetKeyPaddingMask: Tensor? = nil,
    memoryKeyPaddingMask: Tensor? = nil, isSourceCausal: Bool = false, isTargetCausal: Bool = false,
    isMemoryCausal: Bool = false
  ) -> Tensor {
    let masks = TransformerDecoderMasks(
      mask: targetMask, memoryMask: memoryMask, keyPaddingMask: targetKeyPaddingMask,
      memoryKeyPaddingMask: memoryKeyPaddingMask, isCausal: isTargetCausal, isMemoryCausal: isMemoryCausal)
    return inPath {
      let memory = encoder(
        source, attentionMask: sourceMask, keyPaddingMask: sourceKeyPaddingMask, isCausal: isSourceCausal)
      return decoder.decode(target, memory, masks)
    }
  }

  /// A mask that lets position i see the positions 0 through i: 0 there and -∞ above the diagonal, to be added to the
  /// scores. `isCausal` does the same in less time.
  ///
  /// Shape: [size, size].
  public static func squareSubsequentMask(_ size: Int, dtype: DType = .float32) -> Tensor {
    Tensor(full: [size, size], -.infinity, dtype: dtype).triu(diagonal: 1)
  }
}
