import WeftModels
import WeftText

/// A `GenerationBatch` under the server's names.
final class GeneratorSession: GenerationSession {
  typealias Adding = (GenerationBatch, _ prompt: [Int], GenerationSettings) throws -> Int
  private let batch: GenerationBatch
  private let tokenizer: Tokenizer
  private let adding: Adding

  /// - Parameter adding: Adds a sequence to the batch.
  init(_ batch: GenerationBatch, _ tokenizer: Tokenizer, adding: @escaping Adding) {
    (self.batch, self.tokenizer, self.adding) = (batch, tokenizer, adding)
  }

  func add(_ prompt: [Int], _ request: GenerationRequest) throws -> Int {
    let sequence = try refusingInputs { try adding(batch, prompt, Self.settings(request)) }
    if request.topLogProbabilities != nil { scoredSequences.insert(sequence) }
    return sequence
  }

  func remove(_ sequence: Int) {
    batch.remove(sequence)
    scoredSequences.remove(sequence)
  }

  /// The sequences whose clients want to know of probabilities; others need no text of each token.
  private var scoredSequences: Set<Int> = []

  func step() throws -> [GeneratedPiece] {
    try batch.step().map { token in
      let isScored = scoredSequences.contains(token.sequence)
      if token.finish != nil { scoredSequences.remove(token.sequence) }
      return GeneratedPiece(
        sequence: token.sequence,
        token: isScored
          ? scored(token.token, token.logProbability)
          : ScoredToken(token: token.token, text: "", logProbability: token.logProbability), text: token.text,
        alternatives: token.topLogProbabilities.map { scored($0.token, $0.logProbability) },
        finish: token.finish.map { $0 == .stop ? .stop : .length })
    }
  }

  private func scored(_ token: Int, _ logProbability: Float) -> ScoredToken {
    let text = (try? tokenizer.decode([token], skipsSpecialTokens: false)) ?? ""
    return ScoredToken(token: token, text: text, logProbability: logProbability)
  }

  private static func settings(_ request: GenerationRequest) -> GenerationSettings {
    var settings = GenerationSettings(
      maxTokens: request.maximumTokens, temperature: request.temperature, seed: request.seed)
    settings.topK = request.topK > 0 ? request.topK : nil
    // None of the probability: the likeliest token alone.
    if request.topP <= 0 || request.typicalP <= 0 { settings.topK = 1 }
    settings.topP = request.topP > 0 && request.topP < 1 ? request.topP : nil
    settings.minP = request.minP > 0 ? request.minP : nil
    settings.typicalP = request.typicalP > 0 && request.typicalP < 1 ? request.typicalP : nil
    settings.repetitionPenalty = request.repetitionPenalty
    settings.presencePenalty = request.presencePenalty
    settings.frequencyPenalty = request.frequencyPenalty
    settings.logitBias = request.logitBias.mapValues { Double($0) }
    settings.stopStrings = request.stop
    settings.ignoresEnd = request.ignoresEnd
    settings.topLogProbabilities = request.topLogProbabilities ?? 0
    return settings
  }
}
