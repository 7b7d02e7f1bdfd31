import ArgumentParser
import WeftModels

/// What `generate` and `chat` have in common: how the next token is chosen, and when to stop.
struct GenerationOptions: ParsableArguments {
  @Option(help: "The most tokens to write; 0 for as many as the model's context holds.")
  var maxTokens = 512
  @Option(help: "0 takes the likeliest token each time; higher draws more freely.")
  var temperature = 0.0
  @Option(help: "Draw among the likeliest tokens only, so many.")
  var topK: Int?
  @Option(help: "Draw among the likeliest tokens only, as few as together have this probability.")
  var topP: Double?
  @Option(help: "Draw among tokens only that have this share of the likeliest one's probability.")
  var minP: Double?
  @Option(
    help: "Draw among the tokens only that surprise about as much as is expected, as few as have this probability.")
  var typicalP: Double?
  @Option(help: "What the logits of tokens that came before are divided by.")
  var repetitionPenalty = 1.0
  @Option(help: "What is taken from the logits of tokens that were written.")
  var presencePenalty = 0.0
  @Option(help: "What is taken from the logits of tokens for each time that they were written.")
  var frequencyPenalty = 0.0
  @Option(
    name: .customLong("logit-bias"),
    help: "What is added to a token's logits, as TOKEN=NUMBER, such as 42=-100; may be given several times.")
  var logitBiases: [String] = []
  @Option(help: "A text that ends the answer and is not shown; may be given several times.")
  var stop: [String] = []
  @Option(help: "The same seed gives the same text.")
  var seed: UInt64?
  @Flag(help: "Write on where the model would end, up to --max-tokens.")
  var ignoreEnd = false
  @Flag(help: "Say on standard error how many tokens were read and written, and how fast.")
  var stats = false

  func validate() throws {
    let checks: [(isFit: Bool, words: String)] = [
      (maxTokens >= 0, "--max-tokens takes a number from 1, or 0 for as many as there is room for."),
      (temperature >= 0 && temperature.isFinite, "--temperature takes a number from 0."),
      ((topK ?? 1) >= 1, "--top-k takes a number from 1."),
      ((topP ?? 1) > 0 && (topP ?? 1) <= 1, "--top-p takes a number above 0, at most 1."),
      ((0...1).contains(minP ?? 0), "--min-p takes a number of 0 to 1."),
      ((typicalP ?? 1) > 0 && (typicalP ?? 1) <= 1, "--typical-p takes a number above 0, at most 1."),
      (presencePenalty.isFinite, "--presence-penalty takes a finite number."),
      (frequencyPenalty.isFinite, "--frequency-penalty takes a finite number."),
      (logitBiases.allSatisfy { Self.bias($0) != nil }, "--logit-bias takes TOKEN=NUMBER, such as 42=-100."),
      (repetitionPenalty > 0 && repetitionPenalty.isFinite, "--repetition-penalty takes a number above 0."),
      (!stop.contains(""), "--stop takes a text that is not empty."),
    ]
    for check in checks where !check.isFit { throw ValidationError(check.words) }
  }

  /// A token's number and what is added to its logits; nil for a text that says neither.
  private static func bias(_ text: String) -> (Int, Double)? {
    let parts = text.split(separator: "=", omittingEmptySubsequences: false)
    guard parts.count == 2, let token = Int(parts[0]), token >= 0, let bias = Double(parts[1]), !bias.isNaN else {
      return nil
    }
    return (token, bias)
  }

  var settings: GenerationSettings {
    var settings = GenerationSettings(
      maxTokens: maxTokens == 0 ? nil : maxTokens, temperature: temperature, seed: seed)
    (settings.topK, settings.topP, settings.minP) = (topK, topP, minP)
    settings.typicalP = typicalP
    (settings.repetitionPenalty, settings.stopStrings) = (repetitionPenalty, stop)
    (settings.presencePenalty, settings.frequencyPenalty) = (presencePenalty, frequencyPenalty)
    settings.logitBias = Dictionary(logitBiases.compactMap { Self.bias($0) }, uniquingKeysWith: { $1 })
    settings.ignoresEnd = ignoreEnd
    return settings
  }
}
