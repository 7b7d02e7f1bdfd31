import WeftData
import WeftModels

/// How a sound is to be written down.
public struct TranscriptionRequest: Sendable, Hashable {
  /// The language that is spoken, by its code or its name; nil for the one that is heard.
  public var language: String?
  /// What is to be written; nil for what the model usually does.
  public var task: SpeechTask?
  /// Whether it is to be known where parts begin and end.
  public var hasTimes = false
  /// How even the choice of tokens is; nil for the likeliest ones, and ever more even where their text is poor.
  public var temperature: Double?

  /// What is said, in the language that is heard.
  public init() {}
}

/// Writes down what is said.
public protocol TranscriptionEngine: Sendable {
  /// Begins to write down what is said in a sound; called from the compute thread alone.
  func begin(_ sound: Sound, _ request: TranscriptionRequest) throws -> any TranscriptionWork
}

/// A sound that is being written down; the compute thread alone touches it. It is let go of where nobody waits any
/// more.
public protocol TranscriptionWork: AnyObject {
  /// Goes on a little, as by a token: between two steps the thread is free for other requests.
  ///
  /// - Returns: What is said, at the end; nil before.
  func step() throws -> Transcript?
}
