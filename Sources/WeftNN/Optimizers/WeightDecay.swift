import WeftTensor

/// How weight decay enters an update: added to the gradient, or as a step of its own toward zero.
enum WeightDecay {
  /// g ← g + λp, as in L2 regularization.
  case coupled
  /// p ← (1 − lr·λ)p (Loshchilov and Hutter, 2019).
  case decoupled

  /// The number that the formula takes: λ, or the share of p that is kept.
  func parameter(_ amount: Double, _ group: ParameterGroup) -> Double {
    self == .coupled ? amount : 1 - group.learningRate * amount
  }

  func applied(_ p: Expression, _ g: Expression, _ parameter: Expression) -> (p: Expression, g: Expression) {
    self == .coupled ? (p, g + parameter * p) : (parameter * p, g)
  }
}
