import WeftTensor

/// A GPT (Radford et al., "Language Models are Unsupervised Multitask Learners", 2019) in nanoGPT's shape: embeddings
/// of tokens and positions, blocks of causal attention and a two-layer network with norms first, a last norm and a
/// linear map to the vocabulary, which shares its weight with the embedding.
///
/// Shape: tokens [N, T] of integers to logits [N, T, vocabulary]. Names are nanoGPT's: `transformer.wte.weight`,
/// `transformer.wpe.weight`, `transformer.h.0.ln_1.weight`, `transformer.h.0.attn.c_attn.weight`,
/// `transformer.h.0.mlp.c_fc.weight`, `transformer.ln_f.weight`. Weights normal with deviation 0.02 at first, those
/// of `c_proj` 0.02 / √(2 · layers).
///
/// ```swift
/// let model = GPT(vocabularySize: 65, contextLength: 256, numLayers: 6, numHeads: 6, embedDim: 384, dropout: 0.2)
/// let loss = crossEntropy(model(tokens).flattened(through: 1), classIndices: next.flattened())
/// let text = model.eval().generate(Tensor([[0]]), count: 500, temperature: 0.8, topK: 200)
/// ```
public final class GPT: Module {
  /// The embedding of tokens, [vocabulary, E].
  public var wte: Embedding
  /// The embedding of positions, [contextLength, E].
  public var wpe: Embedding
  /// Of the sum of both.
  public var drop: Dropout
  /// The blocks, from the first to run on: `transformer.h` in files.
  public var blocks: [GPTBlock]
  /// The norm after the last block.
  public var lnF: LayerNorm
  /// The map to logits, [vocabulary, E]; its weight is the embedding's where the two are tied.
  public var lmHead: Linear
  /// The longest sequence.
  public let contextLength: Int

  /// - Parameters:
  ///   - bias: Whether linear maps and norms add one.
  ///   - activation: Between the linear maps of a block; nanoGPT's, or `.geluTanh`, GPT-2's.
  ///   - tiesWeights: Whether the last map shares its weight with the embedding of tokens. Files have it under both names,
  ///     `transformer.wte.weight` and `lm_head.weight`; either is enough to load it.
  public init(
    vocabularySize: Int = 50_304, contextLength: Int = 1024, numLayers: Int = 12, numHeads: Int = 12,
    embedDim: Int = 768, dropout: Double = 0, bias: Bool = true, activation: TransformerActivation = .gelu,
    tiesWeights: Bool = true
  ) {
    self.contextLength = contextLength
    wte = Embedding(vocabularySize, embedDim)
    wpe = Embedding(contextLength, embedDim)
    drop = Dropout(dropout)
    blocks = (0..<LayerCheck.layers(numLayers, layer: "GPT")).map { _ in
      GPTBlock(embedDim, numHeads: numHeads, dropout: dropout, bias: bias, activation: activation)
    }
    lnF = LayerNorm(embedDim, bias: bias)
    lmHead = Linear(embedDim, vocabularySize, bias: false)
    if tiesWeights { lmHead.weight = wte.weight }
    super.init()
    initialize()
  }

  public override var properties: [(name: String, value: Any)] {
    [
      ("transformer.wte", wte), ("transformer.wpe", wpe), ("transformer.drop", drop), ("transformer.h", blocks),
      ("transformer.ln_f", lnF), ("lm_head", lmHead),
    ]
  }

  private func initialize() {
    let last = 0.02 / Double(max(2 * blocks.count, 1)).squareRoot()
    for (name, parameter) in namedParameters() where parameter.shape.rank > 1 {
      parameter.initialize(.normal(deviation: name.hasSuffix("c_proj.weight") ? last : 0.02))
    }
    for (_, module) in namedModules() { (module as? Linear)?.bias?.initialize(.zeros) }
  }

  public override func forward(_ tokens: Tensor) -> Tensor { logits(tokens, nil) }

  /// - Parameter cache: Keeps keys and values from call to call: then `tokens` holds the new ones only.
  public func callAsFunction(_ tokens: Tensor, cache: KeyValueCache?) -> Tensor { inPath { logits(tokens, cache) } }

  private func logits(_ tokens: Tensor, _ cache: KeyValueCache?) -> Tensor {
    let past = cache?.positionCount ?? 0
    guard tokens.rank == 2, past + tokens.shape[1] <= contextLength else {
      return .failed(
        TensorError(
          .shape, operation: "GPT", operands: [("tokens", tokens.spec)],
          expected: "tokens [batch, positions], at most \(contextLength) of them",
          got: "\(tokens.shape)" + (past > 0 ? " after \(past)" : "")))
    }
    let positions = wpe.rows(past..<past + tokens.shape[1])
    var x = drop(wte(tokens) + positions)
    for (place, block) in blocks.enumerated() { x = block(x, cache: cache?.layer(place, of: blocks.count)?.own) }
    return lmHead(lnF(x))
  }
}

