import WeftNN
import WeftTensor

/// What a model of text is for.
public enum EncoderTask: String, Hashable, Sendable, CaseIterable {
  /// Which token stands at a place: logits [N, T, vocabulary].
  case maskedLanguageModel
  /// Of which class a text is: logits [N, labels].
  case sequenceClassification
  /// Of which class each token is: logits [N, T, labels].
  case tokenClassification
  /// Where an answer begins and ends: logits [N, T, 2].
  case questionAnswering
}

/// What stands on an encoder, as a family states it: from which states, through which parts, under which names.
struct HeadPlan {
  /// What the head reads.
  enum Source: Sendable {
    /// Every state.
    case all
    /// The first state.
    case first
    /// The state of the last token that is not padding's, or, without such a token, of the first.
    case last(padding: Int?)
    /// The mean of the states of tokens.
    case mean
    /// What the encoder's pooler makes of the first state.
    case pooler
  }

  var source = Source.all
  /// The name of a map before the last; nil where there is none.
  var dense: String?
  var hasDenseBias = true
  /// The function behind that map.
  var activation = TransformerActivation.identity
  /// The name of a norm behind that; nil where there is none.
  var norm: String?
  var hasNormBias = true
  var epsilon = 1e-12
  /// The name of the last map.
  var output: String
  var hasOutputBias = true
  var width: Int
  /// Of what the last map reads.
  var dropout = 0.0
  /// Whether the same dropout stands before the first map too.
  var dropsFirst = false
  /// The logits of a whole vocabulary that make a score; nil where the logits are those of the task.
  var scored: ScoredTokens?
}

/// The maps that make an encoder's states logits of a task. They are parts of the model, which names them.
struct EncoderHead {
  let dense: Linear?
  let norm: LayerNorm?
  let output: Linear
  let dropout: Dropout
  /// Whether the last map's weight is the encoder's table of vectors.
  let isTied: Bool
  let plan: HeadPlan

  /// - Parameters:
  ///   - outputs: How many logits there are.
  ///   - tied: The table of vectors that is the last map's weight; nil for one of its own.
  init(_ plan: HeadPlan, outputs: Int, tied: Embedding?) {
    self.plan = plan
    dense = plan.dense.map { _ in Linear(plan.width, plan.width, bias: plan.hasDenseBias) }
    norm = plan.norm.map { _ in LayerNorm(plan.width, epsilon: plan.epsilon, bias: plan.hasNormBias) }
    // The weight of a tied map is not asked for.
    output = Linear(plan.width, outputs, bias: plan.hasOutputBias)
    dropout = Dropout(plan.dropout)
    isTied = tied != nil
    if let tied { output.weight = tied.weight }
  }

  /// The parts under their names.
  var parts: [(name: String, value: Any)] {
    var parts: [(name: String, value: Any)] = []
    if let dense, let name = plan.dense { parts.append((name, dense)) }
    if let norm, let name = plan.norm { parts.append((name, norm)) }
    return parts + [(plan.output, output), ("dropout", dropout)]
  }

  /// Normal values with deviation 0.02, biases zero: for a head that is to be learned. A weight that is the encoder's
  /// stays as it is.
  func initialize() {
    for linear in [dense, output].compactMap({ $0 }) {
      if !isTied || linear !== output { linear.weight.initialize(.normal(deviation: 0.02)) }
      linear.bias?.initialize(.zeros)
    }
  }

  /// The logits of what the plan's source gave.
  func callAsFunction(_ input: Tensor) -> Tensor {
    var x = input
    if let dense { x = plan.activation(dense(plan.dropsFirst ? dropout(x) : x)) }
    if let norm { x = norm(x) }
    let logits = output(dropout(x))
    return plan.scored.map { $0(logits) } ?? logits
  }
}
