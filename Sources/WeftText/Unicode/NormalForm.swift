/// A normal form of Unicode, with what each scalar of the result replaces.
enum NormalForm: Sendable {
  case decomposed, composed, compatibleDecomposed, compatibleComposed

  private var isCompatible: Bool { self == .compatibleDecomposed || self == .compatibleComposed }
  private var isComposed: Bool { self == .composed || self == .compatibleComposed }

  /// A text that has none of these scalars is in this form.
  var changes: UInt8 {
    typealias Change = UnicodeTables.Change
    let compatible = isCompatible ? Change.compatible : 0
    return compatible | (isComposed ? Change.composition : Change.canonical | Change.combining)
  }

  /// The form of a text. A scalar's `change` is 0 where it stands for the next one of the text, 1 where it was added
  /// after that, and -n where it stands for the next one and n more.
  func scalars(of text: [UInt32]) -> [ScalarChange] {
    var result = decomposition(of: text)
    Self.order(&result)
    return isComposed ? Self.composition(of: result) : result
  }

  private func decomposition(of text: [UInt32]) -> [ScalarChange] {
    let tables = UnicodeTables.shared
    var result: [ScalarChange] = []
    result.reserveCapacity(text.count)
    for scalar in text {
      let change = tables.changes[Int(scalar)]
      if Hangul.syllables ~= Int(scalar) {
        for (index, part) in Hangul.parts(scalar).enumerated() {
          result.append(ScalarChange(scalar: part, change: index == 0 ? 0 : 1))
        }
        continue
      }
      var parts = UnsafeBufferPointer<UInt32>(start: nil, count: 0)
      if isCompatible, change & UnicodeTables.Change.compatible != 0 {
        parts = tables.compatible[scalar]
      } else if change & UnicodeTables.Change.canonical != 0 {
        parts = tables.canonical[scalar]
      }
      guard !parts.isEmpty else {
        result.append(ScalarChange(scalar: scalar, change: 0))
        continue
      }
      for (index, part) in parts.enumerated() {
        result.append(ScalarChange(scalar: part, change: index == 0 ? 0 : 1))
      }
    }
    return result
  }

  /// Puts each run of combining scalars in the order of their classes, equal ones as they stand.
  private static func order(_ scalars: inout [ScalarChange]) {
    let classes = UnicodeTables.shared.classes
    var start = 0
    while start < scalars.count {
      guard classes[Int(scalars[start].scalar)] != 0 else {
        start += 1
        continue
      }
      var end = start + 1
      while end < scalars.count, classes[Int(scalars[end].scalar)] != 0 { end += 1 }
      if end - start > 1 {
        // The sort of the standard library is stable.
        let run = scalars[start..<end].sorted { classes[Int($0.scalar)] < classes[Int($1.scalar)] }
        scalars.replaceSubrange(start..<end, with: run)
      }
      start = end
    }
  }

  /// Joins what has a composite: each scalar with the last starter before it, where nothing stands in between that
  /// blocks it.
  private static func composition(of scalars: [ScalarChange]) -> [ScalarChange] {
    let tables = UnicodeTables.shared
    var result: [ScalarChange] = []
    result.reserveCapacity(scalars.count)
    var starter = -1
    var lastClass: UInt8?
    for next in scalars {
      let ownClass = tables.classes[Int(next.scalar)]
      if starter >= 0, lastClass.map({ $0 < ownClass }) ?? true,
        let composite = compose(result[starter].scalar, next.scalar, tables)
      {
        result[starter] = ScalarChange(scalar: composite, change: result[starter].change + next.change - 1)
        continue
      }
      if ownClass == 0 {
        starter = result.count
        lastClass = nil
      } else {
        lastClass = ownClass
      }
      result.append(next)
    }
    return result
  }

  private static func compose(_ first: UInt32, _ second: UInt32, _ tables: UnicodeTables) -> UInt32? {
    Hangul.composite(first, second) ?? tables.compositions[UInt64(first) << 32 | UInt64(second)]
  }
}

/// A scalar of a changed text, and what it replaces.
struct ScalarChange {
  let scalar: UInt32
  let change: Int
}
