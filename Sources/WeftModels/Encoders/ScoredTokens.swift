import WeftTensor

/// Tokens of a language model whose logits behind a text are its score: how much likelier yes is than no.
struct ScoredTokens: Sendable {
  let yes: Int
  /// Nil where the score is the logit of yes by itself.
  let no: Int?
  /// The logits' bound c, by c · tanh(x / c); nil for none.
  var cap: Double?

  /// Shape: logits [N, vocabulary] to [N, 1].
  func callAsFunction(_ logits: Tensor) -> Tensor {
    func logit(_ token: Int) -> Tensor {
      let own = logits.sliced(axis: -1, from: token, to: token + 1)
      return cap.map { (own / $0).tanh() * $0 } ?? own
    }
    return no.map { logit(yes) - logit($0) } ?? logit(yes)
  }
}
