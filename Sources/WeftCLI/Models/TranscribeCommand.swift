import ArgumentParser
import Foundation
import Weft
import WeftModels

struct TranscribeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transcribe",
    abstract: "Write down what is said in sounds, by a Whisper model of a Hugging Face folder.",
    discussion: """
      Sounds are WAV files of any rate and length. With --timestamps each part is a line, behind the seconds where it \
      begins and ends. With several files, a file's name stands before its text.
      """)

  @Argument(help: "The folder, with config.json, weights and a tokenizer.")
  var folder: String
  @Argument(help: "The WAV files.")
  var sounds: [String]
  @Option(help: "The language that is spoken, such as en or english; left out, the one that the model hears.")
  var language: String?
  @Flag(help: "Write it in English, whatever is spoken.")
  var translate = false
  @Flag(help: "Write where each part begins and ends.")
  var timestamps = false
  @Option(help: "The most tokens of a window of 30 seconds; 0 for as many as the model has room for.")
  var maxTokens = 0
  @Option(
    help: """
      0 takes the likeliest token each time; higher draws more freely. Left out, a window whose text is poor is written \
      anew, ever more freely, and one in which nobody speaks is left out.
      """)
  var temperature: Double?
  @Option(help: "The same seed gives the same text.")
  var seed: UInt64?
  @OptionGroup var weights: WeightOption

  func validate() throws {
    guard maxTokens >= 0 else { throw ValidationError("--max-tokens takes a number from 0.") }
    guard (temperature ?? 0) >= 0, (temperature ?? 0).isFinite else {
      throw ValidationError("--temperature takes a number from 0.")
    }
  }

  func run() throws {
    let recognizer = try SpeechRecognizer(from: folder)
    try weights.quantize(recognizer.model, of: folder)
    var settings = TranscriptionSettings(
      language: language, task: translate ? .translate : nil, hasTimestamps: timestamps)
    settings.generation = GenerationSettings(
      maxTokens: maxTokens == 0 ? nil : maxTokens, temperature: temperature ?? 0, seed: seed)
    settings.fallback = temperature == nil ? SpeechFallback() : nil
    for path in sounds {
      if sounds.count > 1 { try StandardOutput.write("\(shown(path)):\n") }
      let sound = try Sound(wav: path)
      _ = try recognizer.transcribe(sound, settings) { try StandardOutput.write(written($0)) }
      if !timestamps { try StandardOutput.write("\n") }
    }
  }

  private func written(_ segment: TranscriptSegment) -> String {
    guard timestamps else { return segment.text }
    let times = String(format: "%8.2f %8.2f ", segment.start, segment.end)
    return times + segment.text.trimmingCharacters(in: .whitespacesAndNewlines) + "\n"
  }
}
