/// The tokens of a model: from text to number and back.
final class Vocabulary: @unchecked Sendable {
  /// Numbers are below this, so that a hostile file cannot ask for a table of any size.
  static let largestID = 1 << 24

  /// The text of each number; nil where no token has it.
  private(set) var texts: [String?] = []
  /// How many tokens there are.
  private(set) var count = 0
  private var keys = ByteTable()

  init(capacity: Int = 0) {
    texts.reserveCapacity(capacity)
    keys.reserve(capacity)
  }

  /// Gives a token a number; a text that has one already gets the new one. For the time of building only.
  func insert(_ text: String, _ id: Int) {
    while texts.count <= id { texts.append(nil) }
    texts[id] = text
    let isNew = withUTF8Bytes(text) { bytes in keys.insert(bytes, Int32(id)) }
    if isNew { count += 1 }
  }

  func id(of text: String) -> Int? {
    let id = withUTF8Bytes(text) { keys.find($0) }
    return id >= 0 ? Int(id) : nil
  }

  /// The number of the token with these bytes, or -1.
  @inline(__always)
  func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 { keys.find(bytes) }

  func text(of id: Int) -> String? { texts.indices.contains(id) ? texts[id] : nil }

  /// The vocabulary of a file: an object of texts and numbers.
  convenience init(_ field: ConfigField) throws(TokenizerError) {
    let entries = try field.entries()
    self.init(capacity: entries.count)
    for entry in entries {
      guard case .integer(let id) = entry.value, 0..<Self.largestID ~= id else {
        let place = ConfigField(value: entry.value, path: "\(field.path)[\"\(entry.key)\"]", file: field.file)
        throw place.failure(expected: "a token's number below \(Self.largestID)")
      }
      insert(entry.key, id)
    }
  }
}

/// A table from bytes to numbers that are not negative.
struct ByteTable {
  private struct Entry {
    let offset: Int
    let length: Int32
    var value: Int32
  }

  private var arena: [UInt8] = []
  private var entries: [Entry] = []
  /// The upper half of a hash and the number of an entry; 0 is a free place.
  private var slots: [UInt64] = [UInt64](repeating: 0, count: 16)

  mutating func reserve(_ count: Int) {
    guard count > 8 else { return }
    entries.reserveCapacity(count)
    arena.reserveCapacity(count * 7)
    var size = 16
    while size < count * 2 { size *= 2 }
    grow(to: size)
  }

  private mutating func grow(to size: Int) {
    slots = [UInt64](repeating: 0, count: size)
    for index in entries.indices {
      let hash = arena.withUnsafeBufferPointer {
        ByteHash.of(
          UnsafeBufferPointer(rebasing: $0[entries[index].offset..<entries[index].offset + Int(entries[index].length)]))
      }
      place(hash, index)
    }
  }

  private mutating func place(_ hash: UInt64, _ index: Int) {
    let mask = slots.count - 1
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot] != 0 { slot = (slot + 1) & mask }
    slots[slot] = hash & 0xFFFF_FFFF_0000_0000 | UInt64(index + 1)
  }

  /// Where an entry is, or -1.
  @inline(__always)
  private func index(of bytes: UnsafeBufferPointer<UInt8>, _ hash: UInt64) -> Int {
    slots.withUnsafeBufferPointer { slots in
      let mask = slots.count - 1
      var slot = Int(truncatingIfNeeded: hash) & mask
      while slots[slot] != 0 {
        if (slots[slot] ^ hash) >> 32 == 0 {
          let index = Int(slots[slot] & 0xFFFF_FFFF) - 1
          if isEntry(index, bytes) { return index }
        }
        slot = (slot + 1) & mask
      }
      return -1
    }
  }

  @inline(__always)
  private func isEntry(_ index: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    let entry = entries[index]
    guard Int(entry.length) == bytes.count else { return false }
    return arena.withUnsafeBufferPointer { arena in
      for place in 0..<bytes.count where arena[entry.offset + place] != bytes[place] { return false }
      return true
    }
  }

  /// Sets the number of some bytes, and says whether they had none.
  mutating func insert(_ bytes: UnsafeBufferPointer<UInt8>, _ value: Int32) -> Bool {
    let hash = ByteHash.of(bytes)
    let known = index(of: bytes, hash)
    if known >= 0 {
      entries[known].value = value
      return false
    }
    entries.append(Entry(offset: arena.count, length: Int32(bytes.count), value: value))
    arena.append(contentsOf: bytes)
    if entries.count * 2 > slots.count { grow(to: slots.count * 2) } else { place(hash, entries.count - 1) }
    return true
  }

  @inline(__always)
  func find(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32 {
    let index = index(of: bytes, ByteHash.of(bytes))
    return index >= 0 ? entries[index].value : -1
  }
}

/// A hash of bytes that another process does not repeat, so that nobody can choose words that collide.
enum ByteHash {
  private static let seed = UInt64.random(in: .min ... .max)

  @inline(__always)
  static func of(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
    guard let base = UnsafeRawPointer(bytes.baseAddress) else { return seed }
    var hash = seed ^ UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C15
    var place = 0
    while place + 8 <= bytes.count {
      hash = (hash ^ base.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 31
      place += 8
    }
    var rest: UInt64 = 0
    while place < bytes.count {
      rest = rest << 8 | UInt64(bytes[place])
      place += 1
    }
    hash = (hash ^ rest) &* 0x94D0_49BB_1331_11EB
    return hash ^ hash >> 29
  }
}

extension ConfigField {
  /// A token's number.
  func id() throws(TokenizerError) -> Int {
    guard case .integer(let number) = value, 0..<Vocabulary.largestID ~= number else {
      throw failure(expected: "a token's number below \(Vocabulary.largestID)")
    }
    return number
  }
}
