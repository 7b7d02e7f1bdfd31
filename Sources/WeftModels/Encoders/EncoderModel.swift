import WeftNN
import WeftTensor

/// A text encoder with a head for a task; `ModelFolder.encoderModel(for:)` opens one.
///
/// ```swift
/// let model = try ModelFolder(path).encoderModel(for: .sequenceClassification)
/// let logits = model(tokens, attentionMask: isToken)     // [N, labels]
/// ```
/// Shape: tokens [N, T] of integers to the logits that `EncoderTask` states. Parameters are called as in the family's files.
public final class EncoderModel: Module {
  /// What reads the text.
  public let encoder: TextEncoder
  /// What the head is for.
  public let task: EncoderTask
  /// The labels' names, in the order of the logits; of a language model none.
  public let labels: [String]
  let head: EncoderHead
  private let prefix: String

  init(_ encoder: TextEncoder, _ head: EncoderHead, task: EncoderTask, labels: [String], prefix: String) {
    (self.encoder, self.head, self.task) = (encoder, head, task)
    (self.labels, self.prefix) = (labels, prefix)
  }

  public override var properties: [(name: String, value: Any)] {
    [(prefix, encoder)] + head.parts
  }

  public override func forward(_ tokens: Tensor) -> Tensor {
    logits(EncoderInput(tokens, attentionMask: nil, types: nil))
  }

  /// The logits.
  ///
  /// - Parameters:
  ///   - attentionMask: [N, T], true or not zero where there is a token, false or zero at padding.
  ///   - tokenTypes: [N, T] of integers; left out, all zero.
  public func callAsFunction(_ tokens: Tensor, attentionMask: Tensor? = nil, tokenTypes: Tensor? = nil) -> Tensor {
    self(EncoderInput(tokens, attentionMask: attentionMask, types: tokenTypes))
  }

  package func callAsFunction(_ input: EncoderInput) -> Tensor { inPath { logits(input) } }

  private func logits(_ input: EncoderInput) -> Tensor {
    let states = encoder(input)
    if states.rank != 3 { return states }  // refused
    switch head.plan.source {
    case .all: return head(states)
    case .first: return head(states.sliced(axis: 1, to: 1).squeezed(1))
    case .last(let padding): return head(states.atLastToken(input.places(of: padding)))
    case .mean: return head(states.mean(of: input.isToken))
    case .pooler: return head(encoder.pooled(states) ?? states)
    }
  }
}

extension EncoderInput {
  /// Where tokens stand that are not padding's, by the mask and by what they are, [N, T] of bool.
  fileprivate func places(of padding: Int?) -> Tensor? {
    guard let padding else { return isToken }
    let isOther = tokens .!= padding
    return isToken.map { $0 .& isOther } ?? isOther
  }
}

extension Tensor {
  /// Of states [N, T, E] those of each text's last place, [N, E].
  ///
  /// - Parameter isPlace: Which places count, [N, T] of bool; nil for all.
  fileprivate func atLastToken(_ isPlace: Tensor?) -> Tensor {
    guard let isPlace else { return sliced(axis: 1, from: shape[1] - 1).squeezed(1) }
    let last = (isPlace.converted(to: .int64) * Tensor(arange: shape[1])).argMax(axis: 1)
    return takenAlong(last.unsqueezed(1).unsqueezed(2), axis: 1).squeezed(1)
  }

  /// The mean along axis 1 of states [N, T, E] where there is a token.
  func mean(of isToken: Tensor?) -> Tensor {
    guard let isToken else { return mean(axis: 1) }
    let weights = isToken.converted(to: dtype).unsqueezed(2)
    return (self * weights).sum(axis: 1) / weights.sum(axis: 1)
  }
}
