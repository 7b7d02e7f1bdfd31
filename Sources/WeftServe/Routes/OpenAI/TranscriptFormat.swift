import Foundation
import WeftModels

/// What is known of a sound that was written down.
struct TranscriptAnswer {
  let transcript: Transcript
  let seconds: Double
  let task: SpeechTask
}

/// The forms in which transcripts are sent, by their names in OpenAI's interface.
enum TranscriptFormat: String, CaseIterable {
  case json, text, srt, vtt
  case verboseJSON = "verbose_json"

  /// Whether it says where parts begin and end.
  var hasTimes: Bool { self != .json && self != .text }

  func answer(_ answer: TranscriptAnswer) -> Answer {
    let text = answer.transcript.text.trimmingCharacters(in: .whitespacesAndNewlines)
    switch self {
    case .json: return .json(["text": .text(text), "usage": Self.usage(answer.seconds)])
    case .text: return .text(text + "\n", type: "text/plain; charset=utf-8")
    case .verboseJSON: return .json(Self.verbose(answer, text))
    case .srt: return .text(Self.cues(answer.transcript, mark: ","), type: "application/x-subrip; charset=utf-8")
    case .vtt:
      return .text("WEBVTT\n\n" + Self.cues(answer.transcript, mark: "."), type: "text/vtt; charset=utf-8")
    }
  }

  private static func usage(_ seconds: Double) -> JSON {
    ["type": "duration", "seconds": .integer(Int(seconds.rounded(.up)))]
  }

  private static func verbose(_ answer: TranscriptAnswer, _ text: String) -> JSON {
    let segments = answer.transcript.segments.enumerated().map { place, segment -> JSON in
      [
        "id": .integer(place), "seek": .integer(Int(segment.start * 100)), "start": .number(segment.start),
        "end": .number(segment.end), "text": .text(segment.text), "tokens": .list(segment.tokens.map { .integer($0) }),
        "temperature": .number(segment.temperature), "avg_logprob": .number(segment.logProbability),
        "compression_ratio": .number(segment.compression), "no_speech_prob": .number(segment.silence),
      ]
    }
    return [
      "task": .text(answer.task.rawValue), "language": .text(answer.transcript.languageName ?? "english"),
      "duration": .number(answer.seconds), "text": .text(text), "segments": .list(segments),
      "usage": usage(answer.seconds),
    ]
  }

  /// The parts as subtitles; SubRip's have numbers as well.
  private static func cues(_ transcript: Transcript, mark: String) -> String {
    transcript.segments.enumerated().map { place, segment in
      let number = mark == "," ? "\(place + 1)\n" : ""
      let text = segment.text.trimmingCharacters(in: .whitespacesAndNewlines)
      return "\(number)\(time(segment.start, mark)) --> \(time(segment.end, mark))\n\(text)\n\n"
    }.joined()
  }

  private static func time(_ seconds: Double, _ mark: String) -> String {
    let all = Int((seconds * 1000).rounded())
    let (hours, minutes) = (all / 3_600_000, all / 60_000 % 60)
    return String(format: "%02d:%02d:%02d\(mark)%03d", hours, minutes, all / 1000 % 60, all % 1000)
  }
}
