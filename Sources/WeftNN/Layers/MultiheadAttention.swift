import WeftTensor

/// Attention in several subspaces at once (Vaswani et al., "Attention Is All You Need", 2017): query, key and value are
/// mapped linearly, cut into heads of E / heads features, attended to per head, joined and mapped again.
///
/// Shape: query [L, N, E], key [S, N, kDim], value [S, N, vDim], result [L, N, E]; [N, L, E] and so on with
/// `batchFirst`; without N for a single sequence. Parameters: `in_proj_weight` [3E, E] for query, key and value on top
/// of each other (or, where kDim or vDim are not E, `q_proj_weight` [E, E], `k_proj_weight` [E, kDim], `v_proj_weight`
/// [E, vDim]), `in_proj_bias` [3E], `bias_k` and `bias_v` [1, 1, E] and a layer `out_proj`; weights by `xavierUniform`,
/// `bias_k` and `bias_v` by `xavierNormal`, other biases zero at first.
///
/// ```swift
/// let attention = MultiheadAttention(64, numHeads: 8, batchFirst: true)
/// let output = attention(x)   // self-attention, [N, L, 64]
/// let (joined, weights) = attention(x, memory, memory, needsWeights: true)
/// ```
/// Unlike PyTorch's, a query to which the masks leave no key gives zeros rather than NaN, weights are computed on
/// request only, and `isCausal` needs no mask beside it (with `addsBiasKV` or `addsZeroAttention` a causal query sees
/// what they add; PyTorch hides it if weights are not wanted).
public final class MultiheadAttention: Module {
  /// The maps to queries, keys and values on top of each other, [3E, E]; nil where keys or values have sizes of their
  /// own.
  public var inProjWeight: Parameter?
  /// The map to queries, [E, E], where the three maps are apart; else nil.
  public var qProjWeight: Parameter?
  /// The map to keys, [E, kDim], where the three maps are apart; else nil.
  public var kProjWeight: Parameter?
  /// The map to values, [E, vDim], where the three maps are apart; else nil.
  public var vProjWeight: Parameter?
  /// The biases of the three maps, [3E]; nil without `bias`.
  public var inProjBias: Parameter?
  /// The key that is added to every sequence, [1, 1, E]; nil without `addsBiasKV`.
  public var biasK: Parameter?
  /// Its value, [1, 1, E]; nil without `addsBiasKV`.
  public var biasV: Parameter?
  /// The map of the joined heads, [E, E].
  public var outProj: Linear
  /// E, the features of a query and of the result.
  public let embedDim: Int
  /// How many heads there are; it divides E.
  public let numHeads: Int
  /// The rate at which attention weights are dropped in training.
  public let dropout: Double
  /// Whether sequences are [N, L, E] rather than [L, N, E].
  public let batchFirst: Bool
  /// Whether a key and a value of zeros are added to every sequence.
  public let addsZeroAttention: Bool

  /// - Parameters:
  ///   - addsBiasKV: Whether a learned key and its value are added to those of the input.
  ///   - addsZeroAttention: Whether a key and a value of zeros are added.
  public init(
    _ embedDim: Int, numHeads: Int, dropout: Double = 0, bias: Bool = true, addsBiasKV: Bool = false,
    addsZeroAttention: Bool = false, kDim: Int? = nil, vDim: Int? = nil, batchFirst: Bool = false
  ) {
    let embedDim = LayerCheck.size(embedDim, "features", layer: "MultiheadAttention")
    (self.embedDim, self.numHeads, self.dropout, self.batchFirst) = (embedDim, numHeads, dropout, batchFirst)
    self.addsZeroAttention = addsZeroAttention
    let isUniform = (kDim ?? embedDim, vDim ?? embedDim) == (embedDim, embedDim)
    func weight(_ rows: Int, _ columns: Int, if condition: Bool) -> Parameter? {
      condition ? Parameter(Initializer.xavierUniform()([rows, columns])) : nil
    }
    inProjWeight = weight(3 * embedDim, embedDim, if: isUniform)
    qProjWeight = weight(embedDim, embedDim, if: !isUniform)
    kProjWeight = weight(embedDim, kDim ?? embedDim, if: !isUniform)
    vProjWeight = weight(embedDim, vDim ?? embedDim, if: !isUniform)
    inProjBias = bias ? Parameter(Tensor(zeros: [3 * embedDim])) : nil
    biasK = addsBiasKV ? Parameter(Initializer.xavierNormal()([1, 1, embedDim])) : nil
    biasV = addsBiasKV ? Parameter(Initializer.xavierNormal()([1, 1, embedDim])) : nil
    outProj = Linear(embedDim, embedDim, bias: bias)
    outProj.bias?.initialize(.zeros)
    super.init()
    LayerCheck.probability(dropout, layer: "MultiheadAttention")
    if numHeads < 1 || !embedDim.isMultiple(of: numHeads) {
      report(
        TensorError(
          .value, operation: "MultiheadAttention", expected: "heads that divide the \(embedDim) features",
          got: "\(numHeads)"))
    }
  }

