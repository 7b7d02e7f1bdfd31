import WeftNN
import WeftTensor

/// T5's encoder, or its decoder (Raffel et al., 2020): norms by the root mean square before each part, no biases, scores
/// that are not scaled, and one bias by distance for all layers.
///
/// Shape: [..., T, E] to the same.
final class T5Stack: Module {
  let layers: [T5Layer]
  let norm: RMSNorm
  let dropout: Dropout
  let relativeBias: RelativeBias

  init(_ options: T5Options, isDecoder: Bool) {
    layers = (0..<(isDecoder ? options.decoderLayers : options.layers)).map {
      T5Layer(options, layer: $0, readsSource: isDecoder)
    }
    norm = RMSNorm(options.width, epsilon: options.epsilon)
    dropout = Dropout(options.dropout)
    relativeBias = RelativeBias(
      rows: options.buckets, heads: options.heads, buckets: options.buckets, maxDistance: options.maxDistance,
      isCausal: isDecoder)
  }

  override var properties: [(name: String, value: Any)] {
    let bias = ("block.0.layer.0.SelfAttention.relative_attention_bias", relativeBias as Any)
    return [("block", layers), bias, ("final_layer_norm", norm), ("dropout", dropout)]
  }

  /// - Parameters:
  ///   - source: What the decoder follows; nil in the encoder.
  ///   - look: Sees the features before each layer.
  func callAsFunction(
    _ input: Tensor, _ pass: any DecoderPass, _ source: (any SourcePass)? = nil, _ look: ((Tensor) -> Void)? = nil
  ) -> Tensor {
    inPath {
      var x = dropout(input)
      for layer in layers {
        look?(x)
        x = layer(x, pass, source)
      }
      return dropout(norm(x))
    }
  }

  /// The states of an encoder's whole texts.
  ///
  /// Shape: [N, T, E] to the same.
  /// - Parameter isToken: [N, T] of bool, false at padding; nil where there is none.
  func read(_ vectors: Tensor, isToken: Tensor?) -> Tensor {
    let count = vectors.shape[1]
    return inPath { self(vectors, EncoderPass(count: count, mask: relativeBias.mask(positions: count, isToken))) }
  }
}

/// A layer of T5: x ← x + o(attention(norm(x))), in a decoder the same once more with the source, and
/// x ← x + wo(f(wi(norm(x)))), with a gate in newer models.
///
/// Shape: [..., T, E] to the same.
final class T5Layer: Module {
  let attentionNorm, networkNorm: RMSNorm
  let sourceNorm: RMSNorm?
  let attention: HeadAttention
  let sourceAttention: HeadAttention?
  /// The map into the network; where it is gated, that of the gate, and beside it the gated one.
  let inner: Linear
  let gated: Linear?
  let outer: Linear
  let dropout: Dropout
  private let layer: Int
  private let activation: TransformerActivation

  init(_ options: T5Options, layer: Int, readsSource: Bool) {
    func map(_ input: Int, _ output: Int) -> Linear { Linear(input, output, bias: false) }
    func norm() -> RMSNorm { RMSNorm(options.width, epsilon: options.epsilon) }
    (attentionNorm, networkNorm, sourceNorm) = (norm(), norm(), readsSource ? norm() : nil)
    attention = HeadAttention(options.attention)
    sourceAttention = readsSource ? HeadAttention(options.attention) : nil
    inner = map(options.width, options.inner)
    gated = options.isGated ? map(options.width, options.inner) : nil
    outer = map(options.inner, options.width)
    dropout = Dropout(options.dropout)
    (self.layer, activation) = (layer, options.activation)
  }

  override var properties: [(name: String, value: Any)] {
    let place = sourceAttention == nil ? "layer.1" : "layer.2"
    var parts: [(name: String, value: Any)] = [
      ("layer.0.SelfAttention", attention), ("layer.0.layer_norm", attentionNorm),
      ("\(place).DenseReluDense.\(gated == nil ? "wi" : "wi_0")", inner), ("\(place).DenseReluDense.wo", outer),
      ("\(place).layer_norm", networkNorm), ("dropout", dropout),
    ]
    if let gated { parts.append(("\(place).DenseReluDense.wi_1", gated)) }
    if let sourceAttention, let sourceNorm {
      parts += [("layer.1.EncDecAttention", sourceAttention), ("layer.1.layer_norm", sourceNorm)]
    }
    return parts
  }

  func callAsFunction(_ input: Tensor, _ pass: any DecoderPass, _ source: (any SourcePass)?) -> Tensor {
    inPath {
      var x = input + dropout(attention(attentionNorm(input), pass, layer: layer))
      if let source, let sourceAttention, let sourceNorm {
        x = x + dropout(sourceAttention(sourceNorm(x), source, layer: layer))
      }
      let read = networkNorm(x)
      var hidden = activation(inner(read))
      if let gated { hidden = hidden * gated(read) }
      return x + dropout(outer(dropout(hidden)))
    }
  }
}
