import WeftNN
import WeftTensor

/// The attention of a decoder's layer: groups of query heads share heads of keys and values; positions turn queries and
/// keys, or are learned; a layer may see a window of positions only.
///
/// Shape: [N, T, E], or [T, E] for sequences one behind the other, to the same. Parts are named as in the Llama models:
/// `q_proj` [heads · d, E], `k_proj` and `v_proj` [keyValueHeads · d, E], `o_proj` [E, heads · d], or `qkv_proj` for
/// the first three together.
public final class DecoderAttention: Module {
  /// The map to queries; nil where `qkvProj` makes them.
  public var qProj: Linear?
  /// The map to keys.
  public var kProj: Linear?
  /// The map to values.
  public var vProj: Linear?
  /// The map to all three, one behind the other.
  public var qkvProj: Linear?
  /// The map of the joined heads.
  public var oProj: Linear
  /// The norm of each head's queries.
  public var qNorm: Module?
  /// The norm of each head's keys.
  public var kNorm: Module?
  /// What the model is made of.
  public let options: DecoderOptions
  /// The place of the layer.
  public let layer: Int

  /// The attention of a layer.
  public init(_ options: DecoderOptions, layer: Int) {
    (self.options, self.layer) = (options, layer)
    let (width, bias) = (options.width, options.hasProjectionBias)
    let (queries, keys) = (options.headCount * options.headDim, options.keyValueHeadCount * options.headDim)
    if options.packsProjections {
      qkvProj = Linear(width, queries + 2 * keys, bias: bias)
    } else {
      qProj = Linear(width, queries, bias: bias)
      kProj = Linear(width, keys, bias: bias)
      vProj = Linear(width, keys, bias: bias)
    }
    oProj = Linear(queries, width, bias: options.hasOutputBias)
    if options.normalizesHeads {
      (qNorm, kNorm) = (options.makeNorm(options.headDim), options.makeNorm(options.headDim))
    }
  }

  /// - Parameter pass: Where the positions stand and what they see.
  func callAsFunction(_ x: Tensor, _ pass: any DecoderPass) -> Tensor { inPath { run(x, pass) } }

  private func run(_ x: Tensor, _ pass: any DecoderPass) -> Tensor {
    var (query, key, value) = projections(x)
    if let qNorm { query = qNorm(query) }
    if let kNorm { key = kNorm(key) }
    let window = options.window(ofLayer: layer)
    if let turn = pass.turn(isWindowed: window != nil) { (query, key) = (turn(query), turn(key)) }
    let scope = LayerScope(
      layer: layer, window: window, scale: options.scoreScale, dropout: isTraining ? options.attentionDropout : 0,
      cap: options.scoreCap)
    return oProj(pass.attend(query, key, value, scope).flattened(from: -2))
  }

  /// Queries, keys and values of each position, [..., heads, d].
  private func projections(_ x: Tensor) -> (query: Tensor, key: Tensor, value: Tensor) {
    func heads(_ x: Tensor, _ count: Int) -> Tensor {
      x.reshaped(to: Shape(x.shape.dropLast() + [count, options.headDim]))
    }
    let (many, few) = (options.headCount, options.keyValueHeadCount)
    if let qProj, let kProj, let vProj { return (heads(qProj(x), many), heads(kProj(x), few), heads(vProj(x), few)) }
    guard let qkvProj else { return (x, x, x) }
    let all = heads(qkvProj(x), many + 2 * few)
    return (
      all.sliced(axis: -2, to: many), all.sliced(axis: -2, from: many, to: many + few),
      all.sliced(axis: -2, from: many + few)
    )
  }
}
