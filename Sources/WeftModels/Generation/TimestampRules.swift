#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How times stand in the text of a sound, as Whisper writes them (Radford et al., 2022): each part between two of them,
/// rising, and a time wherever the times together are likelier than any word.
struct TimestampRules: Hashable, Sendable {
  /// The token of the time 0; all from there on are times.
  let first: Int
  /// The token that ends a text; those before it are words.
  let end: Int
  /// The token that says that there are no times.
  let none: Int
  /// The latest time that a text may begin with, counted in tokens; nil for any.
  let latestStart: Int?

  /// - Parameter written: The tokens of the text so far.
  func apply(to scores: inout [Float], written: [Int]) {
    func hide(_ range: Range<Int>) {
      for token in range.clamped(to: scores.indices) { scores[token] = -Float.infinity }
    }
    hide(none..<none + 1)
    let isBehindTime = (written.last ?? 0) >= first
    let isBehindPair = written.count < 2 || written[written.count - 2] >= first
    if isBehindTime { hide(isBehindPair ? first..<scores.count : 0..<end) }
    if let last = written.last(where: { $0 >= first }) {
      // The same time may come again where one part ends and the next begins.
      hide(first..<max(last + (isBehindTime && !isBehindPair ? 0 : 1), first))
    }
    if written.isEmpty {
      hide(0..<first)
      if let latestStart { hide(min(first + latestStart + 1, scores.count)..<scores.count) }
    }
    if prefersTime(scores) { hide(0..<first) }
  }

  /// Whether the times together are likelier than the likeliest word.
  private func prefersTime(_ scores: [Float]) -> Bool {
    guard scores.indices.contains(first) else { return false }
    let times = scores[first...]
    guard let largest = times.max(), largest > -Float.infinity else { return false }
    let sum = times.reduce(0.0) { $0 + exp(Double($1 - largest)) }
    return Double(largest) + log(sum) > Double(scores[..<first].max() ?? -Float.infinity)
  }
}
