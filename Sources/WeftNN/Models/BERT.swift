import WeftTensor

/// An encoder of text (Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers", 2019): embeddings of
/// tokens, positions and token types, added and normalized; layers of attention; a pooled first position.
///
/// Shape: tokens [N, T] of integers to the last layer's states [N, T, E] and their pooling [N, E]. Names are those of
/// Hugging Face's `BertModel`: `embeddings.word_embeddings.weight`, `encoder.layer.0.attention.self.query.weight`,
/// `pooler.dense.weight`. Weights normal with deviation 0.02 at first, biases zero.
///
/// ```swift
/// let model = BERT(numLayers: 4, numHeads: 4, embedDim: 256, dimFeedforward: 1024)
/// let (states, pooled) = model(tokens, attentionMask: isToken)
/// ```
public final class BERT: Module {
  /// [vocabulary, E].
  public var wordEmbeddings: Embedding
  /// [maxPositions, E].
  public var positionEmbeddings: Embedding
  /// [tokenTypes, E].
  public var tokenTypeEmbeddings: Embedding
  /// Of the sum of the three embeddings.
  public var norm: LayerNorm
  /// Of the normalized sum.
  public var dropout: Dropout
  /// The layers, from the first to run on.
  public var layers: [BERTLayer]
  /// The linear map of the first position, before its tanh.
  public var pooler: Linear?
  /// The longest sequence.
  public let maxPositions: Int

  /// - Parameters:
  ///   - paddingIndex: The token whose embedding is zero at first and does not learn.
  ///   - hasPooler: Whether the first position is pooled.
  public init(
    vocabularySize: Int = 30_522, maxPositions: Int = 512, tokenTypes: Int = 2, numLayers: Int = 12,
    numHeads: Int = 12, embedDim: Int = 768, dimFeedforward: Int = 3072, dropout: Double = 0.1,
    activation: TransformerActivation = .gelu, epsilon: Double = 1e-12, paddingIndex: Int? = 0, hasPooler: Bool = true
  ) {
    self.maxPositions = maxPositions
    wordEmbeddings = Embedding(vocabularySize, embedDim, paddingIndex: paddingIndex)
    positionEmbeddings = Embedding(maxPositions, embedDim)
    tokenTypeEmbeddings = Embedding(tokenTypes, embedDim)
    norm = LayerNorm(embedDim, epsilon: epsilon)
    self.dropout = Dropout(dropout)
    layers = (0..<LayerCheck.layers(numLayers, layer: "BERT")).map { _ in
      BERTLayer(
        embedDim, numHeads: numHeads, dimFeedforward: dimFeedforward, dropout: dropout, activation: activation,
        epsilon: epsilon)
    }
    pooler = hasPooler ? Linear(embedDim, embedDim) : nil
    super.init()
    initialize()
  }

  public override var properties: [(name: String, value: Any)] {
    let parts: [(name: String, value: Any)] = [
      ("embeddings.word_embeddings", wordEmbeddings), ("embeddings.position_embeddings", positionEmbeddings),
      ("embeddings.token_type_embeddings", tokenTypeEmbeddings), ("embeddings.LayerNorm", norm),
      ("embeddings.dropout", dropout), ("encoder.layer", layers),
    ]
    return parts + (pooler.map { [("pooler.dense", $0)] } ?? [])
  }

  private func initialize() {
    for (_, module) in namedModules() {
      switch module {
      case let linear as Linear:
        linear.weight.initialize(.normal(deviation: 0.02))
        linear.bias?.initialize(.zeros)
      case let embedding as Embedding: embedding.weight.value = embedding.weight.value * 0.02
      default: break
      }
    }
  }

  public override func forward(_ tokens: Tensor) -> Tensor { encode(tokens, nil, nil).states }

  /// - Parameters:
  ///   - attentionMask: [N, T], true or not zero where there is a token, false or zero at padding.
  ///   - tokenTypes: [N, T] of integers; left out, all zero.
  /// - Returns: The states of the last layer, and tanh(pooler(state of the first position)) where there is a pooler.
  public func callAsFunction(
    _ tokens: Tensor, attentionMask: Tensor? = nil, tokenTypes: Tensor? = nil
  ) -> (states: Tensor, pooled: Tensor?) {
    inPath { encode(tokens, attentionMask, tokenTypes) }
  }

  private func encode(
    _ tokens: Tensor, _ attentionMask: Tensor?, _ tokenTypes: Tensor?
  ) -> (states: Tensor, pooled: Tensor?) {
    if let error = misuse(tokens, attentionMask) { return (.failed(error), nil) }
    let positions = positionEmbeddings.rows(0..<tokens.shape[1])
    let types = tokenTypes.map { tokenTypeEmbeddings($0) } ?? tokenTypeEmbeddings.rows(0..<1)
    let embedded = dropout(norm(wordEmbeddings(tokens) + types + positions))
    let mask = attentionMask.map { ($0.dtype == .bool ? $0 : $0 .!= 0).unsqueezed(1).unsqueezed(1) }
    let states = layers.reduce(embedded) { $1($0, attentionMask: mask) }
    let pooled = pooler.map { $0(states.sliced(axis: 1, to: 1).squeezed(1)).tanh() }
    return (states, pooled)
  }

