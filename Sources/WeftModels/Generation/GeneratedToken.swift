/// Why a text ended.
public enum FinishReason: String, Sendable {
  /// The model ended it, or a stop string or token came.
  case stop
  /// It is as long as it may be.
  case length
}

/// A token that a model wrote.
public struct GeneratedToken: Sendable {
  /// The number of its sequence in the batch.
  public var sequence: Int
  /// The token.
  public var token: Int
  /// The text that is complete with it: empty where a character is still open, or where what was written may be the
  /// beginning of a stop string.
  public var text: String
  /// The logarithm of the probability that the model gave it, before temperature and whatever else narrows the choice.
  public var logProbability: Float
  /// The same of the likeliest tokens, the likeliest first, where they were asked for.
  public var topLogProbabilities: [(token: Int, logProbability: Float)]
  /// Why the text ends here; nil where it goes on.
  public var finish: FinishReason?

  /// A token of a sequence.
  public init(
    sequence: Int, token: Int, text: String, logProbability: Float,
    topLogProbabilities: [(token: Int, logProbability: Float)] = [], finish: FinishReason? = nil
  ) {
    (self.sequence, self.token, self.text) = (sequence, token, text)
    (self.logProbability, self.topLogProbabilities) = (logProbability, topLogProbabilities)
    self.finish = finish
  }
}

/// A text that a model wrote, whole.
public struct GeneratedText: Sendable, CustomStringConvertible {
  /// The text.
  public var text: String
  /// Its tokens.
  public var tokens: [Int]
  /// The logarithm of the probability that the model gave each of them.
  public var logProbabilities: [Float]
  /// How many tokens the prompt had.
  public var promptTokenCount: Int
  /// Why it ended; nil where it was cancelled.
  public var finish: FinishReason?

  /// The text.
  public var description: String { text }
}
