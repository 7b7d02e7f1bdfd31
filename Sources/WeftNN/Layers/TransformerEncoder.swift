import WeftTensor

/// One layer of a transformer's encoder (Vaswani et al., 2017): self-attention and a small network, each added to its
/// input and normalized: x ← norm1(x + attention(x)), x ← norm2(x + linear2(relu(linear1(x)))). With `normFirst`
/// x ← x + attention(norm1(x)), x ← x + linear2(relu(linear1(norm2(x)))).
///
/// Shape: [L, N, E] to [L, N, E], or [N, L, E] with `batchFirst`, or without N. Parts are named as in PyTorch:
/// `self_attn`, `linear1` [F, E], `linear2` [E, F], `norm1`, `norm2`.
public final class TransformerEncoderLayer: Module {
  /// The attention of the sequence to itself.
  public var selfAttn: MultiheadAttention
  /// The map into the network, [F, E].
  public var linear1: Linear
  /// Between the network's maps.
  public var dropout: Dropout
  /// The map out of the network, [E, F].
  public var linear2: Linear
  /// The norm of the attention: after its sum or, with `normFirst`, before it.
  public var norm1: LayerNorm
  /// The norm of the network.
  public var norm2: LayerNorm
  /// Of what the attention gives.
  public var dropout1: Dropout
  /// Of what the network gives.
  public var dropout2: Dropout
  /// The function between the linear maps.
  public let activation: TransformerActivation
  /// Whether each norm stands before its part rather than after the sum.
  public let normFirst: Bool

  /// - Parameters:
  ///   - dModel: E, the features of a position.
  ///   - dimFeedforward: F, the features inside the network.
  ///   - dropout: Of every dropout and of the attention's weights.
  ///   - epsilon: Of every norm.
  ///   - batchFirst: Whether sequences are [N, L, E] rather than [L, N, E].
  ///   - bias: Whether linear maps and norms add one.
  public init(
    _ dModel: Int, numHeads: Int, dimFeedforward: Int = 2048, dropout: Double = 0.1,
    activation: TransformerActivation = .relu, epsilon: Double = 1e-5, batchFirst: Bool = false,
    normFirst: Bool = false, bias: Bool = true
  ) {
    selfAttn = MultiheadAttention(dModel, numHeads: numHeads, dropout: dropout, bias: bias, batchFirst: batchFirst)
    linear1 = Linear(dModel, dimFeedforward, bias: bias)
    self.dropout = Dropout(dropout)
    linear2 = Linear(dimFeedforward, dModel, bias: bias)
    norm1 = LayerNorm(dModel, epsilon: epsilon, bias: bias)
    norm2 = LayerNorm(dModel, epsilon: epsilon, bias: bias)
    dropout1 = Dropout(dropout)
    dropout2 = Dropout(dropout)
    (self.activation, self.normFirst) = (activation, normFirst)
  }

  public override func forward(_ input: Tensor) -> Tensor { encode(input, nil, nil, false) }

  /// - Parameters:
  ///   - attentionMask: See `MultiheadAttention`.
  ///   - keyPaddingMask: See `MultiheadAttention`.
  public func callAsFunction(
    _ input: Tensor, attentionMask: Tensor? = nil, keyPaddingMask: Tensor? = nil, isCausal: Bool = false
  ) -> Tensor {
    inPath { encode(input, attentionMask, keyPaddingMask, isCausal) }
  }

  private func encode(_ input: Tensor, _ mask: Tensor?, _ keyPaddingMask: Tensor?, _ isCausal: Bool) -> Tensor {
    let input = input.finite(behindPadding: keyPaddingMask, batchFirst: selfAttn.batchFirst)
    let options = AttentionOptions(
      keyPaddingMask: keyPaddingMask, attentionMask: mask, isCausal: isCausal, isPaddingFinite: true)
    func attended(_ x: Tensor) -> Tensor { dropout1(selfAttn(x, x, x, options: options).output) }
    if normFirst {
      let x = input + attended(norm1(input))
      return x + fed(norm2(x))
    }
    let x = norm1(input + attended(input))
    return norm2(x + fed(x))
  }

  /// The network between the attentions.
  private func fed(_ x: Tensor) -> Tensor {
    let hidden = linear1(x)
    return dropout2(linear2(dropout(activation(hidden))))
  }
}

/// Several encoder layers in a row, and a norm after the last where one is given.
///
/// Shape: as `TransformerEncoderLayer`. Parts: `layers.0`, `layers.1`, ..., `norm`.
///
/// ```swift
/// let encoder = TransformerEncoder(numLayers: 6) { TransformerEncoderLayer(512, numHeads: 8) }
/// ```
public final class TransformerEncoder: Module {
  /// The layers, from the first to run on.
  public var layers: [TransformerEncoderLayer]
  /// What is applied to the last layer's result; nil for nothing.
  public var norm: LayerNorm?

  /// - Parameter layer: Makes one layer; called for each (PyTorch copies one layer, so that all start equal).
  public init(numLayers: Int, norm: LayerNorm? = nil, layer: () -> TransformerEncoderLayer) {
    layers = (0..<LayerCheck.layers(numLayers, layer: "TransformerEncoder")).map { _ in layer() }
    self.norm = norm
  }

  public override func forward(_ input: Tensor) -> Tensor { encode(input, nil, nil, false) }

  /// - Parameters:
  ///   - attentionMask: See `MultiheadAttention`.
  ///   - keyPaddingMask: See `MultiheadAttention`.
  public func callAsFunction(
    _ input: Tensor, attentionMask: Tensor? = nil, keyPaddingMask: Tensor? = nil, isCausal: Bool = false
  ) -> Tensor {
    inPath { encode(input, attentionMask, keyPaddingMask, isCausal) }
  }

  private func encode(_ input: Tensor, _ mask: Tensor?, _ keyPaddingMask: Tensor?, _ isCausal: Bool) -> Tensor {
    let encoded = layers.reduce(input) {
      $1($0, attentionMask: mask, keyPaddingMask: keyPaddingMask, isCausal: isCausal)
    }
    return norm.map { $0(encoded) } ?? encoded
  }
}
