#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
import WeftTensor

/// Chooses the next token of one sequence from the model's logits, as its settings ask.
package struct TokenChooser {
  private let settings: GenerationSettings
  private var generator: RandomGenerator
  /// The tokens of prompt and text, for the repetition penalty.
  private var seen: Set<Int>
  /// The end of the prompt, as far as rules look.
  private let context: ArraySlice<Int>
  /// How often each token was written.
  private var counts: [Int: Int] = [:]
  /// The tokens that were written, where rules ask.
  private var written: [Int] = []
  /// The log-probability of the last token among those that were left, where that is to be told and differs.
  private(set) var ruledLogProbability: Float?

  package init(_ settings: GenerationSettings, prompt: [Int]) {
    self.settings = settings
    generator = RandomGenerator(seed: settings.seed ?? UInt64.random(in: 0...UInt64.max))
    seen = settings.repetitionPenalty == 1 ? [] : Set(prompt)
    context = prompt.suffix(settings.rules.reach)
  }

  /// The next token.
  ///
  /// - Parameters:
  ///   - logits: One for each token.
  ///   - likeliest: The place of the largest.
  package mutating func choose(_ logits: UnsafeBufferPointer<Float>, likeliest: Int) -> Int {
    let token = settings.isPlainlyGreedy ? likeliest : drawn(logits)
    if settings.repetitionPenalty != 1 { seen.insert(token) }
    counts[token, default: 0] += 1
    if !settings.rules.isEmpty { written.append(token) }
    return token
  }

  /// The logits with penalties, bias and rules.
  package func scores(_ logits: UnsafeBufferPointer<Float>) -> [Float] {
    var scores = Array(logits)
    adjust(&scores)
    return scores
  }

  private mutating func drawn(_ logits: UnsafeBufferPointer<Float>) -> Int {
    let scores = scores(logits)
    let token = drawn(adjusted: scores)
    if settings.tellsRuledProbability { ruledLogProbability = scores[token] - Self.logSumExp(scores) }
    return token
  }

  private mutating func drawn(adjusted scores: [Float]) -> Int {
    guard settings.temperature > 0 else { return scores.indices.max { scores[$0] < scores[$1] } ?? 0 }
    let choice = TokenChoice(scores, settings)
    return choice.drawn(Double(generator.next() >> 11) * 0x1p-53)
  }

  private static func logSumExp(_ scores: [Float]) -> Float {
    let largest = scores.reduce(-Float.infinity, max)
    return largest + Float(log(scores.reduce(0.0) { $0 + exp(Double($1 - largest)) }))
  }

  /// Penalties and bias, of the few tokens that have them, and rules.
  private func adjust(_ scores: inout [Float]) {
    let penalty = Float(settings.repetitionPenalty)
    for token in seen where scores.indices.contains(token) {
      scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty
    }
    if settings.presencePenalty != 0 || settings.frequencyPenalty != 0 {
      for (token, count) in counts {
        scores[token] -= Float(settings.presencePenalty + settings.frequencyPenalty * Double(count))
      }
    }
    for (token, bias) in settings.logitBias { scores[token] += Float(bias) }
    settings.rules.apply(to: &scores, prompt: context, written: written)
  }
}

/// The tokens that a draw is among, with their weights.
package struct TokenChoice {
  /// A token and what it weighs: its probability, times a number common to all.
  package struct Candidate: Hashable {
    package let token: Int
    package var weight: Double
  }

  /// Those that are left.
  package private(set) var candidates: [Candidate] = []

  /// Narrows the choice as the settings ask.
  ///
  /// - Parameter scores: One for each token, penalties and bias in them.
  package init(_ scores: [Float], _ settings: GenerationSettings) {
    let largest = scores.reduce(-Float.infinity) { $1 > $0 ? $1 : $0 }
    guard largest.isFinite else {
      // Where scores are not finite: the largest, or the first.
      candidates = [Candidate(token: scores.firstIndex(of: largest) ?? 0, weight: 1)]
      return
    }
    let least = settings.topK.map { Self.least(of: $0, in: scores) } ?? -Float.infinity
    // The smallest temperatures have no inverse.
    let scale = min(1 / settings.temperature, 1e30)
    candidates.reserveCapacity(min(settings.topK ?? scores.count, scores.count))
    for (token, score) in scores.enumerated() where score >= least && score > -Float.infinity {
      candidates.append(Candidate(token: token, weight: exp(Double(score - largest) * scale)))
    }
    if let share = settings.topP { keepNucleus(share) }
    if let share = settings.minP { candidates.removeAll { $0.weight < share } }
    if let share = settings.typicalP { keepTypical(share) }
  }

  /// The score of the `count`-th largest.
  private static func least(of count: Int, in scores: [Float]) -> Float {
    guard count < scores.count else { return -Float.infinity }
    // The largest so far, the least of them first.
    var heap = Array(scores[..<count])
    for place in stride(from: count / 2 - 1, through: 0, by: -1) { sink(&heap, place) }
    for place in count..<scores.count where scores[place] > heap[0] {
      heap[0] = scores[place]
      sink(&heap, 0)
    }
    return heap[0]
  }

  private static func sink(_ heap: inout [Float], _ start: Int) {
    var place = start
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { return }
      if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
      guard heap[child] < heap[place] else { return }
      heap.swapAt(place, child)
      place = child
    }
  }

  /// As few of the likeliest as have this share of the whole weight.
  private mutating func keepNucleus(_ share: Double) {
    if share >= 1 { return }
    let wanted = share * candidates.reduce(0) { $0 + $1.weight }
    // The few that carry the weight are sorted alone; all of them where these do not reach.
    for floor in [1e-4, 0] {
      var sorted = candidates.filter { $0.weight > floor }
      sorted.sort { ($0.weight, $1.token) > ($1.weight, $0.token) }
      var (sum, count) = (0.0, 0)
      while count < sorted.count, sum < wanted {
        sum += sorted[count].weight
        count += 1
      }
      guard sum >= wanted || floor == 0 else { continue }
      candidates = Array(sorted[..<max(count, 1)])
      return
    }
  }

  /// As few of those whose surprise is nearest to the expected one as have this share of the whole weight.
  private mutating func keepTypical(_ share: Double) {
    let total = candidates.reduce(0) { $0 + $1.weight }
    let expected = candidates.reduce(0) { sum, next in
      next.weight > 0 ? sum - next.weight / total * log(next.weight / total) : sum
    }
    var byDistance = candidates.map { (distance: abs(-log($0.weight / total) - expected), candidate: $0) }
    byDistance.sort { ($0.distance, $0.candidate.token) < ($1.distance, $1.candidate.token) }
    var (sum, count) = (0.0, 0)
    while count < byDistance.count, sum < share * total {
      sum += byDistance[count].candidate.weight
      count += 1
    }
    candidates = byDistance[..<max(min(count, byDistance.count), min(1, byDistance.count))].map(\.candidate)
  }

  /// The candidate at a place of the line from 0 to 1 on which each takes as much as it weighs.
  package func drawn(_ place: Double) -> Int {
    var rest = place * candidates.reduce(0) { $0 + $1.weight }
    for candidate in candidates {
      rest -= candidate.weight
      if rest < 0 { return candidate.token }
    }
    return candidates.last { $0.weight > 0 }?.token ?? 0
  }
}