/// A block of a `GPT`: x ← x + attn(ln_1(x)), x ← x + mlp(ln_2(x)).
///
/// Shape: [N, T, E] to the same. Parts: `ln_1`, `attn.c_attn` [3E, E], `attn.c_proj` [E, E], `ln_2`, `mlp.c_fc` [4E,
/// E], `mlp.c_proj` [E, 4E].
public final class GPTBlock: Module {
  /// The norm before the attention.
  public var ln1: LayerNorm
  /// The causal attention.
  public var attn: GPTAttention
  /// The norm before the network.
  public var ln2: LayerNorm
  /// The network of two layers.
  public var mlp: GPTFeedForward

  /// - Parameters:
  ///   - embedDim: E, the features of a position.
  ///   - bias: Whether linear maps and norms add one.
  public init(
    _ embedDim: Int, numHeads: Int, dropout: Double = 0, bias: Bool = true, activation: TransformerActivation = .gelu
  ) {
    ln1 = LayerNorm(embedDim, bias: bias)
    attn = GPTAttention(embedDim, numHeads: numHeads, dropout: dropout, bias: bias)
    ln2 = LayerNorm(embedDim, bias: bias)
    mlp = GPTFeedForward(embedDim, dropout: dropout, bias: bias, activation: activation)
  }

  public override var properties: [(name: String, value: Any)] {
    [("ln_1", ln1), ("attn", attn), ("ln_2", ln2), ("mlp", mlp)]
  }

  public override func forward(_ input: Tensor) -> Tensor { run(input, nil) }

  /// - Parameter cache: Keeps keys and values from call to call: then `input` holds the new positions only.
  public func callAsFunction(_ input: Tensor, cache: AttentionCache?) -> Tensor { inPath { run(input, cache) } }

  private func run(_ input: Tensor, _ cache: AttentionCache?) -> Tensor {
    let x = input + attn(ln1(input), cache: cache)
    return x + mlp(ln2(x))
  }
}

/// Causal attention of a `GPT`, with one linear map for queries, keys and values.
public final class GPTAttention: Module {
  /// The map to queries, keys and values, [3E, E].
  public var cAttn: Linear
  /// The map of the joined heads, [E, E].
  public var cProj: Linear
  /// Of the result.
  public var residDropout: Dropout
  /// How many heads there are; it divides E.
  public let numHeads: Int
  /// The rate at which attention weights are dropped in training.
  public let dropout: Double

  /// - Parameter embedDim: E, the features of a position.
  ///
  /// Misuse: heads that do not divide them.
  public init(_ embedDim: Int, numHeads: Int, dropout: Double = 0, bias: Bool = true) {
    let embedDim = LayerCheck.size(embedDim, "features", layer: "GPTAttention")
    cAttn = Linear(embedDim, 3 * embedDim, bias: bias)
    cProj = Linear(embedDim, embedDim, bias: bias)
    residDropout = Dropout(dropout)
    (self.numHeads, self.dropout) = (numHeads, dropout)
    super.init()
    if numHeads < 1 || !embedDim.isMultiple(of: numHeads) {
      report(
        TensorError(
          .value, operation: "GPTAttention", expected: "heads that divide the \(embedDim) features",
          got: "\(numHeads)"))
    }
  }

  public override func forward(_ input: Tensor) -> Tensor { attend(input, nil) }

  /// - Parameter cache: Keeps keys and values from call to call: then `input` holds the new positions only.
  public func callAsFunction(_ input: Tensor, cache: AttentionCache?) -> Tensor { inPath { attend(input, cache) } }

  private func attend(_ x: Tensor, _ cache: AttentionCache?) -> Tensor {
    let (batch, time, width) = (x.shape[0], x.shape[1], x.shape[2])
    let sizes: Shape = [batch, time, 3, numHeads, width / max(numHeads, 1)]
    let parts = cAttn(x).reshaped(to: sizes).permuted(2, 0, 3, 1, 4).unbound()
    var scope = AttentionScope(key: parts[1], value: parts[2], mask: nil, isCausal: true)
    if let cache {
      let past = cache.positionCount
      (scope.key, scope.value) = cache.appended(parts[1], parts[2])
      scope.shiftCausality(by: past, queries: time)
    }
    let attended = scaledDotProductAttention(
      query: parts[0], key: scope.key, value: scope.value, attentionMask: scope.mask, isCausal: scope.isCausal,
      dropout: isTraining ? dropout : 0)
    return residDropout(cProj(attended.transposed(1, 2).reshaped(batch, time, width)))
  }
}

/// The two-layer network of a `GPT`'s block.
public final class GPTFeedForward: Module {
  /// The map into the network, [4E, E].
  public var cFc: Linear
  /// The map out of the network, [E, 4E].
  public var cProj: Linear
  /// Of the result.
  public var dropout: Dropout
  /// The function between the maps.
  public let activation: TransformerActivation

  /// - Parameter embedDim: E, the features of a position; there are four times as many between the maps.
  public init(_ embedDim: Int, dropout: Double = 0, bias: Bool = true, activation: TransformerActivation = .gelu) {
    let embedDim = LayerCheck.size(embedDim, "features", layer: "GPTFeedForward")
    cFc = Linear(embedDim, 4 * embedDim, bias: bias)
    cProj = Linear(4 * embedDim, embedDim, bias: bias)
    self.dropout = Dropout(dropout)
    self.activation = activation
  }

  public override func forward(_ input: Tensor) -> Tensor { dropout(cProj(activation(cFc(input)))) }
}
