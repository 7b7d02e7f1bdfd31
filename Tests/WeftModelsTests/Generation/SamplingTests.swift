import Foundation
import Testing
import Weft
import WeftModels

/// What is left to choose from, against transformers' processors (Goldens/make_sampling.py), and how it is chosen.
@Suite struct SamplingTests {
  private struct Golden: Decodable {
    struct Settings: Decodable {
      let temperature: Double
      let topK, unrepeated: Int?
      let seen: [Int]?
      let topP, minP, typicalP, repetitionPenalty: Double?
    }
    struct Case: Decodable {
      let settings: Settings
      let left: [String: Double]
    }
    let logits: [Float]
    let seen: [Int]
    let cases: [Case]
  }

  private func settings(_ stated: Golden.Settings) -> GenerationSettings {
    var settings = GenerationSettings(temperature: stated.temperature, seed: 1)
    (settings.topK, settings.topP, settings.minP) = (stated.topK, stated.topP, stated.minP)
    (settings.typicalP, settings.repetitionPenalty) = (stated.typicalP, stated.repetitionPenalty ?? 1)
    settings.rules.unrepeated = stated.unrepeated
    return settings
  }

  @Test func whatIsLeftIsWhatTransformersLeaves() throws {
    let data = try #require(FileManager.default.contents(atPath: DecoderGolden.path + "/sampling.json"))
    let golden = try JSONDecoder().decode(Golden.self, from: data)
    #expect(golden.cases.count == 55)
    for (index, expected) in golden.cases.enumerated() {
      let settings = settings(expected.settings)
      let chooser = TokenChooser(settings, prompt: expected.settings.seen ?? golden.seen)
      let scores = golden.logits.withUnsafeBufferPointer { chooser.scores($0) }
      let left = TokenChoice(scores, settings).candidates
      let total = left.reduce(0) { $0 + $1.weight }
      #expect(Set(left.map { "\($0.token)" }) == Set(expected.left.keys), "case \(index)")
      for candidate in left {
        let probability = try #require(expected.left["\(candidate.token)"])
        #expect(abs(candidate.weight / total - probability) < 1e-6, "case \(index), token \(candidate.token)")
      }
    }
  }

  /// Draws come as often as they are likely: within four deviations.
  @Test func drawsFollowTheProbabilities() throws {
    let logits: [Float] = [0, 1, 2, -1, -.infinity, 0.5]
    let settings = GenerationSettings(temperature: 1, seed: 11)
    var chooser = TokenChooser(settings, prompt: [])
    let draws = 20_000
    var counts = [Int](repeating: 0, count: logits.count)
    logits.withUnsafeBufferPointer { row in for _ in 0..<draws { counts[chooser.choose(row, likeliest: 2)] += 1 } }
    let total = logits.reduce(0) { $0 + exp(Double($1)) }
    for (count, logit) in zip(counts, logits) {
      let p = exp(Double(logit)) / total
      #expect(abs(Double(count) - p * Double(draws)) <= 4 * (Double(draws) * p * (1 - p)).squareRoot())
    }
  }

  @Test func penaltiesAndBias() throws {
    var settings = GenerationSettings(temperature: 0)
    settings.presencePenalty = 0.5
    settings.frequencyPenalty = 0.25
    settings.logitBias = [3: 2, 4: -.infinity]
    var chooser = TokenChooser(settings, prompt: [0, 0, 0])
    let logits: [Float] = [1.4, 1.3, 1.2, -0.9, 9]
    let chosen = logits.withUnsafeBufferPointer { row in (0..<5).map { _ in chooser.choose(row, likeliest: 4) } }
    // Each is taken once, then with 0.25 less each time: 1.4, 1.3, 1.2, 1.1 (biased), then 1.4 - 0.75.
    #expect(chosen == [0, 1, 2, 3, 0])
    let scores = logits.withUnsafeBufferPointer { chooser.scores($0) }
    #expect(zip(scores, [0.4, 0.55, 0.45, 0.35]).allSatisfy { abs($0 - $1) < 1e-6 } && scores[4] == -.infinity)
  }

