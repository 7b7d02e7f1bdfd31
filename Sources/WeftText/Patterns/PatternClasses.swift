// Sets of scalars in regular expressions: brackets, and escapes that stand for sets.

extension PatternParser {
  /// A set in brackets, after its opening bracket.
  mutating func bracketed(depth: Int) throws(TokenizerError) -> ScalarSet {
    let start = place - 1
    guard depth < 16 else { throw failure(.limitExceeded, "brackets nested at most 16 deep", from: start) }
    let isNegative = take("^" as Unicode.Scalar)
    let set = ScalarSet()
    var isFirst = true
    while let scalar = peek {
      if scalar == "]", !isFirst { break }
      isFirst = false
      if dialect == .oniguruma, take("&&") {
        set.formIntersection(try rest(depth: depth))
        break
      }
      set.formUnion(try member(depth: depth))
    }
    guard take("]" as Unicode.Scalar) else { throw failure(.badValue, "\"]\" for the \"[\"", from: start) }
    // Before it is turned over, so that [^k] has no K either; of brackets inside others the outer ones see to it.
    if ignoresCase, depth == 0 { set.ignoreCase() }
    if isNegative { set.invert() }
    return set
  }

  /// What stands behind `&&` in brackets, up to the closing one.
  private mutating func rest(depth: Int) throws(TokenizerError) -> ScalarSet {
    let set = ScalarSet()
    while let scalar = peek, scalar != "]" {
      if take("&&") {
        set.formIntersection(try rest(depth: depth))
        break
      }
      set.formUnion(try member(depth: depth))
    }
    return set
  }

  private mutating func member(depth: Int) throws(TokenizerError) -> ScalarSet {
    let start = place
    if take("[:") { return try posix(from: start) }
    if dialect == .oniguruma, take("[" as Unicode.Scalar) { return try bracketed(depth: depth + 1) }
    let set = ScalarSet()
    var first: UInt32
    if take("\\" as Unicode.Scalar) {
      if let named = try classEscape(from: start, isInBrackets: true) { return named }
      first = take("b" as Unicode.Scalar) ? 0x08 : try scalarEscape(from: start)
    } else {
      first = next()?.value ?? 0
    }
    let hyphen = place
    guard take("-" as Unicode.Scalar), let end = peek, end != "]" else {
      place = hyphen
      set.insert(first)
      return set
    }
    place += 1
    var last = end.value
    if end == "\\" {
      if try classEscape(from: place - 1) != nil { throw failure("a character behind \"-\"", from: hyphen) }
      last = try scalarEscape(from: place - 1)
    } else if end == "[", dialect == .oniguruma {
      throw failure("a character behind \"-\"", from: hyphen)
    }
    guard first <= last else { throw failure(.badValue, "a range in order", from: start) }
    set.insert(first..<last + 1)
    return set
  }

  /// `[:name:]` and `[:^name:]`, after its opening.
  private mutating func posix(from start: Int) throws(TokenizerError) -> ScalarSet {
    let isNegative = take("^" as Unicode.Scalar)
    for name in Self.posixNames where take(name + ":]") {
      guard let set = Self.posix(name, dialect) else { break }
      let narrow = narrowed(set)
      if isNegative { narrow.invert() }
      return narrow
    }
    throw failure("one of \(Self.posixNames.map { "[:\($0):]" }.joined(separator: ", "))", from: start)
  }

  private static let posixNames = [
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
    "xdigit",
  ]

  /// What Oniguruma takes POSIX's names for.
  private static func posix(_ name: String, _ dialect: PatternDialect) -> ScalarSet? {
    switch name {
    case "word": return wordInBrackets(dialect)
    case "punct": return .categories([.Pc, .Pd, .Ps, .Pe, .Pi, .Pf, .Po, .Sm, .Sc, .Sk, .So])
    default: return posixProperty(name)
    }
  }

  /// Those of POSIX's names that say the same as properties; nil for others.
  private static func posixProperty(_ name: String) -> ScalarSet? {
    let set = ScalarSet()
    switch name {
    case "alpha": return .named("alphabetic")
    case "digit": return .categories([.Nd])
    case "space": return .flag(.space)
    case "upper": return .named("uppercase")
    case "lower": return .named("lowercase")
    case "word": return .flag(.word)
    case "alnum":
      guard let letters = ScalarSet.named("alphabetic") else { return nil }
      set.formUnion(letters)
      set.formUnion(.categories([.Nd]))
    case "ascii": set.insert(0..<0x80)
    case "blank":
      set.formUnion(.categories([.Zs]))
      set.insert(0x09)
    case "cntrl": set.formUnion(.categories([.Cc]))
    case "graph", "print":
      set.formUnion(.flag(.space))
      set.formUnion(.categories([.Cc, .Cn, .Cs]))
      set.invert()
      if name == "print" { set.formUnion(.categories([.Zs])) }
    case "xdigit":
      for range in [0x30..<0x3A, 0x41..<0x47, 0x61..<0x67] as [Range<UInt32>] { set.insert(range) }
    default: return nil
    }
    return set
  }

