/// Keys and values of texts that have ended, for others that begin alike: the turns of a conversation, or requests with
/// one long instruction before them.
package struct PromptCache {
  private struct Entry {
    let tokens: [Int]
    let cache: SequenceCache
  }

  /// The bytes that may be kept; 0 for none.
  private let limit: Int
  /// The texts, the one used last at the end.
  private var entries: [Entry] = []
  /// Beginnings shorter than this are read again.
  private static let least = 16
  /// How many texts are kept, as each prompt is compared with all: those of a small model would be thousands.
  private static let most = 256

  package init(limit: Int) { self.limit = limit }

  /// How many texts are kept.
  package var count: Int { entries.count }

  /// Keeps a text that has ended.
  ///
  /// - Parameter tokens: Those whose keys and values the cache holds, or more.
  package mutating func keep(_ tokens: [Int], _ cache: SequenceCache) {
    // What follows a source follows no other.
    guard cache.source.isEmpty, cache.count >= Self.least, cache.byteCount <= limit, !cache.isBroken else { return }
    let known = Array(tokens.prefix(cache.count))
    // A text that goes on from another takes its place.
    entries.removeAll { known.starts(with: $0.tokens) }
    entries.append(Entry(tokens: known, cache: cache))
    while entries.count > Self.most || entries.reduce(0, { $0 + $1.cache.byteCount }) > limit { entries.removeFirst() }
  }

  /// A cache that holds as much of a prompt as is known, but not its last token, whose logits are wanted; nil where
  /// nothing is.
  package mutating func beginning(of prompt: [Int]) -> SequenceCache? {
    let most = prompt.count - 1
    let lengths = entries.map { min(zip($0.tokens, prompt).prefix { $0 == $1 }.count, most) }
    guard let best = lengths.indices.max(by: { lengths[$0] < lengths[$1] }), lengths[best] >= Self.least else {
      return nil
    }
    let entry = entries.remove(at: best)
    entries.append(entry)
    return entry.cache.copy(of: lengths[best], room: prompt.count)
  }
}
