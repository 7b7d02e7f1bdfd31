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
}

/// What is said in a sound.
public struct Transcript: Hashable, Sendable, CustomStringConvertible {
  /// All of it.
  public var text: String
  /// Its parts: between times where these were asked for, else windows.
  public var segments: [TranscriptSegment]
  /// The language that was asked for or heard, as `en`; nil for a model that knows one alone.
  public var language: String?

  /// The text.
  public var description: String { text }
}
