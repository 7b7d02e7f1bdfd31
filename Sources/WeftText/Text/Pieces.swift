/// A stretch of a text that goes through the pre-tokenizers as one, or a token that was found in it.
struct Piece {
  /// Where it stands in the bytes of its `PieceText`.
  var start: Int
  var end: Int
  /// Where it begins in the original.
  var shift: Int32
  /// The token that it is, or -1 while it is a text.
  var token: Int32 = -1
}

/// What to do with what a pattern finds.
enum SplitBehavior: Sendable {
  case removed, isolated, mergedWithPrevious, mergedWithNext, contiguous

  static let names: [(String, SplitBehavior)] = [
    ("Removed", .removed), ("Isolated", .isolated), ("MergedWithPrevious", .mergedWithPrevious),
    ("MergedWithNext", .mergedWithNext), ("Contiguous", .contiguous),
  ]
}

/// A text in pieces.
struct PieceText {
  var text: AlignedText
  var pieces: [Piece]

  init(_ text: AlignedText) {
    self.text = text
    pieces = text.bytes.isEmpty ? [] : [Piece(start: 0, end: text.bytes.count, shift: text.shift)]
  }

  /// Where in the original a place in the text begins.
  @inline(__always)
  func originalStart(_ place: Int) -> Int32 {
    if !text.isInPlace { return text.starts[place] }
    return Int32(truncatingIfNeeded: place)
  }

  /// Cuts each piece that is a text where `body` says, which is given the piece's bytes and emits ranges of them.
  mutating func split<Failure: Error>(
    _ body: (UnsafeBufferPointer<UInt8>, _ emit: (Int, Int) -> Void) throws(Failure) -> Void
  ) throws(Failure) {
    var result: [Piece] = []
    result.reserveCapacity(pieces.count + text.bytes.count / 4)
    var place = 0
    try text.bytes.withUnsafeBufferPointer { bytes throws(Failure) in
      while place < pieces.count {
        let piece = pieces[place]
        place += 1
        guard piece.token < 0 else {
          result.append(piece)
          continue
        }
        let part = UnsafeBufferPointer(rebasing: bytes[piece.start..<piece.end])
        try body(part) { start, end in
          guard end > start else { return }
          let shift = originalStart(piece.start + start)
          result.append(Piece(start: piece.start + start, end: piece.start + end, shift: shift))
        }
      }
    }
    pieces = result
  }

  /// Changes each piece that is a text.
  mutating func rewrite(_ body: (inout AlignedText) throws(TokenizerError) -> Void) throws(TokenizerError) {
    if pieces.count == 1, let piece = pieces.first, piece.token < 0, piece.shift == text.shift,
      piece.start == 0, piece.end == text.bytes.count
    {
      try body(&text)
      pieces = text.bytes.isEmpty ? [] : [Piece(start: 0, end: text.bytes.count, shift: text.shift)]
      return
    }
    text.align()
    var result = AlignedText.Rewriting(capacity: text.bytes.count * 2)
    var changed: [Piece] = []
    changed.reserveCapacity(pieces.count)
    for piece in pieces {
      var part = text.part(piece.start..<piece.end, shift: piece.shift)
      if piece.token < 0 { try body(&part) }
      part.align()
      guard !part.bytes.isEmpty else { continue }
      let start = result.bytes.count
      result.bytes += part.bytes
      result.starts += part.starts
      result.ends += part.ends
      changed.append(Piece(start: start, end: result.bytes.count, shift: piece.shift, token: piece.token))
    }
    text = AlignedText(bytes: result.bytes, starts: result.starts, ends: result.ends, shift: text.shift)
    pieces = changed
  }
}

/// Turns what a pattern finds in a text into stretches of it, as a behaviour wants them.
struct SplitCollector {
  private struct Stretch {
    var start: Int
    var end: Int
    let isMatch: Bool
  }

  private let behavior: SplitBehavior
  private let isInverted: Bool
  private var stretches: [Stretch] = []
  private var last = 0

  init(_ behavior: SplitBehavior, isInverted: Bool = false) {
    self.behavior = behavior
    self.isInverted = isInverted
  }

  mutating func add(_ match: Range<Int>) {
    if last != match.lowerBound { append(last, match.lowerBound, false) }
    append(match.lowerBound, match.upperBound, true)
    last = match.upperBound
  }

  private mutating func append(_ start: Int, _ end: Int, _ isMatch: Bool) {
    stretches.append(Stretch(start: start, end: end, isMatch: isMatch != isInverted))
  }

  mutating func finish(_ count: Int, _ emit: (Int, Int) -> Void) {
    if last != count { append(last, count, false) }
    switch behavior {
    case .isolated: for stretch in stretches { emit(stretch.start, stretch.end) }
    case .removed: for stretch in stretches where !stretch.isMatch { emit(stretch.start, stretch.end) }
    case .contiguous: merge(emit) { $0 == $1 }
    case .mergedWithPrevious: merge(emit) { isMatch, wasMatch in isMatch && !wasMatch }
    case .mergedWithNext: mergeFromTheEnd(emit)
    }
  }

  /// Joins a stretch with the one before it where `joins` says so of it and of that one.
  private func merge(_ emit: (Int, Int) -> Void, _ joins: (Bool, Bool) -> Bool) {
    var open: (start: Int, end: Int)?
    var wasMatch = false
    for stretch in stretches {
      if let joined = open, joins(stretch.isMatch, wasMatch) {
        open = (joined.start, stretch.end)
      } else {
        if let open { emit(open.start, open.end) }
        open = (stretch.start, stretch.end)
      }
      wasMatch = stretch.isMatch
    }
    if let open { emit(open.start, open.end) }
  }

  private func mergeFromTheEnd(_ emit: (Int, Int) -> Void) {
    var joined: [(start: Int, end: Int)] = []
    var wasMatch = false
    for stretch in stretches.reversed() {
      if stretch.isMatch, !wasMatch, let last = joined.last {
        joined[joined.count - 1] = (stretch.start, last.end)
      } else {
        joined.append((stretch.start, stretch.end))
      }
      wasMatch = stretch.isMatch
    }
    for stretch in joined.reversed() { emit(stretch.start, stretch.end) }
  }
}
