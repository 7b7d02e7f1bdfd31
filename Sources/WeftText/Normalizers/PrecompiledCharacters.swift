/// SentencePiece's map of characters: a double-array trie of what is replaced, and the replacements in a row.
///
/// The trie's units are as in Darts (Yata et al., 2007), as SentencePiece writes them.
struct PrecompiledCharacters: Sendable {
  private let units: [UInt32]
  private let replacements: [UInt8]
  /// For each ASCII character whether the trie knows something that begins with it.
  private let startsASCII: [Bool]
  /// The bytes of the longest replacement.
  private let longest: Int

  init(_ field: ConfigField) throws(TokenizerError) {
    guard let bytes = Base64.decode(try field.string()) else { throw field.failure(expected: "a text in base 64") }
    guard let map = PrecompiledCharacters(bytes) else {
      throw field.failure(expected: "a trie's size, its units and texts in UTF-8", found: "\(bytes.count) bytes")
    }
    self = map
  }

  /// The map in its file's form: the trie's size in bytes, the trie, the replacements, each ended by a zero.
  init?(_ bytes: [UInt8]) {
    func unit(_ place: Int) -> UInt32 { (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) } }
    guard bytes.count >= 4 else { return nil }
    let size = Int(unit(0))
    guard size > 0, size % 4 == 0, size <= bytes.count - 4 else { return nil }
    let units = stride(from: 4, to: 4 + size, by: 4).map(unit)
    let texts = Array(bytes[(4 + size)...])
    guard String(validating: texts, as: UTF8.self) != nil else { return nil }
    let starts = (0..<128).map { Self.child(of: Self.offset(units[0]), UInt8($0), units) != nil }
    self = PrecompiledCharacters(units: units, replacements: texts, startsASCII: starts)
  }

  private init(units: [UInt32], replacements: [UInt8], startsASCII: [Bool]) {
    self.units = units
    self.replacements = replacements
    self.startsASCII = startsASCII
    longest = replacements.split(separator: 0).reduce(0) { max($0, $1.count) }
  }

  private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & (1 << 9)) >> 6)) }

  /// Where the trie goes on from a node with a byte.
  private static func child(of node: Int, _ byte: UInt8, _ units: [UInt32]) -> Int? {
    let next = node ^ Int(byte)
    guard byte != 0, next < units.count, units[next] & (1 << 31 | 0xFF) == UInt32(byte) else { return nil }
    return next
  }

  /// What the shortest known beginning of a text is replaced by, for the whole of it: that is how the library that this
  /// follows does it.
  private func replacement(_ bytes: UnsafeBufferPointer<UInt8>.SubSequence) -> ArraySlice<UInt8>? {
    var node = Self.offset(units[0])
    for byte in bytes {
      guard let next = Self.child(of: node, byte, units) else { return nil }
      node = next ^ Self.offset(units[next])
      guard units[next] >> 8 & 1 == 1 else { continue }
      guard node < units.count else { return nil }
      let start = Int(units[node] & 0x7FFF_FFFF)
      guard start <= replacements.count else { return nil }
      let rest = replacements[start...]
      // A value that points into the middle of a character is damage; nothing is replaced then.
      guard rest.first.map({ $0 & 0xC0 != 0x80 }) ?? true else { return nil }
      return rest.prefix { $0 != 0 }
    }
    return nil
  }

  func normalize(_ text: inout AlignedText) throws(TokenizerError) {
    guard mayChange(text.bytes) else { return }
    // Known before it is written: a change takes more memory than a byte, and a request may have a file's longest text
    // in the place of each letter.
    if text.bytes.count * max(longest, 1) >= TextLimit.bytes {
      try TextLimit.check(normalizedCount(text.bytes))
    }
    var changes: [ScalarChange] = []
    changes.reserveCapacity(text.bytes.count)
    var isChanged = false
    forEachPart(of: text.bytes) { part, new in
      if let new {
        isChanged = true
        append(new, for: part, to: &changes)
      } else if let base = part.base.baseAddress {
        changes.append(ScalarChange(scalar: ScalarAt(base, part.startIndex).value, change: 0))
      }
      return true
    }
    if isChanged { text.replace(by: changes) }
  }

  /// How many bytes a text becomes, counted no further than texts may go.
  private func normalizedCount(_ bytes: [UInt8]) -> Int {
    var count = 0
    forEachPart(of: bytes) { part, new in
      count += new?.count ?? part.count
      return count < TextLimit.bytes
    }
    return count
  }

  /// Calls a function with each character or scalar that is replaced, and what by, and with each scalar that is not,
  /// until it says false.
  private func forEachPart(
    of bytes: [UInt8], _ body: (UnsafeBufferPointer<UInt8>.SubSequence, ArraySlice<UInt8>?) -> Bool
  ) {
    var goesOn = true
    bytes.withUnsafeBufferPointer { buffer in
      Graphemes.forEach(in: buffer) { range in
        guard goesOn else { return }
        if range.count < 6, let new = replacement(buffer[range]) {
          goesOn = body(buffer[range], new)
          return
        }
        guard let base = buffer.baseAddress else { return }
        var place = range.lowerBound
        while goesOn, place < range.upperBound {
          let part = buffer[place..<place + ScalarAt(base, place).length]
          goesOn = body(part, replacement(part))
          place = part.endIndex
        }
      }
    }
  }

  /// Whether a text has anything but ASCII characters that nothing in the trie begins with.
  private func mayChange(_ bytes: [UInt8]) -> Bool { bytes.contains { $0 >= 0x80 || startsASCII[Int($0)] } }

  /// Adds a replacement: the scalars that are more than the old ones are added, the last stands for those that are
  /// less.
  private func append(
    _ new: ArraySlice<UInt8>, for old: UnsafeBufferPointer<UInt8>.SubSequence, to changes: inout [ScalarChange]
  ) {
    let oldCount = old.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) }
    let scalars = Array(String(decoding: new, as: UTF8.self).unicodeScalars)
    let added = scalars.count - oldCount
    for (index, scalar) in scalars.enumerated() {
      changes.append(ScalarChange(scalar: scalar.value, change: added > 0 && index >= scalars.count - added ? 1 : 0))
    }
    if added < 0, let last = changes.popLast() {
      changes.append(ScalarChange(scalar: last.scalar, change: last.change + added))
    }
  }
}
