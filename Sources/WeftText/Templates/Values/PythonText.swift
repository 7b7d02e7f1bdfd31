/// Searching in texts by their bytes, which is exact in UTF-8.
enum UTF8Search {
  /// Where a part begins, in bytes.
  static func find(_ part: String, in text: String) -> Int? {
    find(Array(part.utf8), in: Array(text.utf8), from: 0)
  }

  static func find(_ part: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    guard !part.isEmpty else { return start <= text.count ? start : nil }
    guard start + part.count <= text.count else { return nil }
    return part.count == 1 ? text[start...].firstIndex(of: part[0]) : findLong(part, in: text, from: start)
  }

  /// In a time that grows with the text alone, whatever repeats in it (Knuth, Morris and Pratt, 1977).
  private static func findLong(_ part: [UInt8], in text: [UInt8], from start: Int) -> Int? {
    // How much of the part's beginning its first bytes also end with.
    var borders = [0]
    var length = 0
    for byte in part.dropFirst() {
      while length > 0, part[length] != byte { length = borders[length - 1] }
      if part[length] == byte { length += 1 }
      borders.append(length)
    }
    var matched = 0
    for place in start..<text.count {
      while matched > 0, part[matched] != text[place] { matched = borders[matched - 1] }
      if part[matched] == text[place] { matched += 1 }
      if matched == part.count { return place + 1 - matched }
    }
    return nil
  }

  static func findLast(_ part: [UInt8], in text: [UInt8]) -> Int? {
    let mirrored = find(part.reversed(), in: text.reversed(), from: 0)
    return mirrored.map { text.count - $0 - part.count }
  }

  static func replace(_ text: String, _ old: String, _ new: String, _ limit: Int) -> String {
    if old.isEmpty { return replaceBetween(text, new, limit) }
    let (bytes, old, new) = (Array(text.utf8), Array(old.utf8), Array(new.utf8))
    var result: [UInt8] = []
    var place = 0
    var count = 0
    while limit < 0 || count < limit, let found = find(old, in: bytes, from: place) {
      result += bytes[place..<found]
      result += new
      place = found + old.count
      count += 1
    }
    if count == 0 { return text }
    result += bytes[place...]
    return String(decoding: result, as: UTF8.self)
  }

  /// As Python replaces the empty text: before each scalar and at the end.
  private static func replaceBetween(_ text: String, _ new: String, _ limit: Int) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if limit < 0 || count < limit { result += new }
      count += 1
      result.unicodeScalars.append(scalar)
    }
    return limit < 0 || count < limit ? result + new : result
  }
}

extension String {
  /// The text without the scalars at its ends that belong to a set.
  func stripped(left: Bool = true, right: Bool = true, _ isStripped: (Unicode.Scalar) -> Bool = isPythonSpace) -> String
  {
    var part = unicodeScalars[...]
    if left { part = part.drop(while: isStripped) }
    if right { while let last = part.last, isStripped(last) { part.removeLast() } }
    return String(part)
  }

  /// Python's `split` by white space.
  func splitAtSpace(limit: Int = -1) -> [String] {
    var parts: [String] = []
    var rest = unicodeScalars.drop(while: isPythonSpace)
    while !rest.isEmpty {
      guard limit < 0 || parts.count < limit else {
        parts.append(String(rest).stripped(left: false))
        break
      }
      let word = rest.prefix { !isPythonSpace($0) }
      parts.append(String(word))
      rest = rest[word.endIndex...].drop(while: isPythonSpace)
    }
    return parts
  }

  /// Python's `rsplit` by white space.
  func splitAtSpaceFromEnd(limit: Int) -> [String] {
    let reversed = String(String.UnicodeScalarView(unicodeScalars.reversed()))
    return reversed.splitAtSpace(limit: limit).reversed().map {
      String(String.UnicodeScalarView($0.unicodeScalars.reversed()))
    }
  }

