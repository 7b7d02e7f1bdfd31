import WeftNN
import WeftTensor

/// A transformer that reads texts: tokens to a vector of features for each of them. `ModelFolder.textEncoder()` opens one
/// of whatever family the folder's `model_type` names; parameters are called as in the family's files.
///
/// Shape: tokens [N, T] of integers to states [N, T, width].
///
/// ```swift
/// let encoder = try ModelFolder(path).textEncoder()
/// let states = encoder(tokens, attentionMask: isToken)
/// ```
/// It is a module as any other: it learns, freezes (`freeze(where:)`), and is a part of models of your own.
public class TextEncoder: Module {
  /// The features of a state.
  public let width: Int
  /// The most tokens of a sequence.
  public let maxPositions: Int
  /// How many tokens there are.
  public let vocabularySize: Int
  /// How many types tokens may have: the parts of a pair; 0 where the model does not ask.
  public let typeCount: Int
  /// The token that fills short sequences up.
  public let paddingToken: Int
  /// The table of the tokens' vectors, [vocabulary, width], which heads share.
  let words: Embedding
  /// The map of the first state of which tanh is what some heads read; nil where there is none.
  let pooler: Linear?

  init(
    width: Int, maxPositions: Int, vocabularySize: Int, typeCount: Int, paddingToken: Int?, hasPooler: Bool,
    learnsPadding: Bool = false
  ) {
    (self.width, self.maxPositions) = (width, maxPositions)
    (self.vocabularySize, self.typeCount) = (vocabularySize, typeCount)
    self.paddingToken = paddingToken ?? 0
    words = Embedding(vocabularySize, width, paddingIndex: learnsPadding ? nil : paddingToken)
    pooler = hasPooler ? Linear(width, width) : nil
  }

  public override func forward(_ tokens: Tensor) -> Tensor {
    checked(EncoderInput(tokens, attentionMask: nil, types: nil))
  }

  /// The states of the last layer.
  ///
  /// - Parameters:
  ///   - attentionMask: [N, T], true or not zero where there is a token, false or zero at padding.
  ///   - tokenTypes: [N, T] of integers; left out, all zero.
  public func callAsFunction(_ tokens: Tensor, attentionMask: Tensor? = nil, tokenTypes: Tensor? = nil) -> Tensor {
    self(EncoderInput(tokens, attentionMask: attentionMask, types: tokenTypes))
  }

  func callAsFunction(_ input: EncoderInput) -> Tensor { inPath { checked(input) } }

  /// tanh(pooler(state of the first position)), [N, width]; nil where the model has no pooler.
  ///
  /// Shape: states [N, T, width].
  public func pooled(_ states: Tensor) -> Tensor? {
    pooler.map { $0(states.sliced(axis: 1, to: 1).squeezed(1)).tanh() }
  }

  /// The family's forward pass of an input that fits.
  func states(_ input: EncoderInput) -> Tensor { input.tokens }

  private func checked(_ input: EncoderInput) -> Tensor {
    let (tokens, mask) = (input.tokens, input.isToken)
    let fits = tokens.rank == 2 && (1...max(maxPositions, 1)).contains(tokens.shape[1])
    if fits, mask.map({ $0.shape == tokens.shape }) ?? true { return states(input) }
    return .failed(
      TensorError(
        .shape, operation: "\(type(of: self))",
        operands: [("tokens", tokens.spec)] + (mask.map { [("attentionMask", $0.spec)] } ?? []),
        expected: "tokens [batch, positions], 1 to \(maxPositions) of them, and a mask of the same shape",
        got: "\(tokens.shape)" + (mask.map { " and \($0.shape)" } ?? "")))
  }
}