  /// Self-attention.
  public override func forward(_ input: Tensor) -> Tensor { attend(input, input, input, AttentionOptions()).output }

  /// - Parameters:
  ///   - keyPaddingMask: [N, S], or [S] for a single sequence. Of bool, true for a key that no query may attend to;
  ///     else added to the scores.
  ///   - attentionMask: [L, S], [N·heads, L, S] or [heads, L, S]. Of bool, true where a query may not attend to a
  ///     key; else added.
  ///   - isCausal: Query i attends to the keys 0 through i only.
  ///   - needsWeights: Whether to return the attention weights too.
  ///   - averagesWeights: Whether those are averaged over the heads, [N, L, S]; else [N, heads, L, S].
  ///   - cache: Keeps keys and values from call to call. A growing one adds this call's, and queries attend to all of
  ///     them (masks cover all, and the causal order goes on); a fixed one is filled once, and `key` and `value` are
  ///     not read again.
  public func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, keyPaddingMask: Tensor? = nil, attentionMask: Tensor? = nil,
    isCausal: Bool = false, needsWeights: Bool = false, averagesWeights: Bool = true, cache: AttentionCache? = nil
  ) -> (output: Tensor, weights: Tensor?) {
    inPath {
      attend(
        query, key, value,
        AttentionOptions(
          keyPaddingMask: keyPaddingMask, attentionMask: attentionMask, isCausal: isCausal, needsWeights: needsWeights,
          averagesWeights: averagesWeights, cache: cache))
    }
  }

  /// The same with all options in one.
  func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, options: AttentionOptions
  ) -> (output: Tensor, weights: Tensor?) {
    inPath { attend(query, key, value, options) }
  }

  private func attend(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ options: AttentionOptions
  ) -> (output: Tensor, weights: Tensor?) {
    if let error = misuse([query, key, value]) ?? misuse(of: options, query, key) { return (.failed(error), nil) }
    let (query, key, value) = finite(query, key, value, behind: options)
    let isSingle = query.rank == 2
    let batchAxis = batchFirst ? 0 : 1
    let (own, scope) = prepared(query, key, value, options)
    let rate = isTraining ? dropout : 0
    var weights: Tensor?
    var attended: Tensor
    if options.needsWeights {
      let all = attentionWeights(own, scope.key, value: scope.value, scope.mask, scope.isCausal)
      let dropped = rate > 0 ? all.weights.dropout(probability: rate) : all.weights
      attended = all.attended(dropped)
      weights = options.averagesWeights ? dropped.mean(axis: 1) : dropped
      if isSingle { weights = weights?.squeezed(0) }
    } else {
      attended = scaledDotProductAttention(
        query: own, key: scope.key, value: scope.value, attentionMask: scope.mask, isCausal: scope.isCausal,
        dropout: rate)
    }
    // [N, heads, L, d] back to the order of the query.
    attended = attended.permuted(batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]).flattened(from: 2)
    return (outProj(isSingle ? attended.squeezed(batchAxis) : attended), weights)
  }

  /// The same, but for what is not finite in the padding.
  private func finite(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, behind options: AttentionOptions
  ) -> (Tensor, Tensor, Tensor) {
    if options.cache != nil { return (query, key, value) }
    var (query, key, value) = (query, key, value)
    let isOwn = query.isSame(as: key)
    func clean(behind hidden: Tensor) {
      let seen = key.finite(behindPadding: hidden, batchFirst: batchFirst)
      // A query is looked at, unless its own key is padding.
      if isOwn { query = seen }
      value = value.isSame(as: key) ? seen : value.finite(behindPadding: hidden, batchFirst: batchFirst)
      key = seen
    }
    if let padding = options.keyPaddingMask, !options.isPaddingFinite { clean(behind: padding) }
    if !isOwn, let hidden = options.hiddenFromAll(heads: numHeads) {
      let batch = key.rank == 3 ? key.shape[batchFirst ? 0 : 1] : 1
      clean(behind: hidden.expanded(to: [batch, hidden.shape[1]]))
    }
    return (query, key, value)
  }

  /// The queries in heads, [N, heads, L, d], and what they attend to.
  private func prepared(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ options: AttentionOptions
  ) -> (query: Tensor, scope: AttentionScope) {
    let isSingle = query.rank == 2
    func inHeads(_ x: Tensor) -> Tensor { heads(isSingle ? x.unsqueezed(batchFirst ? 0 : 1) : x) }
    let known = options.cache?.known
    let parts = (known == nil ? projected(query, key, value) : [projectedQuery(query)]).map(inHeads)
    var keys = known ?? (parts[1], parts[2])
    let past = options.past
    if known == nil, let cache = options.cache { keys = cache.appended(parts[1], parts[2]) }
    var scope = AttentionScope(
      key: keys.key, value: keys.value, mask: options.mask(heads: numHeads, isSingle: isSingle),
      isCausal: options.isCausal)
    scope.shiftCausality(by: past, queries: parts[0].shape[-2])
    complete(&scope, queries: parts[0].shape[-2])
    return (parts[0], scope)
  }

  /// Adds the learned key and that of zeros.
  private func complete(_ scope: inout AttentionScope, queries: Int) {
    let sizes: Shape = [scope.key.shape[0], numHeads, 1, embedDim / max(numHeads, 1)]
    func row(_ bias: Parameter) -> Tensor { bias.tensor.reshaped(to: [1, sizes[1], 1, sizes[3]]).expanded(to: sizes) }
    if let biasK, let biasV { scope.append(row(biasK), row(biasV), queries: queries) }
    guard addsZeroAttention else { return }
    let zeros = Tensor(zeros: sizes, dtype: scope.key.dtype)
    scope.append(zeros, zeros, queries: queries)
  }

  private func projectedQuery(_ query: Tensor) -> Tensor {
    let bias = inProjBias?.tensor.sliced(axis: 0, to: embedDim)
    if let quantized = inProjWeight?.quantized { return quantized.linear(query, bias: bias, rows: 0..<embedDim) }
    if let qProjWeight { return linear(query, weight: qProjWeight, bias: bias) }
    let weight = inProjWeight?.tensor.sliced(axis: 0, to: embedDim)
    return weight.map { linear(query, weight: $0, bias: bias) } ?? query
  }

  /// The linear maps of query, key and value; one product where all three are one tensor.
  private func projected(_ query: Tensor, _ key: Tensor, _ value: Tensor) -> [Tensor] {
    let thirds = Array(repeating: embedDim, count: 3)
    if let weight = inProjWeight, query.isSame(as: key), key.isSame(as: value) {
      return linear(query, weight: weight, bias: inProjBias).split(into: thirds, axis: -1)
    }
    let biases = inProjBias?.tensor.split(into: thirds)
    let inputs = [query, key, value]
    if let quantized = inProjWeight?.quantized {
      return inputs.enumerated().map { place, input in
        quantized.linear(input, bias: biases?[place], rows: place * embedDim..<(place + 1) * embedDim)
      }
    }
    if let weights = inProjWeight?.tensor.split(into: thirds) {
      return inputs.enumerated().map { linear($1, weight: weights[$0], bias: biases?[$0]) }
    }
    let weights = [qProjWeight, kProjWeight, vProjWeight].compactMap { $0 }
    return zip(inputs, weights).enumerated().map { linear($1.0, weight: $1.1, bias: biases?[$0]) }
  }

  /// [N, L, E] or [L, N, E] as [N, heads, L, E / heads].
  private func heads(_ x: Tensor) -> Tensor {
    let sizes = [x.shape[0], x.shape[1], numHeads, embedDim / max(numHeads, 1)]
    return x.reshaped(to: Shape(sizes)).permuted(batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3])
  }

  private func misuse(of options: AttentionOptions, _ query: Tensor, _ key: Tensor) -> TensorError? {
    let isSingle = query.rank == 2
    let axis = isSingle || !batchFirst ? 0 : 1
    if let known = options.cache?.known?.key, known.shape[0] != (isSingle ? 1 : query.shape[1 - axis]) {
      return TensorError(
        .shape, operation: "KeyValueCache", operands: [("keys kept", known.spec), ("query", query.spec)],
        expected: "queries of the \(known.shape[0]) sequences whose keys are kept", got: "\(query.shape)",
        hint: "`reset()` starts a sequence anew, `select(_:)` changes the batch")
    }
    let new = key.shape[axis] + (options.cache?.isFixed == false ? options.cache?.positionCount ?? 0 : 0)
    return options.misuse(
      batch: isSingle ? 1 : query.shape[1 - axis], heads: numHeads, queries: query.shape[axis],
      keys: options.cache?.known?.key.shape[-2] ?? new, isSingle: isSingle, layer: "MultiheadAttention")
  }

  private func misuse(_ inputs: [Tensor]) -> TensorError? {
    let separate = [("qProjWeight", qProjWeight), ("kProjWeight", kProjWeight), ("vProjWeight", vProjWeight)]
    let missing = separate.filter { $0.1 == nil }.map(\.0)
    if inProjWeight == nil, !missing.isEmpty {
      return TensorError(
        .value, operation: "MultiheadAttention", expected: "inProjWeight, or the maps of query, key and value apart",
        got: "none, and no " + missing.joined(separator: ", "))
    }
    let names = ["query", "key", "value"]
    if let weight = inProjWeight ?? qProjWeight {
      for (name, input) in zip(names, inputs) {
        let error = TensorError.wider(input, called: name, than: weight, layer: "MultiheadAttention")
        if let error { return error }
      }
    }
    let sizes = [embedDim, kProjWeight?.shape[1] ?? embedDim, vProjWeight?.shape[1] ?? embedDim]
    let (rank, batchAxis) = (inputs[0].rank, batchFirst ? 0 : 1)
    let fits = zip(inputs, sizes).allSatisfy { input, size in
      (2...3).contains(rank) && input.rank == rank && input.shape[-1] == size
        && (rank == 2 || input.shape[batchAxis] == inputs[0].shape[batchAxis])
    }
    if fits, inputs[1].shape.dropLast().elementsEqual(inputs[2].shape.dropLast()) { return nil }
    let axes = batchFirst ? "[batch, positions, " : "[positions, batch, "
    return TensorError(
      .shape, operation: "MultiheadAttention", operands: Array(zip(names, inputs.map(\.spec))),
      expected: zip(names, sizes).map { "\($0) \(axes)\($1)]" }.joined(separator: ", ")
        + " with one batch size, keys and values of one length",
      got: inputs.map { "\($0.shape)" }.joined(separator: ", "),
      hint: batchFirst ? "" : "`batchFirst: true` takes the batch as the first axis")
  }
}

extension Tensor {
  /// Whether both are the same elements of the same memory, made by the same operation.
  fileprivate func isSame(as other: Tensor) -> Bool {
    // Of one inside a transform too, where nothing else can be compared.
    if view === other.view { return source?.node === other.source?.node && source?.index == other.source?.index }
    return isPlain && other.isPlain && storage === other.storage && offset == other.offset && shape == other.shape
      && strides == other.strides
      && source?.node === other.source?.node && source?.index == other.source?.index
  }
}
