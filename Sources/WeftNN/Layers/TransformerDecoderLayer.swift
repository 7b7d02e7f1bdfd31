import WeftTensor

/// One layer of a transformer's decoder (Vaswani et al., 2017): attention of a sequence to itself, attention to a
/// memory (what the encoder gave) and a small network, each added to its input and normalized:
/// x ← norm1(x + attention(x)), x ← norm2(x + attention(x, memory)), x ← norm3(x + linear2(relu(linear1(x)))). With
/// `normFirst` each norm stands before its part: x ← x + attention(norm1(x)) and so on.
///
/// Shape: target [L, N, E], memory [S, N, E] to [L, N, E]; [N, L, E] and [N, S, E] with `batchFirst`; or without N.
/// Parts are named as in PyTorch: `self_attn`, `multihead_attn`, `linear1` [F, E], `linear2` [E, F], `norm1`, `norm2`,
/// `norm3`.
public final class TransformerDecoderLayer: Module {
  /// The attention of the sequence to itself.
  public var selfAttn: MultiheadAttention
  /// The attention to the memory.
  public var multiheadAttn: MultiheadAttention
  /// The map into the network, [F, E].
  public var linear1: Linear
  /// Between the network's maps.
  public var dropout: Dropout
  /// The map out of the network, [E, F].
  public var linear2: Linear
  /// The norm of the attention to itself: after its sum or, with `normFirst`, before it.
  public var norm1: LayerNorm
  /// The norm of the attention to the memory.
  public var norm2: LayerNorm
  /// The norm of the network.
  public var norm3: LayerNorm
  /// Of what the attention to itself gives.
  public var dropout1: Dropout
  /// Of what the attention to the memory gives.
  public var dropout2: Dropout
  /// Of what the network gives.
  public var dropout3: Dropout
  /// The function between the linear maps.
  public let activation: TransformerActivation
  /// Whether each norm stands before its part rather than after the sum.
  public let normFirst: Bool

  /// - Parameters:
  ///   - dModel: E, the features of a position.
  ///   - dimFeedforward: F, the features inside the network.
  ///   - dropout: Of every dropout and of the attentions' weights.
  ///   - epsilon: Of every norm.
  ///   - batchFirst: Whether sequences are [N, L, E] rather than [L, N, E].
  ///   - bias: Whether linear maps and norms add one.
  public init(
    _ dModel: Int, numHeads: Int, dimFeedforward: Int = 2048, dropout: Double = 0.1,
    activation: TransformerActivation = .relu, epsilon: Double = 1e-5, batchFirst: Bool = false,
    normFirst: Bool = false, bias: Bool = true
  ) {
    func attention() -> MultiheadAttention {
      MultiheadAttention(dModel, numHeads: numHeads, dropout: dropout, bias: bias, batchFirst: batchFirst)
    }
    func norm() -> LayerNorm { LayerNorm(dModel, epsilon: epsilon, bias: bias) }
    (selfAttn, multiheadAttn) = (attention(), attention())
    linear1 = Linear(dModel, dimFeedforward, bias: bias)
    self.dropout = Dropout(dropout)
    linear2 = Linear(dimFeedforward, dModel, bias: bias)
    (norm1, norm2, norm3) = (norm(), norm(), norm())
    (dropout1, dropout2, dropout3) = (Dropout(dropout), Dropout(dropout), Dropout(dropout))
    (self.activation, self.normFirst) = (activation, normFirst)
  }

  /// - Parameters:
  ///   - attentionMask: Of the target's attention to itself; see `MultiheadAttention`.
  ///   - memoryMask: Of the attention to the memory, [L, S] or [N·heads, L, S].
  ///   - keyPaddingMask: Of the target's positions, [N, L].
  ///   - memoryKeyPaddingMask: Of the memory's positions, [N, S].
  ///   - cache: Keeps the keys and values of the positions seen, and of the memory; see `KeyValueCache`.
  public func callAsFunction(
    _ target: Tensor, _ memory: Tensor, attentionMask: Tensor? = nil, memoryMask: Tensor? = nil,
    keyPaddingMask: Tensor? = nil, memoryKeyPaddingMask: Tensor? = nil, isCausal: Bool = false,
    isMemoryCausal: Bool = false,
    cache: KeyValueCache.Layer? = nil
  ) -> Tensor {
    let masks = TransformerDecoderMasks(
      mask: attentionMask, memoryMask: memoryMask, keyPaddingMask: keyPaddingMask,
      memoryKeyPaddingMask: memoryKeyPaddingMask,
      isCausal: isCausal, isMemoryCausal: isMemoryCausal)
    return decode(target, memory, masks, cache)
  }

  func decode(
    _ target: Tensor, _ memory: Tensor, _ masks: TransformerDecoderMasks, _ cache: KeyValueCache.Layer?
  ) -> Tensor {
    // Where the target stands, before its own attention adds to the cache.
    let past = cache?.own.positionCount ?? 0
    let padding = cache == nil ? masks.keyPaddingMask : nil
    let target = target.finite(behindPadding: padding, batchFirst: selfAttn.batchFirst)
    return inPath {
      if normFirst {
        let x = target + attended(norm1(target), masks, cache)
        let y = x + attended(norm2(x), memory, masks, cache, past)
        return y + fed(norm3(y))
      }
      let x = norm1(target + attended(target, masks, cache))
      let y = norm2(x + attended(x, memory, masks, cache, past))
      return norm3(y + fed(y))
    }
  }

  private func attended(_ x: Tensor, _ masks: TransformerDecoderMasks, _ cache: KeyValueCache.Layer?) -> Tensor {
    let options = AttentionOptions(
      keyPaddingMask: masks.keyPaddingMask, attentionMask: masks.mask, isCausal: masks.isCausal, cache: cache?.own,
      isPaddingFinite: cache == nil)
    return dropout1(selfAttn(x, x, x, options: options).output)
  }

  private func attended(
    _ x: Tensor, _ memory: Tensor, _ masks: TransformerDecoderMasks, _ cache: KeyValueCache.Layer?, _ past: Int
  ) -> Tensor {
    let options = AttentionOptions(
      keyPaddingMask: masks.memoryKeyPaddingMask, attentionMask: masks.memoryMask, isCausal: masks.isMemoryCausal,
      cache: cache?.memory, queryOffset: past)
    return dropout2(multiheadAttn(x, memory, memory, options: options).output)
  }

  /// The network after the attentions.
  private func fed(_ x: Tensor) -> Tensor { dropout3(linear2(dropout(activation(linear1(x))))) }
}

/// What a call of a decoder hides.
struct TransformerDecoderMasks {
  var mask: Tensor?
  var memoryMask: Tensor?
  var keyPaddingMask: Tensor?
  var memoryKeyPaddingMask: Tensor?
  var isCausal = false
  var isMemoryCausal = false
}
