/// What one thread works with while it encodes a text: kept for the next text, so that nothing is allocated anew. One
/// thread has it, and no method of it or its parts calls back: their properties need no guard against being read while
/// they are written, which would take a third of the time.
final class TokenizerDesk {
  /// The tokens of the stretch that is being worked on.
  @exclusivity(unchecked) var tokens: [ModelToken] = []
  let words = WordCache()
  let merging = MergeSpace()
  @exclusivity(unchecked) var path: [PathNode] = []

  /// The best way to a place in a text, for `Unigram`.
  struct PathNode {
    var score: Double
    var start: Int32
    var id: Int32
  }
}

/// Remembers the tokens of words. When it is full it forgets all and begins again.
final class WordCache {
  private struct Slot {
    var hash: UInt64 = 0
    var key: Int32 = -1
    var keyLength: Int32 = 0
    var tokens: Int32 = 0
    var count: Int32 = 0
  }

  /// Longer words come too seldom.
  static let longest = 64
  private static let size = 1 << 15
  @exclusivity(unchecked) private var slots = [Slot](repeating: Slot(), count: WordCache.size)
  @exclusivity(unchecked) private var used = 0
  @exclusivity(unchecked) private var keys: [UInt8] = []
  @exclusivity(unchecked) private var tokens: [ModelToken] = []

  /// Appends the tokens of a word that is known, and says whether it is.
  @inline(__always)
  func find(_ word: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ result: inout [ModelToken]) -> Bool {
    let slot = slots.withUnsafeBufferPointer { slots -> Int in
      var place = Int(truncatingIfNeeded: hash) & (Self.size - 1)
      while slots[place].key >= 0 {
        if slots[place].hash == hash, Int(slots[place].keyLength) == word.count, isKey(slots[place], word) {
          return place
        }
        place = (place + 1) & (Self.size - 1)
      }
      return -1
    }
    guard slot >= 0 else { return false }
    let first = Int(slots[slot].tokens)
    for index in first..<first + Int(slots[slot].count) { result.append(tokens[index]) }
    return true
  }

  @inline(__always)
  private func isKey(_ slot: Slot, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    keys.withUnsafeBufferPointer { keys in
      for place in 0..<word.count where keys[Int(slot.key) + place] != word[place] { return false }
      return true
    }
  }

  func insert(_ word: UnsafeBufferPointer<UInt8>, _ hash: UInt64, _ found: ArraySlice<ModelToken>) {
    if used * 2 > Self.size {
      slots = [Slot](repeating: Slot(), count: Self.size)
      used = 0
      keys.removeAll(keepingCapacity: true)
      tokens.removeAll(keepingCapacity: true)
    }
    var place = Int(truncatingIfNeeded: hash) & (Self.size - 1)
    while slots[place].key >= 0 { place = (place + 1) & (Self.size - 1) }
    slots[place] = Slot(
      hash: hash, key: Int32(keys.count), keyLength: Int32(word.count), tokens: Int32(tokens.count),
      count: Int32(found.count))
    keys.append(contentsOf: word)
    tokens.append(contentsOf: found)
    used += 1
  }
}
