/// What two neighbouring tokens are joined to, and how early that was learned.
struct MergeTable: Sendable {
  struct Merge {
    var first: Int32 = -1
    var second: Int32 = -1
    var rank: Int32 = 0
    var id: Int32 = 0
  }

  private var slots: [Merge]
  private var count = 0
  /// Whether a merge makes a token with SentencePiece's mark of a space behind something else: where none does, words
  /// are joined on their own.
  private(set) var joinsAcrossSpaces = false

  init(capacity: Int) {
    var size = 16
    while size < capacity * 2 { size *= 2 }
    slots = [Merge](repeating: Merge(), count: size)
  }

  @inline(__always)
  private static func hash(_ first: Int32, _ second: Int32) -> Int {
    let key = UInt64(UInt32(bitPattern: first)) << 32 | UInt64(UInt32(bitPattern: second))
    return Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 24)
  }

  /// A pair that is there already gets the new rank, as in a file that gives it twice.
  mutating func insert(_ first: Int32, _ second: Int32, rank: Int, id: Int32) {
    if count * 2 > slots.count {
      let old = slots
      slots = [Merge](repeating: Merge(), count: old.count * 2)
      count = 0
      for merge in old where merge.first >= 0 { put(merge) }
    }
    put(Merge(first: first, second: second, rank: Int32(truncatingIfNeeded: rank), id: id))
  }

  /// Notes what a merge makes.
  mutating func note(_ text: String) {
    var last: Unicode.Scalar = "\u{2581}"
    for scalar in text.unicodeScalars {
      if scalar == "\u{2581}", last != "\u{2581}" { joinsAcrossSpaces = true }
      last = scalar
    }
  }

  private mutating func put(_ merge: Merge) {
    let mask = slots.count - 1
    var slot = Self.hash(merge.first, merge.second) & mask
    while slots[slot].first >= 0, slots[slot].first != merge.first || slots[slot].second != merge.second {
      slot = (slot + 1) & mask
    }
    if slots[slot].first < 0 { count += 1 }
    slots[slot] = merge
  }

  /// The merge of two tokens; its rank is `Int32.max` where there is none.
  @inline(__always)
  func find(_ first: Int32, _ second: Int32) -> (rank: Int32, id: Int32) {
    slots.withUnsafeBufferPointer { slots in
      let mask = slots.count - 1
      var slot = Self.hash(first, second) & mask
      while slots[slot].first >= 0 {
        if slots[slot].first == first, slots[slot].second == second { return (slots[slot].rank, slots[slot].id) }
        slot = (slot + 1) & mask
      }
      return (.max, -1)
    }
  }
}

/// The symbols of a word while they are being joined.
final class MergeSpace {
  fileprivate struct Symbol {
    var id: Int32
    var length: Int32
    var previous: Int32
    var next: Int32
  }

  /// A pair that may be joined: its rank and the place of its first symbol, in one number that sorts so, and the
  /// result.
  fileprivate struct Candidate {
    let order: UInt64
    let id: Int32
  }

  /// Up to so many symbols the next pair is looked for among all; beyond, a heap keeps the time from growing with the
  /// square of a word's length.
  private static let short = 40
  @exclusivity(unchecked) fileprivate var symbols: [Symbol] = []
  @exclusivity(unchecked) private var found: [(rank: Int32, id: Int32)] = []
  @exclusivity(unchecked) fileprivate var heap: [Candidate] = []

  func clear() { symbols.removeAll(keepingCapacity: true) }

  @inline(__always)
  func add(_ id: Int32, _ length: Int) {
    symbols.append(Symbol(id: id, length: Int32(truncatingIfNeeded: length), previous: 0, next: 0))
  }

  func merge(_ table: MergeTable) {
    if symbols.count <= Self.short { mergeShort(table) } else { mergeLong(table) }
  }

  func appendTokens(to tokens: inout [ModelToken]) {
    var place: Int32 = 0
    for symbol in symbols {
      tokens.append(ModelToken(id: symbol.id, start: place, end: place + symbol.length))
      place += symbol.length
    }
  }

  private func mergeShort(_ table: MergeTable) {
    guard symbols.count > 1 else { return }
    found.removeAll(keepingCapacity: true)
    for index in 0..<symbols.count - 1 { found.append(table.find(symbols[index].id, symbols[index + 1].id)) }
    while true {
      var best = -1
      var rank = Int32.max
      for index in found.indices where found[index].rank < rank {
        rank = found[index].rank
        best = index
      }
      guard best >= 0 else { return }
      symbols[best].id = found[best].id
      symbols[best].length += symbols[best + 1].length
      symbols.remove(at: best + 1)
      found.remove(at: best)
      if best > 0 { found[best - 1] = table.find(symbols[best - 1].id, symbols[best].id) }
      if best < found.count { found[best] = table.find(symbols[best].id, symbols[best + 1].id) }
    }
  }

  private func mergeLong(_ table: MergeTable) {
    heap.removeAll(keepingCapacity: true)
    for index in symbols.indices {
      symbols[index].previous = Int32(index) - 1
      symbols[index].next = index + 1 < symbols.count ? Int32(index) + 1 : -1
    }
    for index in 0..<symbols.count - 1 { push(index, index + 1, table) }
    while let top = pop() {
      let place = Int(truncatingIfNeeded: top.order & 0xFFFF_FFFF)
      let next = Int(symbols[place].next)
      guard symbols[place].id >= 0, next >= 0 else { continue }
      // What it was made of may have been joined with something else since.
      guard table.find(symbols[place].id, symbols[next].id).id == top.id else { continue }
      symbols[place].id = top.id
      symbols[place].length += symbols[next].length
      symbols[place].next = symbols[next].next
      symbols[next].id = -1
      if symbols[place].next >= 0 {
        symbols[Int(symbols[place].next)].previous = Int32(place)
        push(place, Int(symbols[place].next), table)
      }
      if symbols[place].previous >= 0 { push(Int(symbols[place].previous), place, table) }
    }
    symbols.removeAll { $0.id < 0 }
  }

  private func push(_ first: Int, _ second: Int, _ table: MergeTable) {
    let merge = table.find(symbols[first].id, symbols[second].id)
    guard merge.id >= 0 else { return }
    let order = UInt64(UInt32(bitPattern: merge.rank)) << 32 | UInt64(UInt32(truncatingIfNeeded: first))
    var place = heap.count
    heap.append(Candidate(order: order, id: merge.id))
    while place > 0, heap[(place - 1) / 2].order > heap[place].order {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private func pop() -> Candidate? {
    guard let top = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return top }
    heap[0] = last
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].order < heap[least].order {
        least = child
      }
      guard least != place else { return top }
      heap.swapAt(place, least)
      place = least
    }
  }
}

extension MergeSpace {
  /// Gives back the memory that an unusually long word took.
  func forgetLongTexts() {
    guard symbols.capacity > 1 << 16 else { return }
    symbols = []
    heap = []
  }
}