  /// No row comes twice, whether its tokens are the prompt's, the text's or both.
  @Test func rowsDoNotComeAgain() throws {
    var settings = GenerationSettings(temperature: 0)
    settings.rules.unrepeated = 2
    var chooser = TokenChooser(settings, prompt: [2, 0, 1])
    let logits: [Float] = [3, 2, 1]
    let chosen = logits.withUnsafeBufferPointer { row in (0..<7).map { _ in chooser.choose(row, likeliest: 0) } }
    // Of the nine pairs 20 and 01 are in the prompt; at last none is left that begins with what was written.
    #expect(chosen == [0, 0, 2, 1, 1, 2, 2])
    settings.rules.unrepeated = 0
    let error = #expect(throws: ModelError.self) { try settings.check(vocabularySize: 3) }
    #expect(error?.path == "rules.unrepeated")
  }

  /// Tokens in a row are forbidden where they end in the text, wherever they begin.
  @Test func rowsAreForbiddenAcrossPromptAndText() {
    var settings = GenerationSettings(temperature: 0)
    settings.rules.forbidden = [[1, 2, 3], [0, 4]]
    let logits: [Float] = [0, 1, 2, 3, 2.5]
    func written(_ prompt: [Int], _ count: Int) -> [Int] {
      var chooser = TokenChooser(settings, prompt: prompt)
      return logits.withUnsafeBufferPointer { row in (0..<count).map { _ in chooser.choose(row, likeliest: 3) } }
    }
    #expect(written([1, 2], 2) == [4, 3] && written([0, 1, 2], 1) == [4])
    #expect(written([2], 1) == [3] && written([], 1) == [3] && written([1, 2, 0], 1) == [3])
    settings.logitBias = [2: 1.5]
    settings.rules.forbidden.insert([1, 2, 2])
    #expect(written([1], 3) == [2, 4, 2] && written([3], 3) == [2, 2, 2])
  }

  /// More of the likeliest than there are is all of them.
  @Test func asManyAsThereAre() {
    var settings = GenerationSettings(temperature: 1, seed: 1)
    for count in [3, 4, Int.max] {
      settings.topK = count
      #expect(TokenChoice([1, 3, 2], settings).candidates.map(\.token) == [0, 1, 2])
    }
  }

  @Test func theSmallestTemperatureTakesTheLikeliest() {
    var chooser = TokenChooser(GenerationSettings(temperature: .leastNonzeroMagnitude, seed: 1), prompt: [])
    let logits: [Float] = [1, 3, 2]
    #expect(logits.withUnsafeBufferPointer { chooser.choose($0, likeliest: 1) } == 1)
  }

  /// Numbers that are none, or infinite, still give a token.
  @Test func strangeLogits() {
    let settings = GenerationSettings(temperature: 0.5, seed: 3)
    var chooser = TokenChooser(settings, prompt: [])
    for logits: [Float] in [[.nan, .nan], [.infinity, 1], [-.infinity, -.infinity], [1e38, -1e38]] {
      let token = logits.withUnsafeBufferPointer { chooser.choose($0, likeliest: 0) }
      #expect(logits.indices.contains(token))
    }
  }

  @Test func stopStringsAreHeldBack() {
    var stop = StopText(["END", "NDX", "é!"])
    #expect(stop.append("aE") == ("a", false))
    #expect(stop.append("b") == ("Eb", false))
    #expect(stop.append("cEN") == ("c", false))
    #expect(stop.append("DX") == ("", true))
    #expect(stop.append("hé") == ("h", false))
    #expect(stop.append("é!x") == ("é", true))
    #expect(stop.append("EE") == ("E", false))
    #expect(stop.finish() == "E")
    #expect(stop.finish() == "")
    var none = StopText([])
    #expect(none.append("END") == ("END", false))
  }
}
