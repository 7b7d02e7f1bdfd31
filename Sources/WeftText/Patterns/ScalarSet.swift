import CUnicode

/// A set of Unicode scalars: a bit for each. Its memory lives as long as the set.
final class ScalarSet: @unchecked Sendable {
  static let wordCount = UnicodeTables.scalarCount / 64
  /// Written only while the set is being built.
  let words: UnsafeMutablePointer<UInt64>

  init() {
    words = .allocate(capacity: Self.wordCount)
    words.initialize(repeating: 0, count: Self.wordCount)
  }

  deinit { words.deallocate() }

  @inline(__always)
  func contains(_ scalar: UInt32) -> Bool { words[Int(scalar >> 6)] >> UInt64(scalar & 63) & 1 != 0 }

  func insert(_ scalar: UInt32) { words[Int(scalar >> 6)] |= 1 << UInt64(scalar & 63) }

  func remove(_ scalar: UInt32) { words[Int(scalar >> 6)] &= ~(1 << UInt64(scalar & 63)) }

  func insert(_ range: Range<UInt32>) {
    var scalar = range.lowerBound
    while scalar < range.upperBound {
      if scalar & 63 == 0, range.upperBound - scalar >= 64 {
        words[Int(scalar >> 6)] = .max
        scalar += 64
      } else {
        insert(scalar)
        scalar += 1
      }
    }
  }

  func formUnion(_ other: ScalarSet) { for word in 0..<Self.wordCount { words[word] |= other.words[word] } }

  func formIntersection(_ other: ScalarSet) { for word in 0..<Self.wordCount { words[word] &= other.words[word] } }

  func invert() { for word in 0..<Self.wordCount { words[word] = ~words[word] } }

  func equals(_ other: ScalarSet) -> Bool {
    (0..<Self.wordCount).allSatisfy { words[$0] == other.words[$0] }
  }

  /// The scalars of general categories.
  static func categories(_ categories: Set<GeneralCategory>) -> ScalarSet {
    let mask = categories.reduce(UInt32(0)) { $0 | 1 << UInt32($1.rawValue) }
    return filled { mask >> UInt32($0 & 31) & 1 != 0 }
  }

  /// The scalars that have a flag.
  static func flag(_ flag: ScalarFlags) -> ScalarSet { filled { UInt32($0) & flag.rawValue != 0 } }

  private static func filled(where holds: (UInt16) -> Bool) -> ScalarSet {
    let set = ScalarSet()
    let runs = weft_property_runs()
    let values = weft_property_values()
    for index in 0..<Int(runs.count)
    where holds(UInt16(truncatingIfNeeded: values.values[Int(runs.values[index] & 2047)])) {
      let end = index + 1 < Int(runs.count) ? runs.values[index + 1] >> 11 : UInt32(UnicodeTables.scalarCount)
      set.insert(runs.values[index] >> 11..<end)
    }
    return set
  }

  /// The scalars of a script or binary property, by its name in lowercase without underscores.
  static func named(_ name: String) -> ScalarSet? {
    let ends = weft_set_ends()
    let ranges = weft_set_ranges()
    for index in 0..<Int(weft_set_count()) where name == String(cString: weft_set_name(Int32(index))) {
      let set = ScalarSet()
      let start = index == 0 ? 0 : Int(ends.values[index - 1])
      for place in stride(from: start, to: Int(ends.values[index]), by: 2) {
        set.insert(ranges.values[place]..<ranges.values[place + 1])
      }
      return set
    }
    return nil
  }

  /// The names that `named` knows.
  static var names: [String] { (0..<weft_set_count()).map { String(cString: weft_set_name($0)) } }

  /// Adds to a set what differs from its members only in case.
  func ignoreCase() {
    for family in Self.caseFamilies where family.contains(where: contains) { family.forEach(insert) }
  }

  /// Scalars that are the same where case does not matter.
  private static let caseFamilies: [[UInt32]] = {
    let folds = weft_folds()
    var families: [UInt32: [UInt32]] = [:]
    for place in stride(from: 0, to: Int(folds.count), by: 2) {
      families[folds.values[place + 1], default: [folds.values[place + 1]]].append(folds.values[place])
    }
    return Array(families.values)
  }()
}
