import WeftNN
import WeftTensor

/// What a family says of its image encoder: sizes, parts, and what its files call them.
struct ImageEncoderPlan {
  let sizes: EncoderSizes
  let grid: PatchGrid
  let embedding: PatchEmbedding.Names
  var hasPatchBias = true
  var embeddingDropout = 0.0
  /// The norm before the layers; nil where there is none.
  var firstNorm: String?
  /// What the list of layers is called.
  let layers: String
  let layer: PreNormLayer.Names
  var options = PreNormLayer.Options()
  /// The norm of all states behind the layers; nil where there is none.
  var lastNorm: String?
  /// Makes what gives one vector of the states.
  var makePooling: (EncoderSizes) -> ImagePooling = { _ in .first }
  /// Whether pictures of other sizes are read from the beginning.
  var interpolatesPositions = false
}

/// How one vector is made of a picture's states.
enum ImagePooling {
  /// The first state.
  case first
  /// The first state, normalized.
  case normalized(LayerNorm)
  /// f(dense(first state)).
  case dense(Linear, TransformerActivation)
  /// What attention takes from all states.
  case attention(AttentionPooling)
  /// The mean of all states.
  case mean

  func callAsFunction(_ states: Tensor) -> Tensor {
    func first() -> Tensor { states.sliced(axis: 1, to: 1).squeezed(1) }
    return switch self {
    case .first: first()
    case .normalized(let norm): norm(first())
    case .dense(let dense, let activation): activation(dense(first()))
    case .attention(let pooling): pooling(states)
    case .mean: states.mean(axis: 1)
    }
  }

  /// The parts that learn, by their names in files.
  var parts: [(name: String, value: Any)] {
    switch self {
    case .first, .mean: []
    case .normalized(let norm): [("post_layernorm", norm)]
    case .dense(let dense, _): [("pooler.dense", dense)]
    case .attention(let pooling): [("head", pooling)]
    }
  }

  /// The features of the vector of states of this width.
  func width(of width: Int) -> Int {
    if case .dense(let dense, _) = self { return dense.weight.shape[0] }
    return width
  }
}
