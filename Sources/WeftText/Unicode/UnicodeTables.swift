import CUnicode

/// General categories, in the order of the tables.
enum GeneralCategory: Int, CaseIterable {
  case Cn, Lu, Ll, Lt, Lm, Lo, Mn, Mc, Me, Nd, Nl, No, Pc, Pd, Ps, Pe, Pi, Pf, Po
  case Sm, Sc, Sk, So, Zs, Zl, Zp, Cc, Cf, Co, Cs
}

/// What the steps of a tokenizer ask of a scalar. Each follows the version of Unicode that the step has in Hugging
/// Face's library: `scripts/make_unicode_tables.py` asked the steps themselves.
struct ScalarFlags: OptionSet {
  let rawValue: UInt32

  /// `\s` and `\w` of regular expressions.
  static let space = ScalarFlags(rawValue: 1 << 5)
  static let word = ScalarFlags(rawValue: 1 << 6)
  /// `\w` of the pre-tokenizer Whitespace and of added tokens that are single words.
  static let plainWord = ScalarFlags(rawValue: 1 << 7)
  /// White space, for everything that is no regular expression.
  static let whitespace = ScalarFlags(rawValue: 1 << 8)
  static let numeric = ScalarFlags(rawValue: 1 << 9)
  static let punctuation = ScalarFlags(rawValue: 1 << 10)
  /// What StripAccents removes, what BERT's normalizer takes for an accent, and what it cleans away.
  static let combiningMark = ScalarFlags(rawValue: 1 << 11)
  static let accent = ScalarFlags(rawValue: 1 << 12)
  static let control = ScalarFlags(rawValue: 1 << 13)
}

/// The tables, spread out once for looking up: written in `init`, never after it, and never freed.
struct UnicodeTables: @unchecked Sendable {
  static let shared = UnicodeTables()
  static let scalarCount = 0x110000

  /// Category and flags of every scalar.
  let properties: UnsafeMutablePointer<UInt16>
  /// Canonical combining classes.
  let classes: UnsafeMutablePointer<UInt8>
  /// What normal forms and lowercase do to a scalar, as a `Change`.
  let changes: UnsafeMutablePointer<UInt8>
  let canonical = ScalarMapping(weft_canonical_keys(), weft_canonical_ends(), weft_canonical_pool())
  let compatible = ScalarMapping(weft_compatible_keys(), weft_compatible_ends(), weft_compatible_pool())
  let lowercase = ScalarMapping(weft_lowercase_keys(), weft_lowercase_ends(), weft_lowercase_pool())
  /// Composites by their two parts.
  let compositions: [UInt64: UInt32]

  /// Which operations may do anything to a scalar, or to what stands around it.
  enum Change {
    static let canonical: UInt8 = 1
    static let compatible: UInt8 = 2
    static let lowercase: UInt8 = 4
    /// It has a combining class, so that decomposition may move it.
    static let combining: UInt8 = 8
    /// Composition writes it in another way, or may join it with what stands before it.
    static let composition: UInt8 = 16
  }

  private init() {
    let values = weft_property_values()
    properties = Self.spread(weft_property_runs(), bits: 11) { UInt16(truncatingIfNeeded: values.values[$0]) }
    classes = Self.spread(weft_class_runs(), bits: 8) { UInt8(truncatingIfNeeded: $0) }
    changes = .allocate(capacity: Self.scalarCount)
    compositions = Self.readCompositions()
    fillChanges()
  }

  /// Fills a table of all scalars from where its values change.
  private static func spread<Value: BinaryInteger>(
    _ runs: weft_table, bits: UInt32, _ value: (Int) -> Value
  ) -> UnsafeMutablePointer<Value> {
    let table = UnsafeMutablePointer<Value>.allocate(capacity: scalarCount)
    for index in 0..<Int(runs.count) {
      let start = Int(runs.values[index] >> bits)
      let end = index + 1 < Int(runs.count) ? Int(runs.values[index + 1] >> bits) : scalarCount
      let number = Int(runs.values[index] & (1 << bits - 1))
      (table + start).initialize(repeating: value(number), count: end - start)
    }
    return table
  }

  private static func readCompositions() -> [UInt64: UInt32] {
    let table = weft_compositions()
    var result: [UInt64: UInt32] = [:]
    for index in stride(from: 0, to: Int(table.count), by: 3) {
      result[UInt64(table.values[index]) << 32 | UInt64(table.values[index + 1])] = table.values[index + 2]
    }
    return result
  }

  private func fillChanges() {
    changes.initialize(repeating: 0, count: Self.scalarCount)
    for scalar in 0..<Self.scalarCount where classes[scalar] != 0 {
      changes[scalar] |= Change.combining | Change.composition
    }
    let composites = Set(compositions.values)
    for key in canonical.keys {
      changes[Int(key)] |= Change.canonical | (composites.contains(key) ? 0 : Change.composition)
    }
    for key in compatible.keys { changes[Int(key)] |= Change.compatible }
    for key in lowercase.keys { changes[Int(key)] |= Change.lowercase }
    for parts in compositions.keys { changes[Int(parts & 0xFFFF_FFFF)] |= Change.composition }
    for scalar in Hangul.syllables { changes[scalar] |= Change.canonical }
    for scalar in Hangul.vowelsAndTrailing { changes[scalar] |= Change.composition }
  }

  @inline(__always)
  func has(_ scalar: UInt32, _ flag: ScalarFlags) -> Bool { UInt32(properties[Int(scalar)]) & flag.rawValue != 0 }

  func category(_ scalar: UInt32) -> Int { Int(properties[Int(scalar)] & 31) }
}

/// A table from scalars to one or more others.
struct ScalarMapping: @unchecked Sendable {
  let keys: UnsafeBufferPointer<UInt32>
  private let ends: UnsafePointer<UInt16>
  private let pool: UnsafePointer<UInt32>

  init(_ keys: weft_table, _ ends: weft_short_table, _ pool: weft_table) {
    self.keys = UnsafeBufferPointer(start: keys.values, count: Int(keys.count))
    self.ends = ends.values
    self.pool = pool.values
  }

  /// What a scalar is mapped to; empty where it is mapped to nothing else.
  subscript(_ scalar: UInt32) -> UnsafeBufferPointer<UInt32> {
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] < scalar { low = middle + 1 } else { high = middle }
    }
    guard low < keys.count, keys[low] == scalar else { return UnsafeBufferPointer(start: nil, count: 0) }
    let start = low == 0 ? 0 : Int(ends[low - 1])
    return UnsafeBufferPointer(start: pool + start, count: Int(ends[low]) - start)
  }
}

/// The arithmetic of Korean syllables (The Unicode Standard, section 3.12).
enum Hangul {
  static let syllables = 0xAC00..<0xD7A4
  static let vowelsAndTrailing = 0x1161..<0x11C3

  /// The parts of a syllable.
  static func parts(_ scalar: UInt32) -> [UInt32] {
    let index = scalar - 0xAC00
    let pair = [0x1100 + index / 588, 0x1161 + index % 588 / 28]
    return index % 28 == 0 ? pair : pair + [0x11A7 + index % 28]
  }

  /// What two parts make together.
  static func composite(_ first: UInt32, _ second: UInt32) -> UInt32? {
    if 0x1100..<0x1113 ~= first, 0x1161..<0x1176 ~= second {
      return 0xAC00 + ((first - 0x1100) * 21 + (second - 0x1161)) * 28
    }
    if 0xAC00..<0xD7A4 ~= first, (first - 0xAC00) % 28 == 0, 0x11A8..<0x11C3 ~= second {
      return first + (second - 0x11A7)
    }
    return nil
  }
}
