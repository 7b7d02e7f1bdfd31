import HTTPTypes
import Hummingbird
import NIOCore
import WeftData
import WeftModels

/// `/v1/audio/transcriptions` and `/v1/audio/translations`.
enum AudioRoutes {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/v1/audio/transcriptions", .openAI) { try await answer($0, task: nil) }
    mount.post("/v1/audio/translations", .openAI) { try await answer($0, task: .translate) }
  }

  private static func answer(_ call: Call, task: SpeechTask?) async throws -> Answer {
    let form = try MultipartForm(call.body.readableBytesView, type: call.head.headerFields[.contentType])
    let fields = try TranscriptionFields(form, task: task)
    let (running, loop) = try call.shelf.find(fields.model, \.transcription, "sounds")
    let longest = call.shelf.settings.maximumSoundSeconds
    let sound = try await call.shelf.texts.run(call.flight) { try fields.sound(longest: longest) }
    call.flight.note("model", .text(running.model.name))
    call.flight.note("seconds", .number(sound.seconds))
    let transcript = try await loop.submit(.init(sound, fields.request), call.flight)
    return fields.format.answer(
      TranscriptAnswer(transcript: transcript, seconds: sound.seconds, task: task ?? .transcribe))
  }
}

/// What a form asks for.
struct TranscriptionFields: Sendable {
  let model: String?
  private(set) var request = TranscriptionRequest()
  let format: TranscriptFormat
  private let file: ByteBufferView

  /// - Throws: A `RequestRefusal` for a field that is missing or cannot be met.
  init(_ form: MultipartForm, task: SpeechTask?) throws {
    // A form has no null: a field without a text is one that is not given.
    func field(_ name: String) throws -> Field {
      let text = try form[name].map { try $0.text() }
      return Field(text.flatMap { $0.isEmpty ? nil : .text($0) }, path: name)
    }
    guard let file = form["file"] else { throw Field(nil, path: "file").unfit("a WAV file") }
    self.file = file.bytes
    model = try field("model").given?.text()
    let formats = TranscriptFormat.allCases.map(\.rawValue)
    let name = try field("response_format").given?.text(among: formats)
    format = name.flatMap { TranscriptFormat(rawValue: $0) } ?? .json
    request.language = try field("language").given?.text()
    request.task = task
    request.hasTimes = format.hasTimes
    request.temperature = try Self.temperature(field("temperature"))
    try Self.refuseUnknown(form, hasTimes: format == .verboseJSON, field)
  }

  /// 0 stands for the usual way, as OpenAI's interface has it.
  private static func temperature(_ field: Field) throws -> Double? {
    guard let given = field.given else { return nil }
    guard let number = Double(try given.text()), 0...1 ~= number else { throw given.unfit("a number of 0 to 1") }
    return number == 0 ? nil : number
  }

  /// What would change the answer and is not done is refused, rather than passed over.
  private static func refuseUnknown(
    _ form: MultipartForm, hasTimes: Bool, _ field: (String) throws -> Field
  ) throws {
    for part in form.parts where part.name == "timestamp_granularities[]" {
      guard try part.text() == "segment" else {
        throw Field(.text(try part.text()), path: part.name).unfit("\"segment\", which alone is done here")
      }
      guard hasTimes else {
        throw Field(.text(try part.text()), path: part.name).unfit(
          "nothing where `response_format` is not verbose_json")
      }
    }
    if let stream = try field("stream").given, try stream.text() != "false" {
      throw stream.unfit("\"false\": transcripts come whole here")
    }
    for name in ["prompt", "include[]", "known_speaker_names[]"] {
      if let given = try field(name).given {
        throw given.unfit("nothing: this is not done here")
      }
    }
  }

  /// The sound in the file.
  func sound(longest: Double) throws -> Sound {
    let sound: Sound
    do { sound = try Sound(decoding: FileBytes(name: "file", bytes: Array(file))) } catch {
      throw RequestRefusal(.unfit, "`file`: expected a WAV file: \(error)", field: "file")
    }
    guard sound.seconds <= longest else {
      throw RequestRefusal(
        .unfit, "`file`: expected at most \(longest) seconds of sound, got \(sound.seconds).", field: "file")
    }
    return sound
  }
}
