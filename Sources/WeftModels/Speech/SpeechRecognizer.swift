import Foundation
import WeftData
import WeftIO
import WeftTensor
import WeftText

/// A model that writes down what is said: Whisper, opened from a folder, asked in a line.
///
/// ```swift
/// let recognizer = try SpeechRecognizer(from: "models/whisper-tiny")
/// print(try recognizer.transcribe(wav: "hello.wav"))
/// ```
/// Sounds of any rate and any number of channels are taken, and of any length: longer ones are heard window by window,
/// of 30 seconds as a rule. A value that any number of tasks may ask at once, as long as nobody changes its `model`
/// meanwhile; it computes on the thread that asks, or for a `stream` on one of its own.
public struct SpeechRecognizer: @unchecked Sendable {
  // Unchecked: the model is read alone, which any number of threads may do (see `Module`).

  /// What hears and writes; a module that may be trained.
  public var model: SequenceToSequenceModel { core.model }
  private let core: SpeechCore

  /// Opens a folder.
  ///
  /// - Parameters:
  ///   - path: The folder, with `config.json`, weights and a tokenizer.
  ///   - dtype: The type of the weights; nil for the one that most of the file has.
  ///   - limits: How much the files may ask for.
  /// - Throws: `ModelError` for a folder that is incomplete, of a kind that is not known, or whose parts do not fit;
  ///   `DataFileError` and `TokenizerError` for files that are damaged.
  public init(from path: String, as dtype: DType? = .float32, limits: LoadLimits = LoadLimits()) throws {
    try self.init(from: ModelFolder(path, limits: limits), as: dtype)
  }

  /// The same of a folder that is open.
  public init(from folder: ModelFolder, as dtype: DType? = .float32) throws {
    core = try SpeechCore(folder, dtype)
  }

  /// Whether a path is a folder whose model writes down what is said.
  public static func canOpen(_ path: String) -> Bool {
    guard let folder = try? ModelFolder(path) else { return false }
    return (try? SequenceFamily(folder.configuration)) == .whisper
      && (try? SpeechCore.writes(folder.configuration)) == true
  }

  /// The model's tokenizer.
  public var tokenizer: Tokenizer { core.writer.tokenizer }
  /// The languages that the model can be told to hear, as `en`; none where it knows one alone.
  public var languages: [String] { core.tokens.languages.keys.sorted() }
  /// How many seconds the model hears at a time.
  public var windowSeconds: Int { core.mel.options.seconds }
  /// Whether the model can write where parts of what is said begin and end.
  public var writesTimes: Bool { core.tokens.noTimestamps != nil }
  /// The rate that sounds are brought to.
  public var sampleRate: Int { core.mel.options.sampleRate }

  /// What the model hears: the logarithms of how much of each band of tones a sound has, piece by piece, as
  /// transformers' `WhisperFeatureExtractor` computes them. A sound that is shorter than a window is followed by silence.
  ///
  /// Shape: [bands, pieces], of float32.
  ///
  /// - Throws: `ModelError` for a sound that becomes too long at the model's rate.
  public func features(of sound: Sound) throws(ModelError) -> Tensor { try core.features(of: sound) }
}

// Asking.
extension SpeechRecognizer {
  /// What is said in a sound.
  ///
  /// - Throws: `ModelError` for settings that cannot be or a language that the model does not know, `TokenizerError`,
  ///   `TensorError`.
  public func transcribe(
    _ sound: Sound, _ settings: TranscriptionSettings = TranscriptionSettings()
  ) throws -> Transcript {
    try transcribe(sound, settings) { _ in }
  }

  /// A sound that is to be written down step by step.
  ///
  /// - Throws: As `transcribe(_:_:)`.
  package func run(_ sound: Sound, _ settings: TranscriptionSettings) throws -> TranscriptionRun {
    try TranscriptionRun(core, sound, settings)
  }

  /// What is said in a WAV file.
  ///
  /// - Throws: As `transcribe(_:_:)`; `DataFileError` for a file that cannot be read.
  public func transcribe(
    wav path: String, _ settings: TranscriptionSettings = TranscriptionSettings()
  ) throws -> Transcript {
    try transcribe(Sound(wav: path), settings)
  }

  /// The same; parts are given as they are written.
  ///
  /// - Parameter onSegment: Is given each part. What it throws ends the work.
  /// - Throws: As `transcribe(_:_:)`.
  public func transcribe(
    _ sound: Sound, _ settings: TranscriptionSettings = TranscriptionSettings(),
    onSegment: (TranscriptSegment) throws -> Void
  ) throws -> Transcript {
    var run = try TranscriptionRun(core, sound, settings)
    var transcript = Transcript(text: "", segments: [], language: nil)
    while let segments = try run.next() {
      for segment in segments {
        transcript.segments.append(segment)
        transcript.text += segment.text
        try onSegment(segment)
      }
    }
    transcript.language = run.language
    return transcript
  }

  /// What is said in a sound, part by part as it is written, on a thread of its own. A task that is cancelled, or that
  /// lets go of the iterator, ends it behind the window that it is at.
  public func stream(
    _ sound: Sound, _ settings: TranscriptionSettings = TranscriptionSettings()
  ) -> AsyncThrowingStream<TranscriptSegment, any Error> {
    AsyncThrowingStream { continuation in
      let thread = Thread {
        do {
          _ = try transcribe(sound, settings) { segment in
            if case .terminated = continuation.yield(segment) { throw CancellationError() }
          }
          continuation.finish()
        } catch { continuation.finish(throwing: error) }
      }
      thread.name = "weft-transcribe"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }
}
