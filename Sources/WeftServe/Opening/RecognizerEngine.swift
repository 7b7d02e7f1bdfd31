import WeftData
import WeftModels

/// A `SpeechRecognizer`, served.
public struct RecognizerEngine: TranscriptionEngine {
  private let recognizer: SpeechRecognizer

  /// Serves a recognizer, whose model is not to be changed any more.
  public init(_ recognizer: SpeechRecognizer) { self.recognizer = recognizer }

  public func begin(_ sound: Sound, _ request: TranscriptionRequest) throws -> any TranscriptionWork {
    // What is longer than a window is cut where something ends, by the times.
    let isLong = recognizer.writesTimes && sound.seconds > Double(recognizer.windowSeconds)
    var settings = TranscriptionSettings(
      language: request.language, task: request.task, hasTimestamps: request.hasTimes || isLong)
    settings.fallback = request.temperature == nil ? SpeechFallback() : nil
    settings.generation.temperature = request.temperature ?? 0
    return RecognizerWork(try refusingInputs { try recognizer.run(sound, settings) })
  }
}

/// A sound that a recognizer writes down.
private final class RecognizerWork: TranscriptionWork {
  private var run: TranscriptionRun
  private var transcript = Transcript(text: "", segments: [], language: nil)

  init(_ run: TranscriptionRun) { self.run = run }

  func step() throws -> Transcript? {
    switch try refusingInputs({ try run.step() }) {
    case .goesOn: return nil
    case .segments(let segments):
      transcript.segments += segments
      transcript.text += segments.map(\.text).joined()
      return nil
    case .end:
      transcript.language = run.language
      return transcript
    }
  }
}
