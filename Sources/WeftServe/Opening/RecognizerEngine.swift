import WeftData
import WeftModels

/// A `SpeechRecognizer`, served.
public struct RecognizerEngine: TranscriptionEngine {
  private let recognizer: SpeechRecognizer

  /// Serves a recognizer, whose model is not to be changed any more.
  public init(_ recognizer: SpeechRecognizer) { self.recognizer = recognizer }

  public func transcribe(
    _ sound: Sound, _ request: TranscriptionRequest, goesOn: () throws -> Void
  ) throws -> Transcript {
    // What is longer than a window is cut where something ends, by the times.
    let isLong = recognizer.writesTimes && sound.seconds > Double(recognizer.windowSeconds)
    var settings = TranscriptionSettings(
      language: request.language, task: request.task, hasTimestamps: request.hasTimes || isLong)
    settings.fallback = request.temperature == nil ? SpeechFallback() : nil
    settings.generation.temperature = request.temperature ?? 0
    return try refusingInputs { try recognizer.transcribe(sound, settings) { _ in try goesOn() } }
  }
}
