import WeftTensor

/// Attention in several subspaces at once (Vaswani et al., "Attention Is All You Need", 2017): query, key and value are
/// mapped linearly, cut into heads of E / heads features, attended to per head, joined and mapped again.
///
/// Shape: query [L, N, E], key [S, N, kDim], value [S, N, vDim], result [L, N, E]; [N, L, E] and so on with `batchFirst`;
/// without N for a single sequence. Parameters: `in_proj_weight` [3E, E] for query, key and value on top of each other
/// (or, where kDim or vDim are not E, `q_proj_weight` [E, E], `k_proj_weight` [E, kDim], `v_proj_weight` [E, vDim]),
/// `in_proj_bias` [3E] and a layer `out_proj`; weights by `xavierUniform` and biases zero at first.
///
/// ```swift
/// let attention = MultiheadAttention(64, numHeads: 8, batchFirst: true)
/// let output = attention(x)   // self-attention, [N, L, 64]
/// let (joined, weights) = attention(x, memory, memory, needsWeights: true)
/// ```
/// Unlike PyTorch's, a query to which the masks leave no key gives zeros rather than NaN, weights are computed on
/// request only, and `isCausal` needs no mask beside it.
public final class MultiheadAttention: Module {
  public let inProjWeight: Parameter?
  public let qProjWeight: Parameter?
  public let kProjWeight: Parameter?
  public let vProjWeight: Parameter?
  public let inProjBias: Parameter?
  public let outProj: Linear
  public let embedDim: Int
  public let numHeads: Int
  /// The rate at which attention weights are dropped in training.
  public let dropout: Double
  public let batchFirst: Bool

