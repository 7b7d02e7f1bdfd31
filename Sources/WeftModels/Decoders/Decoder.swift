import WeftNN
import WeftTensor

/// One layer of a decoder: x ← x + attention(norm(x)), x ← x + network(norm(x)); with outer norms each sum's second
/// part has a norm as well.
///
/// Parts are named as in the Llama and Gemma models.
public final class DecoderLayer: Module {
  /// The attention.
  public var selfAttn: DecoderAttention
  /// The network.
  public var mlp: DecoderFeedForward
  /// The norm before the attention.
  public var inputLayernorm: Module
  /// The norm before the network; with outer norms, the one behind the attention.
  public var postAttentionLayernorm: Module
  /// With outer norms, the norm before the network.
  public var preFeedforwardLayernorm: Module?
  /// With outer norms, the norm behind the network.
  public var postFeedforwardLayernorm: Module?
  /// Behind attention and network.
  public var dropout: Dropout

  /// The layer at a place.
  public init(_ options: DecoderOptions, layer: Int) {
    selfAttn = DecoderAttention(options, layer: layer)
    mlp = DecoderFeedForward(options)
    inputLayernorm = options.makeNorm(options.width)
    postAttentionLayernorm = options.makeNorm(options.width)
    if options.hasOuterNorms {
      preFeedforwardLayernorm = options.makeNorm(options.width)
      postFeedforwardLayernorm = options.makeNorm(options.width)
    }
    dropout = Dropout(options.dropout)
  }

  func callAsFunction(_ x: Tensor, _ pass: any DecoderPass) -> Tensor { inPath { run(x, pass) } }

  private func run(_ input: Tensor, _ pass: any DecoderPass) -> Tensor {
    let attended = dropout(selfAttn(inputLayernorm(input), pass))
    guard let preFeedforwardLayernorm, let postFeedforwardLayernorm else {
      let x = input + attended
      return x + dropout(mlp(postAttentionLayernorm(x)))
    }
    let x = input + postAttentionLayernorm(attended)
    return x + postFeedforwardLayernorm(mlp(preFeedforwardLayernorm(x)))
  }
}

/// The body of a language model that reads from left to right: the embedding of tokens, layers, a last norm. What its
/// family differs in stands in `DecoderOptions`.
///
/// Shape: tokens [N, T] of integers to features [N, T, E].
public final class Decoder: Module {
  /// The embedding of tokens, [vocabulary, E].
  public var embedTokens: Embedding
  /// The embedding of positions, [maxPositions, E], where they are learned.
  public var embedPositions: Embedding?
  /// The layers, from the first to run on.
  public var layers: [DecoderLayer]
  /// The norm behind the last layer.
  public var norm: Module
  /// Behind the embeddings.
  public var dropout: Dropout
  /// What the model is made of.
  public let options: DecoderOptions

  /// The decoder that the options describe.
  public init(_ options: DecoderOptions) {
    self.options = options
    embedTokens = Embedding(options.vocabularySize, options.width)
    embedPositions = options.rotary == nil ? Embedding(options.maxPositions, options.width) : nil
    layers = (0..<max(options.layerCount, 0)).map { DecoderLayer(options, layer: $0) }
    norm = options.makeNorm(options.width)
    dropout = Dropout(options.dropout)
  }

  public override func forward(_ tokens: Tensor) -> Tensor { states(tokens, attentionMask: nil) }

  /// The features behind the last norm.
  ///
  /// - Parameter attentionMask: [N, T]: 0 or false at padding, which no other position sees.
  public func callAsFunction(_ tokens: Tensor, attentionMask: Tensor?) -> Tensor {
    inPath { states(tokens, attentionMask: attentionMask) }
  }

  /// The features behind the embedding and each layer, those of the last behind the last norm.
  ///
  /// - Parameter attentionMask: [N, T]: 0 or false at padding, which no other position sees.
  public func hiddenStates(_ tokens: Tensor, attentionMask: Tensor? = nil) -> [Tensor] {
    var before: [Tensor] = []
    let last = inPath { states(tokens, attentionMask: attentionMask) { before.append($0) } }
    return before + [last]
  }

  /// The features behind the last norm, for a module that holds the decoder's parts as its own.
  ///
  /// - Parameter look: Sees the features before each layer.
  func states(_ tokens: Tensor, attentionMask: Tensor?, _ look: ((Tensor) -> Void)? = nil) -> Tensor {
    if let error = misuse(tokens, attentionMask) { return .failed(error) }
    let keep = attentionMask.map { $0.dtype == .bool ? $0 : $0 .!= 0 }
    return run(tokens, BatchPass(options, count: tokens.shape[1], keep: keep), look)
  }

  private func misuse(_ tokens: Tensor, _ mask: Tensor?) -> TensorError? {
    let operands = [("tokens", tokens.spec)] + (mask.map { [("attentionMask", $0.spec)] } ?? [])
    guard tokens.rank == 2, embedPositions == nil || tokens.shape[1] <= options.maxPositions else {
      let most = embedPositions == nil ? "" : ", at most \(options.maxPositions) positions"
      return TensorError(
        .shape, operation: "Decoder", operands: operands, expected: "tokens [batch, positions]\(most)",
        got: "\(tokens.shape)")
    }
    guard let mask, mask.shape != tokens.shape else { return nil }
    return TensorError(
      .shape, operation: "Decoder", operands: operands, expected: "an attention mask \(tokens.shape), as the tokens",
      got: "\(mask.shape)")
  }

  /// Features of texts that caches continue, [T, E] for the T tokens of all of them.
  func continued(_ tokens: [Int], _ pass: SequencePass) -> Tensor {
    inPath { run(Tensor(tokens), pass) }
  }

  private func run(_ tokens: Tensor, _ pass: any DecoderPass, _ look: ((Tensor) -> Void)? = nil) -> Tensor {
    var x = embedTokens(tokens)
    if options.embeddingScale != 1 { x = x * options.embeddingScale }
    if let embedPositions { x = x + embedPositions(pass.positions) }
    x = dropout(x)
    // One layer's features at a time: nobody else keeps them, unless gradients are wanted.
    for layer in layers {
      look?(x)
      x = layer(x, pass)
    }
    return norm(x)
  }
}