  private func misuse(_ tokens: Tensor, _ mask: Tensor?) -> TensorError? {
    let fits = tokens.rank == 2 && (1...max(maxPositions, 1)).contains(tokens.shape[1])
    if fits, mask.map({ $0.shape == tokens.shape }) ?? true { return nil }
    return TensorError(
      .shape, operation: "BERT",
      operands: [("tokens", tokens.spec)] + (mask.map { [("attentionMask", $0.spec)] } ?? []),
      expected: "tokens [batch, positions], 1 to \(maxPositions) of them, and a mask of the same shape",
      got: "\(tokens.shape)" + (mask.map { " and \($0.shape)" } ?? ""))
  }
}

/// A layer of a `BERT`: x ← norm(x + dense(attention(x))), x ← norm(x + output(gelu(intermediate(x)))).
///
/// Shape: [N, T, E] to the same. Parts: `attention.self.query`, `attention.self.key`, `attention.self.value`,
/// `attention.output.dense`, `attention.output.LayerNorm`, `intermediate.dense`, `output.dense`, `output.LayerNorm`.
public final class BERTLayer: Module {
  /// The map to queries, [E, E].
  public var query: Linear
  /// The map to keys, [E, E].
  public var key: Linear
  /// The map to values, [E, E].
  public var value: Linear
  /// The map of the joined heads, [E, E].
  public var attentionOutput: Linear
  /// Of the sum of the input and the attention.
  public var attentionNorm: LayerNorm
  /// The map into the network, [F, E].
  public var intermediate: Linear
  /// The map out of the network, [E, F].
  public var output: Linear
  /// Of the sum of that and the network.
  public var norm: LayerNorm
  /// Of the attention's result, and of the network's.
  public var dropouts: [Dropout]
  /// The function between the network's maps.
  public let activation: TransformerActivation
  /// How many heads there are; it divides E.
  public let numHeads: Int

  /// - Parameters:
  ///   - embedDim: E, the features of a position.
  ///   - dimFeedforward: F, the features inside the network.
  ///   - dropout: Of the attention's result and the network's, and of the attention's weights.
  public init(
    _ embedDim: Int, numHeads: Int, dimFeedforward: Int, dropout: Double = 0.1,
    activation: TransformerActivation = .gelu, epsilon: Double = 1e-12
  ) {
    (query, key, value) = (Linear(embedDim, embedDim), Linear(embedDim, embedDim), Linear(embedDim, embedDim))
    attentionOutput = Linear(embedDim, embedDim)
    attentionNorm = LayerNorm(embedDim, epsilon: epsilon)
    intermediate = Linear(embedDim, dimFeedforward)
    output = Linear(dimFeedforward, embedDim)
    norm = LayerNorm(embedDim, epsilon: epsilon)
    dropouts = [Dropout(dropout), Dropout(dropout)]
    (self.activation, self.numHeads) = (activation, numHeads)
    super.init()
    if numHeads < 1 || !embedDim.isMultiple(of: numHeads) {
      report(
        TensorError(
          .value, operation: "BERTLayer", expected: "heads that divide the \(embedDim) features", got: "\(numHeads)"))
    }
  }

  public override var properties: [(name: String, value: Any)] {
    [
      ("attention.self.query", query), ("attention.self.key", key), ("attention.self.value", value),
      ("attention.output.dense", attentionOutput), ("attention.output.LayerNorm", attentionNorm),
      ("attention.output.dropout", dropouts[0]), ("intermediate.dense", intermediate), ("output.dense", output),
      ("output.LayerNorm", norm), ("output.dropout", dropouts[1]),
    ]
  }

  public override func forward(_ input: Tensor) -> Tensor { run(input, nil) }

  /// - Parameter attentionMask: Broadcasts to [N, heads, T, T]: of bool (true: attend) or added to the scores.
  public func callAsFunction(_ input: Tensor, attentionMask: Tensor? = nil) -> Tensor {
    inPath { run(input, attentionMask) }
  }

  /// The same, under the mask's former name.
  @available(*, deprecated, renamed: "callAsFunction(_:attentionMask:)")
  public func callAsFunction(_ input: Tensor, mask: Tensor?) -> Tensor { self(input, attentionMask: mask) }

  private func run(_ input: Tensor, _ mask: Tensor?) -> Tensor {
    func heads(_ x: Tensor) -> Tensor {
      x.reshaped(x.shape[0], x.shape[1], numHeads, x.shape[2] / max(numHeads, 1)).transposed(1, 2)
    }
    let attended = scaledDotProductAttention(
      query: heads(query(input)), key: heads(key(input)), value: heads(value(input)), attentionMask: mask,
      dropout: isTraining ? dropouts[0].p : 0)
    let joined = attended.transposed(1, 2).flattened(from: 2)
    let x = attentionNorm(input + dropouts[0](attentionOutput(joined)))
    return norm(x + dropouts[1](output(activation(intermediate(x)))))
  }
}
