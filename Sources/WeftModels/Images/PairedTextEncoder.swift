import WeftNN
import WeftTensor

/// What a family of models of pictures and texts says of its part for texts, and of how the two are compared.
struct PairedTexts: Sendable {
  /// The value of `model_type` with which a folder has both parts.
  let modelType: String
  /// Whether both parts' vectors are mapped into a space of their own.
  let hasProjections: Bool
  /// Whether a number is added to all logits.
  let hasBias: Bool
  /// What makes probabilities of a picture's logits for several texts.
  let score: ScoreFunction
  /// Makes the plan of the part for texts.
  let plan: @Sendable (ModelConfiguration) throws -> PairedTextPlan
}

/// What a family says of its text encoder.
struct PairedTextPlan {
  /// How one vector is made of a text's states.
  enum Pooling {
    /// The state of the first token of this number.
    case atFirst(Int)
    /// The state of the first token with the largest number.
    case atLargest
    /// A map of the last state.
    case last(features: Int)
  }

  let sizes: EncoderSizes
  let vocabularySize: Int
  /// The most tokens of a text.
  let positions: Int
  let pooling: Pooling
  /// The token that fills texts up to `positions`, which the encoder reads as any other; nil where texts are read as long
  /// as they are, each position seeing those before it.
  var padding: Int?
}

/// The part of CLIP or SigLIP that reads texts.
final class PairedTextEncoder: TextEncoder {
  let positions: Embedding
  let layers: [PreNormLayer]
  let norm: LayerNorm
  /// The map of the last state; nil where the state at the text's end is taken.
  let head: Linear?
  let plan: PairedTextPlan

  init(_ plan: PairedTextPlan) {
    let sizes = plan.sizes
    positions = Embedding(plan.positions, sizes.width)
    let options = PreNormLayer.Options(isCausal: plan.padding == nil)
    layers = (0..<sizes.layers).map { _ in PreNormLayer(sizes, .clip, options) }
    norm = LayerNorm(sizes.width, epsilon: sizes.epsilon)
    if case .last(let features) = plan.pooling { head = Linear(sizes.width, features) } else { head = nil }
    self.plan = plan
    super.init(
      width: sizes.width, maxPositions: plan.positions, vocabularySize: plan.vocabularySize, typeCount: 0,
      // Padding's vector learns too, where it is read.
      paddingToken: nil, hasPooler: false)
  }

  override var properties: [(name: String, value: Any)] {
    var parts: [(name: String, value: Any)] = [
      ("embeddings.token_embedding", words), ("embeddings.position_embedding", positions), ("encoder.layers", layers),
      ("final_layer_norm", norm),
    ]
    if let head { parts.append(("head", head)) }
    return parts
  }

  override func states(_ input: EncoderInput) -> Tensor {
    let place = positions.weight.tensor.sliced(axis: 0, to: input.tokens.shape[1])
    return norm(layers.reduce(words(input.tokens) + place) { $1($0, mask: input.keyMask) })
  }

  /// One vector for each text, [N, features].
  ///
  /// Shape: states [N, T, E], tokens [N, T].
  func pooled(_ states: Tensor, of tokens: Tensor) -> Tensor {
    if states.rank != 3 { return states }  // refused
    switch plan.pooling {
    case .atFirst(let end): return taken(states, at: (tokens .== end).converted(to: .int32).argMax(axis: 1))
    case .atLargest: return taken(states, at: tokens.argMax(axis: 1))
    case .last:
      let last = states.sliced(axis: 1, from: -1).squeezed(1)
      return head.map { $0(last) } ?? last
    }
  }

  /// The features of what `pooled` gives.
  var pooledWidth: Int { head?.weight.shape[0] ?? width }

  /// The state of each text at a position of its own.
  private func taken(_ states: Tensor, at places: Tensor) -> Tensor {
    let (texts, length) = (states.shape[0], states.shape[1])
    let rows = places.converted(to: .int64) + Tensor(arange: texts) * length
    return states.reshaped(texts * length, states.shape[2]).indexSelected(rows, axis: 0)
  }
}
