import WeftTensor

/// Several decoder layers in a row, and a norm after the last where one is given.
///
/// Shape: as `TransformerDecoderLayer`. Parts: `layers.0`, `layers.1`, ..., `norm`.
///
/// ```swift
/// let decoder = TransformerDecoder(numLayers: 6) { TransformerDecoderLayer(512, numHeads: 8) }
/// let output = decoder(target, memory, isCausal: true)
/// ```
public final class TransformerDecoder: Module {
  /// The layers, from the first to run on.
  public var layers: [TransformerDecoderLayer]
  /// What is applied to the last layer's result; nil for nothing.
  public var norm: LayerNorm?

  /// - Parameter layer: Makes one layer; called for each (PyTorch copies one layer, so that all start equal).
  public init(numLayers: Int, norm: LayerNorm? = nil, layer: () -> TransformerDecoderLayer) {
    layers = (0..<LayerCheck.layers(numLayers, layer: "TransformerDecoder")).map { _ in layer() }
    self.norm = norm
  }

  /// - Parameters:
  ///   - attentionMask: Of the target's attention to itself; see `MultiheadAttention`.
  ///   - memoryMask: Of the attention to the memory, [L, S] or [N·heads, L, S].
  ///   - keyPaddingMask: Of the target's positions, [N, L].
  ///   - memoryKeyPaddingMask: Of the memory's positions, [N, S].
  ///   - cache: Keeps keys and values from call to call: then `target` holds the new positions only, masks of the
  ///     target cover all positions so far, and the memory must stay the same.
  public func callAsFunction(
    _ target: Tensor, _ memory: Tensor, attentionMask: Tensor? = nil, memoryMask: Tensor? = nil,
    keyPaddingMask: Tensor? = nil, memoryKeyPaddingMask: Tensor? = nil, isCausal: Bool = false,
    isMemoryCausal: Bool = false,
    cache: KeyValueCache? = nil
  ) -> Tensor {
    let masks = TransformerDecoderMasks(
      mask: attentionMask, memoryMask: memoryMask, keyPaddingMask: keyPaddingMask,
      memoryKeyPaddingMask: memoryKeyPaddingMask,
      isCausal: isCausal, isMemoryCausal: isMemoryCausal)
    return decode(target, memory, masks, cache)
  }

  func decode(
    _ target: Tensor, _ memory: Tensor, _ masks: TransformerDecoderMasks, _ cache: KeyValueCache? = nil
  ) -> Tensor {
    inPath {
      let decoded = layers.enumerated().reduce(target) { x, entry in
        entry.element.decode(x, memory, masks, cache?.layer(entry.offset, of: layers.count))
      }
      return norm.map { $0(decoded) } ?? decoded
    }
  }
}
