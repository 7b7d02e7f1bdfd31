/// What a family of decoders differs in: one `Decoder` is made of these, whatever the family's name.
///
/// A folder's `config.json` gives them (`DecoderOptions(_:)`), and so does a GGUF file.
public struct DecoderOptions: Hashable, Sendable {
  /// What is done to the features of a position before each part.
  public enum Norm: Hashable, Sendable {
    /// Divided by their root mean square, times a weight.
    case rms
    /// The same, times 1 + a weight, as in Gemma.
    case rmsAroundOne
    /// Mean and variance taken out, with weight and bias, as in GPT-2.
    case layer
  }

  /// The network behind the attention.
  public enum FeedForward: Hashable, Sendable {
    /// down(f(gate(x)) · up(x)).
    case gated
    /// down(f(up(x))).
    case plain
  }

  /// f, the function of the network.
  public enum Activation: Hashable, Sendable {
    /// x · σ(x).
    case silu
    /// x · Φ(x).
    case gelu
    /// The same by its approximation with tanh.
    case geluTanh
    /// max(x, 0).
    case relu
  }

  /// How many tokens there are.
  public var vocabularySize: Int
  /// E, the features of a position.
  public var width: Int
  /// The features between the maps of the network.
  public var hiddenWidth: Int
  /// How many layers there are.
  public var layerCount: Int
  /// The heads of queries.
  public var headCount: Int
  /// The heads of keys and values, each for `headCount` / `keyValueHeadCount` heads of queries.
  public var keyValueHeadCount: Int
  /// d, the features of a head.
  public var headDim: Int
  /// The longest text, in tokens.
  public var maxPositions: Int

  /// What norms do.
  public var norm = Norm.rms
  /// What norms add to the mean square or the variance.
  public var epsilon = 1e-6
  /// Whether the output of attention and network has a norm of its own before it is added, as in Gemma 2 and 3.
  public var hasOuterNorms = false
  /// Whether each head's queries and keys have norms of their own, as in Qwen 3 and Gemma 3.
  public var normalizesHeads = false

  /// Whether one map makes queries, keys and values, as in GPT-2.
  public var packsProjections = false
  /// Whether the maps to queries, keys and values add a bias.
  public var hasProjectionBias = false
  /// Whether the last map of the attention adds a bias.
  public var hasOutputBias = false
  /// Whether the maps of the network add a bias.
  public var hasFeedForwardBias = false

  /// The network behind the attention.
  public var feedForward = FeedForward.gated
  /// The function of the network.
  public var activation = Activation.silu

  /// How positions turn queries and keys; nil for learned positions that are added to the tokens' features.
  public var rotary: RotaryOptions?
  /// The same for layers with a window, where it differs.
  public var windowedRotary: RotaryOptions?
  /// How many positions, its own among them, a position sees in layers with a window: of those before it, and as many
  /// behind it where it sees both ways.
  public var window: Int?
  /// Whether each layer has the window.
  public var isWindowed: [Bool]
  /// Whether a position sees those before it alone; else all, as in embedding models made of Gemma 3. Such a model does
  /// not write.
  public var isCausal = true

  /// What products of queries and keys are multiplied by.
  public var scoreScale: Double
  /// The bound c of the scores that this makes, by c · tanh(x / c), as in Gemma 2; nil for none.
  public var scoreCap: Double?
  /// What the tokens' features are multiplied by.
  public var embeddingScale = 1.0
  /// The logits' bound c, by c · tanh(x / c); nil for none.
  public var logitCap: Double?
  /// Whether the map to logits shares its weight with the embedding of tokens.
  public var tiesEmbeddings = false

  /// The rate at which weights of the attention are dropped in training.
  public var attentionDropout = 0.0
  /// The rate at which features are dropped in training: behind the embedding, the attention and the network.
  public var dropout = 0.0

  /// A Llama's: rotary positions, root mean square norms, a gated network with SiLU, no biases.
  public init(
    vocabularySize: Int, width: Int, hiddenWidth: Int, layerCount: Int, headCount: Int, keyValueHeadCount: Int? = nil,
    headDim: Int? = nil, maxPositions: Int = 2048
  ) {
    (self.vocabularySize, self.width, self.hiddenWidth) = (vocabularySize, width, hiddenWidth)
    (self.layerCount, self.headCount, self.maxPositions) = (layerCount, headCount, maxPositions)
    self.keyValueHeadCount = keyValueHeadCount ?? headCount
    self.headDim = headDim ?? width / max(headCount, 1)
    isWindowed = Array(repeating: false, count: max(layerCount, 0))
    scoreScale = 1 / Double(max(self.headDim, 1)).squareRoot()
    rotary = RotaryOptions(dim: self.headDim)
  }

  /// Whether the length of a text says how all its positions turn, so that keys of one text are no other's.
  var turnsByLength: Bool {
    [rotary, windowedRotary].contains { options in
      switch options?.scaling {
      case .dynamic, .longRope: true
      default: false
      }
    }
  }

  /// The window of a layer; nil where it sees everything before it.
  func window(ofLayer layer: Int) -> Int? {
    isWindowed.indices.contains(layer) && isWindowed[layer] ? window : nil
  }
}
