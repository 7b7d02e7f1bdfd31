import WeftTensor

/// Self-attention in which several heads of queries share one head of keys and values (Ainslie et al., "GQA", 2023):
/// with one head of keys for all it is multi-query attention (Shazeer, 2019), with as many as of queries the usual one.
///
/// Shape: [N, L, E] to the same, or [L, E]. Parts are named as in the Llama models: `q_proj` [heads · d, E], `k_proj`
/// and `v_proj` [keyValueHeads · d, E], `o_proj` [E, heads · d], with d = `headDim`.
///
/// ```swift
/// let attention = GroupedQueryAttention(64, numHeads: 8, numKeyValueHeads: 2, rotary: RotaryEmbedding(8))
/// let output = attention(x, isCausal: true)
/// ```
public final class GroupedQueryAttention: Module {
  /// The map to queries, [heads · d, E].
  public var qProj: Linear
  /// The map to keys, [keyValueHeads · d, E].
  public var kProj: Linear
  /// The map to values, [keyValueHeads · d, E].
  public var vProj: Linear
  /// The map of the joined heads, [E, heads · d].
  public var oProj: Linear
  /// Turns queries and keys by their positions.
  public var rotary: RotaryEmbedding?
  /// The heads of queries.
  public let numHeads: Int
  /// The heads of keys and values, each for numHeads / numKeyValueHeads heads of queries.
  public let numKeyValueHeads: Int
  /// d, the features of a head.
  public let headDim: Int
  /// The rate at which attention weights are dropped in training.
  public let dropout: Double

  /// - Parameters:
  ///   - headDim: The features of a head; left out, E / heads.
  ///   - bias: Whether the maps of queries, keys and values add a bias.
  ///   - outputBias: Whether the last map does.
  public init(
    _ embedDim: Int, numHeads: Int, numKeyValueHeads: Int, headDim: Int? = nil, rotary: RotaryEmbedding? = nil,
    dropout: Double = 0, bias: Bool = false, outputBias: Bool = false
  ) {
    func size(_ value: Int, _ name: String) -> Int { LayerCheck.size(value, name, layer: "GroupedQueryAttention") }
    let (numHeads, numKeyValueHeads) = (size(numHeads, "heads"), size(numKeyValueHeads, "heads of keys"))
    (self.numHeads, self.numKeyValueHeads, self.rotary) = (numHeads, numKeyValueHeads, rotary)
    (self.headDim, self.dropout) = (size(headDim ?? embedDim / max(numHeads, 1), "features of a head"), dropout)
    let (width, shared) = (max(numHeads, 0) * self.headDim, max(numKeyValueHeads, 0) * self.headDim)
    qProj = Linear(embedDim, width, bias: bias)
    kProj = Linear(embedDim, shared, bias: bias)
    vProj = Linear(embedDim, shared, bias: bias)
    oProj = Linear(width, embedDim, bias: outputBias)
    super.init()
    LayerCheck.probability(dropout, layer: "GroupedQueryAttention")
    let isWhole = headDim != nil || embedDim.isMultiple(of: max(numHeads, 1))
    if numHeads < 1 || numKeyValueHeads < 1 || !numHeads.isMultiple(of: max(numKeyValueHeads, 1)) || !isWhole {
      report(
        TensorError(
          .value, operation: "GroupedQueryAttention",
          expected: "heads that divide the \(embedDim) features, and heads of keys that divide those of queries",
          got: "\(numHeads) heads, \(numKeyValueHeads) of keys"))
    }
  }

  public override func forward(_ input: Tensor) -> Tensor { attend(input, AttentionOptions()) }

  /// - Parameters:
  ///   - keyPaddingMask: [N, S], or [S] for a single sequence; see `MultiheadAttention`.
  ///   - attentionMask: [L, S], [N·heads, L, S] or [heads, L, S]; see `MultiheadAttention`.
  ///   - cache: Keeps keys and values from call to call: then the input holds the new positions only.
  public func callAsFunction(
    _ input: Tensor, keyPaddingMask: Tensor? = nil, attentionMask: Tensor? = nil, isCausal: Bool = false,
    cache: AttentionCache? = nil
  ) -> Tensor {
    inPath {
      attend(
        input,
        AttentionOptions(
          keyPaddingMask: keyPaddingMask, attentionMask: attentionMask, isCausal: isCausal, cache: cache))
    }
  }

  private func attend(_ input: Tensor, _ options: AttentionOptions) -> Tensor {
    guard (2...3).contains(input.rank), input.shape[-1] == qProj.weight.shape[1] else {
      return .failed(
        TensorError(
          .shape, operation: "GroupedQueryAttention", operands: [("input", input.spec)],
          expected: "an input [batch, positions, \(qProj.weight.shape[1])]", got: "\(input.shape)"))
    }
    let isSingle = input.rank == 2
    let clean = options.cache == nil ? input.finite(behindPadding: options.keyPaddingMask, batchFirst: true) : input
    let x = isSingle ? clean.unsqueezed(0) : clean
    let past = options.cache?.positionCount ?? 0
    let misuse = options.misuse(
      batch: x.shape[0], heads: numHeads, queries: x.shape[1], keys: past + x.shape[1], isSingle: isSingle,
      layer: "GroupedQueryAttention")
    if let misuse { return .failed(misuse) }
    var query = heads(qProj(x), group: numHeads / max(numKeyValueHeads, 1))
    var (key, value) = (heads(kProj(x), group: 1), heads(vProj(x), group: 1))
    if let rotary { (query, key) = (rotary(query, offset: past), rotary(key, offset: past)) }
    if let cache = options.cache { (key, value) = cache.appended(key, value) }
    var scope = AttentionScope(
      key: key, value: value, mask: grouped(options.mask(heads: numHeads, isSingle: isSingle)),
      isCausal: options.isCausal)
    scope.shiftCausality(by: past, queries: x.shape[1])
    let attended = scaledDotProductAttention(
      query: query, key: key, value: value, attentionMask: scope.mask, isCausal: scope.isCausal,
      dropout: isTraining ? dropout : 0)
    let joined = attended.permuted(0, 3, 1, 2, 4).flattened(from: 2)
    return oProj(isSingle ? joined.squeezed(0) : joined)
  }

  /// [N, L, keyValueHeads · group · d] as [N, keyValueHeads, group, L, d].
  private func heads(_ x: Tensor, group: Int) -> Tensor {
    x.reshaped(x.shape[0], x.shape[1], numKeyValueHeads, group, headDim).permuted(0, 2, 3, 1, 4)
  }

  /// A mask over [N, heads, L, S] as one over [N, keyValueHeads, group, L, S].
  private func grouped(_ mask: Tensor?) -> Tensor? {
    guard let mask, mask.rank == 4 else { return mask }
    if mask.shape[1] == 1 { return mask.unsqueezed(1) }
    let sizes = [mask.shape[0], numKeyValueHeads, numHeads / max(numKeyValueHeads, 1), mask.shape[2], mask.shape[3]]
    return mask.reshaped(to: Shape(sizes))
  }
}
