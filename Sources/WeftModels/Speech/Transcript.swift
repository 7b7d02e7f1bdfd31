/// A part of what is said in a sound.
public struct TranscriptSegment: Hashable, Sendable {
  /// What is said.
  public var text: String
  /// Where it begins, in seconds.
  public var start: Double
  /// Where it ends, in seconds.
  public var end: Double
  /// Its tokens, those of times among them.
  public var tokens: [Int]
  /// How freely the tokens of its window were chosen.
  public var temperature = 0.0
  /// The mean logarithm of the probabilities of its window's tokens.
  public var logProbability = 0.0
  /// How many times its window's tokens are as long as they are compressed: large where a text repeats itself.
  public var compression = 0.0
  /// The probability that nobody speaks in its window.
  public var silence = 0.0

  /// A part of a text.
  public init(
    text: String, start: Double, end: Double, tokens: [Int], temperature: Double = 0, logProbability: Double = 0,
    compression: Double = 0, silence: Double = 0
  ) {
    (self.text, self.start, self.end, self.tokens) = (text, start, end, tokens)
    (self.temperature, self.logProbability) = (temperature, logProbability)
    (self.compression, self.silence) = (compression, silence)
  }
}

/// What is said in a sound.
public struct Transcript: Hashable, Sendable, CustomStringConvertible {
  /// All of it.
  public var text: String
  /// Its parts: between times where these were asked for, else windows.
  public var segments: [TranscriptSegment]
  /// The language that was asked for or heard, as `en`; nil for a model that knows one alone.
  public var language: String?
  /// A text of its parts.
  public init(text: String, segments: [TranscriptSegment], language: String?) {
    (self.text, self.segments, self.language) = (text, segments, language)
  }

  /// The name of the language in English, as `english`.
  public var languageName: String? { language.map { SpeechLanguages.name($0) } }

  /// The text.
  public var description: String { text }
}