  /// What is of a word: in brackets Oniguruma leaves out the fractions and raised digits that have one byte in Latin 1,
  /// which by themselves are of words to it.
  private static func wordInBrackets(_ dialect: PatternDialect) -> ScalarSet {
    let set = ScalarSet.flag(.word)
    if dialect == .oniguruma { for scalar in "²³¹¼½¾".unicodeScalars { set.remove(scalar.value) } }
    return set
  }

  /// The set that an escape stands for, after its backslash; nil where it stands for one scalar.
  mutating func classEscape(
    from start: Int, isInBrackets: Bool = false
  ) throws(TokenizerError) -> ScalarSet? {
    guard let letter = peek else { throw failure(.badValue, "something behind \"\\\"", from: start) }
    let set: ScalarSet
    switch letter {
    case "s", "S":
      set = narrowed(.flag(.space))
      if dialect == .re2 { set.remove(0x0B) }
    case "w", "W": set = narrowed(isInBrackets ? Self.wordInBrackets(dialect) : .flag(.word))
    case "d", "D": set = narrowed(.categories([.Nd]))
    case "h", "H":
      set = ScalarSet()
      for range in [0x30..<0x3A, 0x41..<0x47, 0x61..<0x67] as [Range<UInt32>] { set.insert(range) }
    case "p", "P": return try property(from: start)
    default: return nil
    }
    place += 1
    if "A"..."Z" ~= letter { set.invert() }
    return set
  }

  /// What a class takes in: to RE2 of ASCII alone.
  func narrowed(_ set: ScalarSet) -> ScalarSet {
    guard dialect == .re2 else { return set }
    let ascii = ScalarSet()
    ascii.insert(0..<0x80)
    set.formIntersection(ascii)
    return set
  }

  /// `\p{Name}`, `\p{^Name}` and `\P{Name}`.
  private mutating func property(from start: Int) throws(TokenizerError) -> ScalarSet {
    var isNegative = next() == "P"
    guard take("{" as Unicode.Scalar) else { throw failure("\"{\" behind \"\\p\"", from: start) }
    if take("^" as Unicode.Scalar) { isNegative.toggle() }
    var name = ""
    while let scalar = peek, scalar != "}" {
      if scalar != "_", scalar != " ", scalar != "-" { name.unicodeScalars.append(scalar) }
      place += 1
    }
    guard take("}" as Unicode.Scalar) else { throw failure(.badValue, "\"}\" behind \"\\p{\"", from: start) }
    guard let set = Self.property(name.lowercased()) else {
      throw failure("a category as L or Lu, or one of \(ScalarSet.names.joined(separator: ", "))", from: start)
    }
    if isNegative { set.invert() }
    return set
  }

  private static func property(_ name: String) -> ScalarSet? {
    let long = [
      "letter": "l", "mark": "m", "number": "n", "punctuation": "p", "punct": "p", "symbol": "s", "separator": "z",
      "other": "c", "uppercaseletter": "lu", "lowercaseletter": "ll", "titlecaseletter": "lt",
      "modifierletter": "lm", "otherletter": "lo", "nonspacingmark": "mn", "decimalnumber": "nd",
      "spaceseparator": "zs", "control": "cc",
    ]
    if name == "any" {
      let set = ScalarSet()
      set.invert()
      return set
    }
    let short = long[name] ?? name
    let found = GeneralCategory.allCases.filter {
      let category = "\($0)".lowercased()
      return category == short || short.count == 1 && category.hasPrefix(short)
    }
    if !found.isEmpty { return .categories(Set(found)) }
    return name == "lc" ? .categories([.Lu, .Ll, .Lt]) : .named(name) ?? posixProperty(name)
  }

  /// The scalar that an escape stands for, after its backslash.
  mutating func scalarEscape(from start: Int) throws(TokenizerError) -> UInt32 {
    guard let letter = next() else { throw failure(.badValue, "something behind \"\\\"", from: start) }
    switch letter {
    case "n": return 0x0A
    case "r": return 0x0D
    case "t": return 0x09
    case "f": return 0x0C
    case "v": return 0x0B
    case "a": return 0x07
    case "e": return 0x1B
    case "x": return try hexadecimal(digits: 2, from: start)
    case "u": return try hexadecimal(digits: 4, from: start)
    default:
      let isLetterOrDigit = "a"..."z" ~= letter || "A"..."Z" ~= letter || "0"..."9" ~= letter
      guard !isLetterOrDigit else {
        throw failure("an escape of the kinds \\s \\w \\d \\h \\p{...} \\b \\n \\r \\t \\f \\v \\x \\u", from: start)
      }
      return letter.value
    }
  }

  private mutating func hexadecimal(digits: Int, from start: Int) throws(TokenizerError) -> UInt32 {
    let isBraced = digits == 2 && take("{" as Unicode.Scalar)
    var value: UInt32 = 0
    var count = 0
    while count < (isBraced ? 8 : digits), let digit = peek.flatMap({ Character($0).hexDigitValue }) {
      value = value << 4 | UInt32(digit)
      place += 1
      count += 1
    }
    let isWhole = isBraced ? count > 0 && take("}" as Unicode.Scalar) : count == digits
    // Below 0x80, since \x80 and more are single bytes to Oniguruma.
    guard isWhole, Unicode.Scalar(value) != nil, isBraced || digits == 4 || value < 0x80 || dialect == .re2
    else {
      throw failure("the number of a character", from: start)
    }
    return value
  }
}
