/// How a text is continued: how the next token is chosen, and when to stop.
///
/// ```swift
/// var settings = GenerationSettings(maxTokens: 200, temperature: 0.7)
/// settings.topP = 0.9
/// settings.seed = 7
/// ```
/// What changes or narrows the choice works in this order: repetition penalty, presence and frequency penalties, bias,
/// rules, temperature, `topK`, `topP`, `minP`, `typicalP`; from temperature on in the order of transformers.
public struct GenerationSettings: Hashable, Sendable {
  /// The most tokens to write; nil for as many as the model's context holds.
  public var maxTokens: Int?
  /// What logits are divided by before a token is drawn: 0, the default, takes the likeliest token each time.
  public var temperature: Double
  /// Draws among the likeliest tokens only, so many.
  public var topK: Int?
  /// Draws among the likeliest tokens only, as few as together have this probability.
  public var topP: Double?
  /// Draws among tokens only that have this share of the likeliest one's probability.
  public var minP: Double?
  /// Draws among the tokens only whose surprise is nearest to the expected one, as few as together have this
  /// probability (Meister et al., "Locally Typical Sampling", 2022).
  public var typicalP: Double?
  /// What the logits of tokens of the prompt and the text are divided by (multiplied where negative); 1 for nothing
  /// (Keskar et al., "CTRL", 2019).
  public var repetitionPenalty = 1.0
  /// What is taken from the logits of tokens that were written.
  public var presencePenalty = 0.0
  /// What is taken from the logits of tokens for each time that they were written.
  public var frequencyPenalty = 0.0
  /// What is added to the logits of tokens.
  public var logitBias: [Int: Double] = [:]
  /// Texts that end the generation. They are not given, whether they come in one token or several.
  public var stopStrings: [String] = []
  /// Which tokens may come where, whatever the model thinks of them; beside the model's own rules.
  public var rules = TokenRules()
  /// Tokens that end the generation, beside the model's own.
  public var stopTokens: Set<Int> = []
  /// Whether the model's own end tokens are tokens like any others.
  public var ignoresEnd = false
  /// What random choices follow from: the same seed gives the same text. Nil for a new one each time.
  public var seed: UInt64?
  /// Of how many of the likeliest tokens the log-probabilities are given at each step.
  public var topLogProbabilities = 0
  /// Whether special tokens are left out of the text.
  public var skipsSpecialTokens = true
  /// Whether tokens' log-probabilities are those among the tokens that rules, penalties and bias leave, as transformers
  /// counts them.
  var tellsRuledProbability = false

  /// - Parameters:
  ///   - maxTokens: The most tokens to write; nil for as many as the model's context holds.
  ///   - temperature: 0 takes the likeliest token each time.
  public init(maxTokens: Int? = 256, temperature: Double = 0, seed: UInt64? = nil) {
    (self.maxTokens, self.temperature, self.seed) = (maxTokens, temperature, seed)
  }
}

extension GenerationSettings {
  /// Whether the likeliest token is taken as the model has it, so that nothing but its place is asked for.
  var isPlainlyGreedy: Bool {
    temperature == 0 && repetitionPenalty == 1 && presencePenalty == 0 && frequencyPenalty == 0 && logitBias.isEmpty
      && rules.isEmpty
  }

  /// The most of the likeliest tokens whose log-probabilities are given.
  static let mostLogProbabilities = 100

  /// - Throws: `ModelError` for a setting out of its range.
  public func check(vocabularySize: Int) throws(ModelError) {
    func require(_ holds: Bool, _ name: String, _ expected: String, _ found: String) throws(ModelError) {
      if !holds { throw ModelError(.input, path: name, expected: expected, found: found) }
    }
    try require(maxTokens ?? 1 >= 1, "maxTokens", "at least 1", "\(maxTokens ?? 1)")
    try require(
      temperature >= 0 && temperature.isFinite, "temperature", "a finite number from 0", "\(temperature)")
    try require(topK ?? 1 >= 1, "topK", "at least 1", "\(topK ?? 1)")
    for (name, value) in [("topP", topP), ("typicalP", typicalP)] {
      guard let value else { continue }
      try require(value > 0 && value <= 1, name, "a number above 0 and up to 1", "\(value)")
    }
    if let minP { try require(0...1 ~= minP, "minP", "a number from 0 to 1", "\(minP)") }
    try require(
      repetitionPenalty > 0 && repetitionPenalty.isFinite, "repetitionPenalty", "a finite number above 0",
      "\(repetitionPenalty)")
    for (name, value) in [("presencePenalty", presencePenalty), ("frequencyPenalty", frequencyPenalty)] {
      try require(value.isFinite, name, "a finite number", "\(value)")
    }
    let most = Self.mostLogProbabilities
    try require(0...most ~= topLogProbabilities, "topLogProbabilities", "0 to \(most)", "\(topLogProbabilities)")
    for (token, bias) in logitBias {
      try require(
        0..<vocabularySize ~= token, "logitBias", "tokens in 0 ..< \(vocabularySize)", "\(token)")
      try require(!bias.isNaN, "logitBias", "numbers", "\(bias) for token \(token)")
    }
    if let wrong = rules.tokens.first(where: { !(0..<vocabularySize ~= $0) }) {
      try require(false, "rules", "tokens in 0 ..< \(vocabularySize)", "\(wrong)")
    }
    let row = rules.unrepeated ?? 1
    try require(row >= 1, "rules.unrepeated", "at least 1", "\(row)")
    try require(!stopStrings.contains(""), "stopStrings", "texts that are not empty", "an empty one")
  }
}