  /// Python's `split` by a separator.
  func split(by separator: String, limit: Int, fromEnd: Bool = false) -> [String] {
    // From the end it is the same with all bytes in the other order.
    let bytes = fromEnd ? utf8.reversed() : Array(utf8)
    let separator = fromEnd ? separator.utf8.reversed() : Array(separator.utf8)
    var parts: [String] = []
    func text(_ range: Range<Int>) -> String {
      fromEnd ? String(decoding: bytes[range].reversed(), as: UTF8.self) : String(decoding: bytes[range], as: UTF8.self)
    }
    var place = 0
    while limit < 0 || parts.count < limit, let found = UTF8Search.find(separator, in: bytes, from: place) {
      parts.append(text(place..<found))
      place = found + separator.count
    }
    parts.append(text(place..<bytes.count))
    return fromEnd ? parts.reversed() : parts
  }

  /// Python's `splitlines`.
  func pythonLines(keepingEnds: Bool = false) -> [String] {
    let ends: Set<UInt32> = [0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029]
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var rest = unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard ends.contains(scalar.value) else {
        line.append(scalar)
        continue
      }
      if keepingEnds { line.append(scalar) }
      if scalar == "\r", rest.first == "\n" {
        rest.removeFirst()
        if keepingEnds { line.append("\n") }
      }
      lines.append(String(line))
      line = String.UnicodeScalarView()
    }
    return line.isEmpty ? lines : lines + [String(line)]
  }

  /// Python's `lower`, with the Greek sigma at a word's end.
  var pythonLower: String {
    guard unicodeScalars.contains("\u{3A3}") else { return mapped(\.lowercaseMapping) }
    let scalars = Array(unicodeScalars)
    return scalars.indices.map { Self.lowered(scalars, at: $0) }.joined()
  }

  /// A scalar in lower case, as its neighbours ask for.
  private static func lowered(_ scalars: [Unicode.Scalar], at place: Int) -> String {
    guard scalars[place] == "\u{3A3}" else { return scalars[place].properties.lowercaseMapping }
    let before = scalars[..<place].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(place + 1)...].first { !$0.properties.isCaseIgnorable }
    let isFinal = (before?.properties.isCased ?? false) && !(after?.properties.isCased ?? false)
    return isFinal ? "\u{3C2}" : "\u{3C3}"
  }

  /// Python's `upper`.
  var pythonUpper: String { mapped(\.uppercaseMapping) }

  /// Python's `capitalize`.
  var pythonCapitalized: String {
    guard let first = unicodeScalars.first else { return "" }
    return first.properties.titlecaseMapping + String(unicodeScalars.dropFirst()).pythonLower
  }

  /// Python's `title`.
  var pythonTitle: String {
    var result = ""
    var isInWord = false
    let scalars = Array(unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      result += isInWord ? Self.lowered(scalars, at: place) : scalar.properties.titlecaseMapping
      isInWord = scalar.properties.isCased
    }
    return result
  }

  private func mapped(_ mapping: KeyPath<Unicode.Scalar.Properties, String>) -> String {
    var result = ""
    for scalar in unicodeScalars { result += scalar.properties[keyPath: mapping] }
    return result
  }

  /// Whether all scalars are such, and there is one.
  func all(_ holds: (Unicode.Scalar) -> Bool) -> Bool { !isEmpty && unicodeScalars.allSatisfy(holds) }

  /// Whether some scalars have case, and those all the same one.
  func isCased(upper: Bool) -> Bool {
    var isCased = false
    for scalar in unicodeScalars {
      let category = scalar.properties.generalCategory
      if category == .titlecaseLetter || (upper ? scalar.properties.isLowercase : scalar.properties.isUppercase) {
        return false
      }
      if upper ? scalar.properties.isUppercase : scalar.properties.isLowercase { isCased = true }
    }
    return isCased
  }
}

extension Unicode.Scalar {
  /// Python's `isalpha` of one scalar.
  var isPythonLetter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
    default: false
    }
  }

  /// Python's `isdigit` of one scalar.
  var isPythonDigit: Bool { properties.numericType == .decimal || properties.numericType == .digit }
}