  public init(
    _ embedDim: Int, numHeads: Int, dropout: Double = 0, bias: Bool = true, kDim: Int? = nil, vDim: Int? = nil,
    batchFirst: Bool = false
  ) {
    (self.embedDim, self.numHeads, self.dropout, self.batchFirst) = (embedDim, numHeads, dropout, batchFirst)
    let isUniform = (kDim ?? embedDim, vDim ?? embedDim) == (embedDim, embedDim)
    func weight(_ rows: Int, _ columns: Int, if condition: Bool) -> Parameter? {
      condition ? Parameter(Initializer.xavierUniform()([rows, columns])) : nil
    }
    inProjWeight = weight(3 * embedDim, embedDim, if: isUniform)
    qProjWeight = weight(embedDim, embedDim, if: !isUniform)
    kProjWeight = weight(embedDim, kDim ?? embedDim, if: !isUniform)
    vProjWeight = weight(embedDim, vDim ?? embedDim, if: !isUniform)
    inProjBias = bias ? Parameter(Tensor(zeros: [3 * embedDim])) : nil
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
  ///   - keyPaddingMask: [N, S], or [S] for a single sequence. Of bool, true for a key that no query may attend to; else
  ///     added to the scores.
  ///   - attentionMask: [L, S] or [N·heads, L, S]. Of bool, true where a query may not attend to a key; else added.
  ///   - isCausal: Query i attends to the keys 0 through i only.
  ///   - needsWeights: Whether to return the attention weights too.
  ///   - averagesWeights: Whether those are averaged over the heads, [N, L, S]; else [N, heads, L, S].
  public func callAsFunction(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, keyPaddingMask: Tensor? = nil, attentionMask: Tensor? = nil,
    isCausal: Bool = false, needsWeights: Bool = false, averagesWeights: Bool = true
  ) -> (output: Tensor, weights: Tensor?) {
    inPath {
      attend(
        query, key, value,
        AttentionOptions(
          keyPaddingMask: keyPaddingMask, attentionMask: attentionMask, isCausal: isCausal, needsWeights: needsWeights,
          averagesWeights: averagesWeights))
    }
  }

  private func attend(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ options: AttentionOptions
  ) -> (output: Tensor, weights: Tensor?) {
    if let error = misuse([query, key, value]) { return (.failed(error), nil) }
    let isSingle = query.rank == 2
    let batchAxis = batchFirst ? 0 : 1
    let parts = projected(query, key, value).map { heads(isSingle ? $0.unsqueezed(batchAxis) : $0) }
    let mask = options.mask(heads: numHeads, isSingle: isSingle)
    let rate = isTraining ? dropout : 0
    var weights: Tensor?
    var attended: Tensor
    if options.needsWeights {
      let all = attentionWeights(query: parts[0], key: parts[1], mask: mask, isCausal: options.isCausal)
      let dropped = rate > 0 ? all.dropout(probability: rate, stream: Random.nextStream()) : all
      attended = dropped.matmul(parts[2])
      weights = options.averagesWeights ? dropped.mean(axis: 1) : dropped
      if isSingle { weights = weights?.squeezed(0) }
    } else {
      attended = scaledDotProductAttention(
        query: parts[0], key: parts[1], value: parts[2], mask: mask, isCausal: options.isCausal, dropout: rate)
    }
    // [N, heads, L, d] back to the order of the query.
    attended = attended.permuted(batchFirst ? [0, 2, 1, 3] : [2, 0, 1, 3]).flattened(from: 2)
    return (outProj(isSingle ? attended.squeezed(batchAxis) : attended), weights)
  }

  /// The linear maps of query, key and value; one product where all three are one tensor.
  private func projected(_ query: Tensor, _ key: Tensor, _ value: Tensor) -> [Tensor] {
    let thirds = Array(repeating: embedDim, count: 3)
    if let weight = inProjWeight, query.isSame(as: key), key.isSame(as: value) {
      return linear(query, weight: weight.tensor, bias: inProjBias?.tensor).split(into: thirds, axis: -1)
    }
    let separate = [qProjWeight, kProjWeight, vProjWeight].compactMap { $0?.tensor }
    let weights = inProjWeight?.tensor.split(into: thirds) ?? separate
    let biases = inProjBias?.tensor.split(into: thirds)
    return [query, key, value].enumerated().map { linear($1, weight: weights[$0], bias: biases?[$0]) }
  }

  /// [N, L, E] or [L, N, E] as [N, heads, L, E / heads].
  private func heads(_ x: Tensor) -> Tensor {
    let sizes = [x.shape[0], x.shape[1], numHeads, embedDim / max(numHeads, 1)]
    return x.reshaped(to: Shape(sizes)).permuted(batchFirst ? [0, 2, 1, 3] : [1, 2, 0, 3])
  }

  private func misuse(_ inputs: [Tensor]) -> TensorError? {
    let names = ["query", "key", "value"]
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

/// What a call of attention asks for.
struct AttentionOptions {
  var keyPaddingMask: Tensor?
  var attentionMask: Tensor?
  var isCausal = false
  var needsWeights = false
  var averagesWeights = true

  /// Both masks as one that broadcasts to [N, heads, L, S]: of bool (true: attend) if all are of bool, else added.
  func mask(heads: Int, isSingle: Bool) -> Tensor? {
    var masks: [Tensor] = []
    if let keyPaddingMask {
      let rows = isSingle && keyPaddingMask.rank == 1 ? keyPaddingMask.unsqueezed(0) : keyPaddingMask
      masks.append(rows.unsqueezed(1).unsqueezed(1))
    }
    if let attentionMask {
      let sizes = attentionMask.shape.sizes
      masks.append(
        sizes.count == 3 ? attentionMask.reshaped(to: Shape([-1, heads] + sizes.dropFirst())) : attentionMask)
    }
    if masks.allSatisfy({ $0.dtype == .bool }) {
      return masks.map { .!$0 }.reduce(nil) { joined, mask in joined.map { $0 .& mask } ?? mask }
    }
    let added = masks.map { $0.dtype == .bool ? Tensor.where($0, Tensor(-Double.infinity), 0) : $0 }
    return added.dropFirst().reduce(added.first) { joined, mask in joined.map { $0 + mask } }
  }
}

extension Tensor {
  /// Whether both are the same elements of the same memory, made by the same operation.
  fileprivate func isSame(as other: Tensor) -> Bool {
    isPlain && other.isPlain && storage === other.storage && offset == other.offset && shape == other.shape
      && strides == other.strides
      && source?.node === other.source?.node && source?.index == other.source?.index
  }
}
