/// Reads regular expressions as Oniguruma does, so far as tokenizers use them, or as RE2; what it does not know it
/// refuses.
struct PatternParser {
  private static let deepest = 100
  private static let mostSets = 2000
  private let scalars: [Unicode.Scalar]
  private let text: String
  let dialect: PatternDialect
  var place = 0
  /// Whether case is ignored, whether a dot takes ends of lines, and whether ^ and $ stand at those, where the parser
  /// stands.
  private(set) var ignoresCase = false
  private var dotTakesAll = false
  private var anchorsAtLines: Bool
  /// The sets of characters that stand for themselves, each once: a set takes 139 KB.
  private var literals: [UInt32: ScalarSet] = [:]
  private var setCount = 0
  /// The character that was read last, where case is ignored.
  private var lastLiteral: Unicode.Scalar?

  static func parse(_ text: String, _ dialect: PatternDialect) throws(TokenizerError) -> PatternNode {
    var parser = PatternParser(text, dialect)
    let node = try parser.choice(depth: 0)
    guard parser.peek == nil else { throw parser.failure(.badValue, "no \")\" without \"(\"") }
    return node
  }

  /// A text that stands for itself.
  static func literal(_ text: String) throws(TokenizerError) -> PatternNode {
    var parser = PatternParser(text, .oniguruma)
    var parts: [PatternNode] = []
    for (place, scalar) in parser.scalars.enumerated() {
      parts.append(.set(try parser.literal(scalar.value, from: place)))
    }
    return .sequence(parts)
  }

  private init(_ text: String, _ dialect: PatternDialect) {
    (self.text, self.dialect) = (text, dialect)
    anchorsAtLines = dialect == .oniguruma
    scalars = Array(text.unicodeScalars)
  }

  var peek: Unicode.Scalar? { place < scalars.count ? scalars[place] : nil }

  mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek == scalar else { return false }
    place += 1
    return true
  }

  mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[place...].starts(with: wanted) else { return false }
    place += wanted.count
    return true
  }

  mutating func next() -> Unicode.Scalar? {
    defer { place += 1 }
    return peek
  }

  /// What is not known here, as a failure.
  func failure(_ expected: String, from start: Int? = nil) -> TokenizerError {
    failure(.unsupported, expected, from: start)
  }

  func failure(_ code: TokenizerError.Code, _ expected: String, from start: Int? = nil) -> TokenizerError {
    let start = min(start ?? place, scalars.count)
    var found = "the end of the pattern"
    if start < scalars.count {
      found = "\"" + scalars[start...].prefix(12).reduce(into: "") { $0.unicodeScalars.append($1) } + "\""
    }
    return TokenizerError(code, path: "character \(start) of the pattern \(text)", expected: expected, found: found)
  }

  private mutating func choice(depth: Int) throws(TokenizerError) -> PatternNode {
    guard depth < Self.deepest else { throw failure(.limitExceeded, "nesting of at most \(Self.deepest)") }
    let old = (ignoresCase, dotTakesAll, anchorsAtLines)
    defer { (ignoresCase, dotTakesAll, anchorsAtLines) = old }
    var choices = [try sequence(depth)]
    while take("|" as Unicode.Scalar) { choices.append(try sequence(depth)) }
    return choices.count == 1 ? choices[0] : .choice(choices)
  }

  private mutating func sequence(_ depth: Int) throws(TokenizerError) -> PatternNode {
    var parts: [PatternNode] = []
    lastLiteral = nil
    while let scalar = peek, scalar != "|", scalar != ")" {
      let start = place
      guard let atom = try atom(depth) else { continue }
      parts.append(try repetitions(of: atom, from: start))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  /// What a repetition can stand behind; nil for options that hold from here on.
  private mutating func atom(_ depth: Int) throws(TokenizerError) -> PatternNode? {
    let start = place
    guard let scalar = next() else { return .empty }
    if "([.^$|".unicodeScalars.contains(scalar) { lastLiteral = nil }
    switch scalar {
    case "(": return try group(depth, from: start)
    case "[":
      try countSet(from: start)
      return .set(try bracketed(depth: 0))
    case ".":
      try countSet(from: start)
      let set = ScalarSet()
      if !dotTakesAll { set.insert(0x0A) }
      set.invert()
      return .set(set)
    case "^": return .assertion(anchorsAtLines ? .lineStart : .textStart)
    case "$": return .assertion(anchorsAtLines ? .lineEnd : .textEnd)
    case "\\": return try escapedAtom(from: start)
    case "*", "+", "?": throw failure(.badValue, "something to repeat", from: start)
    default: return .set(try literal(scalar.value, from: start))
    }
  }

  private mutating func literal(_ scalar: UInt32, from start: Int) throws(TokenizerError) -> ScalarSet {
    if ignoresCase { try refuseSeveral(scalar, from: start) }
    let key = scalar << 1 | (ignoresCase ? 1 : 0)
    if let known = literals[key] { return known }
    try countSet(from: start)
    let set = ScalarSet()
    set.insert(scalar)
    if ignoresCase { set.ignoreCase() }
    literals[key] = set
    return set
  }

  /// Counts a set that the pattern keeps, which a hostile one could ask for until memory ends.
  private mutating func countSet(from start: Int) throws(TokenizerError) {
    setCount += 1
    guard setCount <= Self.mostSets else {
      throw failure(.limitExceeded, "at most \(Self.mostSets) different characters and sets", from: start)
    }
  }

  /// Refuses what is more than one character where case does not matter, as "ß" is "ss", since Oniguruma takes one for
  /// the other; RE2 does not, and may have the pairs.
  private mutating func refuseSeveral(_ scalar: UInt32, from start: Int) throws(TokenizerError) {
    let several: [ClosedRange<UInt32>] = [
      0xDF...0xDF, 0x130...0x130, 0x149...0x149, 0x1F0...0x1F0, 0x390...0x390, 0x3B0...0x3B0, 0x587...0x587,
      0x1E96...0x1E9A, 0x1E9E...0x1E9E, 0x1F50...0x1FFC, 0xFB00...0xFB17,
    ]
    let pairs = ["ss", "ff", "fi", "fl", "st"]
    var folded = Unicode.Scalar(scalar | (0x41...0x5A ~= scalar ? 0x20 : 0))
    if scalar == 0x17F { folded = "s" }
    let pair = [lastLiteral, folded].compactMap { $0 }.reduce(into: "") { $0.unicodeScalars.append($1) }
    let isPair = dialect == .oniguruma && lastLiteral != nil && pairs.contains(pair)
    guard !isPair, !several.contains(where: { $0.contains(scalar) }) else {
      throw failure("no character that is several without case, as ß, ff, fi, fl and st, behind (?i)", from: start)
    }
    lastLiteral = folded
  }

  private mutating func escapedAtom(from start: Int) throws(TokenizerError) -> PatternNode {
    let assertions: [(Unicode.Scalar, PatternAssertion)] = [
      ("A", .textStart), ("z", .textEnd), ("Z", .textEndOrLastLine), ("b", .wordEdge), ("B", .noWordEdge),
    ]
    if let found = assertions.first(where: { peek == $0.0 }) {
      place += 1
      let isOfWords = found.1 == .wordEdge || found.1 == .noWordEdge
      guard dialect == .re2, isOfWords else { return .assertion(found.1) }
      try countSet(from: start)
      return wordEdge(isNegative: found.1 == .noWordEdge)
    }
    if let set = try classEscape(from: start) {
      try countSet(from: start)
      return .set(set)
    }
    if dialect == .oniguruma, let node = try lineEscape(from: start) { return node }
    return .set(try literal(try scalarEscape(from: start), from: start))
  }

  /// `\R`, an end of a line of any kind; `\N`, what is none; `\O`, any character; nil for another escape.
  private mutating func lineEscape(from start: Int) throws(TokenizerError) -> PatternNode? {
    let set = ScalarSet()
    switch peek {
    case "R":
      for range in [0x0A..<0x0E, 0x85..<0x86, 0x2028..<0x202A] as [Range<UInt32>] { set.insert(range) }
      let pair = try [0x0D, 0x0A].map { scalar throws(TokenizerError) in
        PatternNode.set(try literal(scalar, from: start))
      }
      place += 1
      try countSet(from: start)
      return .atomic(.choice([.sequence(pair), .set(set)]))
    case "N": set.insert(0x0A)
    case "O": break
    default: return nil
    }
    place += 1
    try countSet(from: start)
    set.invert()
    return .set(set)
  }

  /// Where of the characters on both sides one alone is part of a word of ASCII, or both or none are.
  private func wordEdge(isNegative: Bool) -> PatternNode {
    let word = PatternNode.set(narrowed(.flag(.word)))
    func sides(_ before: Bool, _ after: Bool) -> PatternNode {
      .sequence([.look(word, ahead: false, isNegative: !before), .look(word, ahead: true, isNegative: !after)])
    }
    return .choice([sides(true, isNegative), sides(false, !isNegative)])
  }

  private mutating func group(_ depth: Int, from start: Int) throws(TokenizerError) -> PatternNode? {
    guard take("?" as Unicode.Scalar) else { return try closed(depth, from: start) { $0 } }
    if take(":" as Unicode.Scalar) { return try closed(depth, from: start) { $0 } }
    if take(">" as Unicode.Scalar) { return try closed(depth, from: start) { .atomic($0) } }
    if take("=" as Unicode.Scalar) {
      return try closed(depth, from: start) { .look($0, ahead: true, isNegative: false) }
    }
    if take("!" as Unicode.Scalar) {
      return try closed(depth, from: start) { .look($0, ahead: true, isNegative: true) }
    }
    if take("<=") || take("<!") {
      let isNegative = scalars[place - 1] == "!"
      let node = try closed(depth, from: start) { .look($0, ahead: false, isNegative: isNegative) }
      guard case .look(let body, _, _) = node, body.fixedLength != nil else {
        throw failure("a look behind of fixed length", from: start)
      }
      return node
    }
    if dialect == .oniguruma, take("#" as Unicode.Scalar) {
      while let scalar = next(), scalar != ")" { if scalar == "\\" { place += 1 } }
      guard place <= scalars.count else { throw failure(.badValue, "\")\" for the \"(\"", from: start) }
      return nil
    }
    if take(dialect == .re2 ? "P<" : "<") {
      guard let first = peek, first != ">" else { throw failure(.badValue, "a name for the group", from: start) }
      while let scalar = next(), scalar != ">" {}
      return try closed(depth, from: start) { $0 }
    }
    return try options(depth, from: start)
  }

  private mutating func closed(
    _ depth: Int, from start: Int, _ wrap: (PatternNode) -> PatternNode
  ) throws(TokenizerError) -> PatternNode {
    let body = try choice(depth: depth + 1)
    guard take(")" as Unicode.Scalar) else { throw failure(.badValue, "\")\" for the \"(\"", from: start) }
    return wrap(body)
  }

  /// `(?i)` and `(?i:...)`, with the options i and m, which makes a dot take ends of lines, as s does in RE2.
  private mutating func options(_ depth: Int, from start: Int) throws(TokenizerError) -> PatternNode? {
    let old = (ignoresCase, dotTakesAll, anchorsAtLines)
    var turnsOn = true
    while let scalar = next() {
      switch scalar {
      case "-": turnsOn = false
      case "i": ignoresCase = turnsOn
      case "m" where dialect == .re2: anchorsAtLines = turnsOn
      case "m": dotTakesAll = turnsOn
      case "s" where dialect == .re2: dotTakesAll = turnsOn
      case ")":
        // The rest of the group, with its further choices, is a group of its own.
        return try choice(depth: depth + 1)
      case ":":
        defer { (ignoresCase, dotTakesAll, anchorsAtLines) = old }
        return try closed(depth, from: start) { $0 }
      default:
        throw failure(
          "a group of the kinds (...), (?:...), (?=...), (?!...), (?<=...), (?<!...), (?>...), (?i:...)", from: start)
      }
    }
    throw failure(.badValue, "\")\" for the \"(\"", from: start)
  }
}

extension PatternParser {
  /// The repetitions behind an atom, one around the other.
  private mutating func repetitions(of atom: PatternNode, from start: Int) throws(TokenizerError) -> PatternNode {
    var node = atom
    var count = 0
    while let bounds = try bounds() {
      count += 1
      guard count <= 8 else { throw failure(.limitExceeded, "at most 8 repetitions of one another", from: start) }
      if case .assertion = node { throw failure("no repetition of an assertion", from: start) }
      if case .look = node { throw failure("no repetition of a look around", from: start) }
      var greed = PatternGreed.greedy
      if take("?" as Unicode.Scalar) {
        if dialect == .oniguruma, bounds.isInterval, bounds.least == bounds.most {
          throw failure("no \"?\" behind {n}", from: place - 1)
        }
        greed = .lazy
      } else if !bounds.isInterval, take("+" as Unicode.Scalar) {
        greed = .possessive
      }
      node = .repeated(node, least: bounds.least, most: bounds.most, greed)
    }
    return node
  }

  private struct Bounds {
    let least: Int
    let most: Int?
    var isInterval = false
  }

  private mutating func bounds() throws(TokenizerError) -> Bounds? {
    if take("*" as Unicode.Scalar) { return Bounds(least: 0, most: nil) }
    if take("+" as Unicode.Scalar) { return Bounds(least: 1, most: nil) }
    if take("?" as Unicode.Scalar) { return Bounds(least: 0, most: 1) }
    return try interval()
  }

  /// `{n}`, `{n,}`, `{n,m}` and, but for RE2, `{,m}`; nil for a brace that is none of them, which stands for itself.
  private mutating func interval() throws(TokenizerError) -> Bounds? {
    let start = place
    guard take("{" as Unicode.Scalar) else { return nil }
    let least = try number()
    let hasComma = take("," as Unicode.Scalar)
    let most = hasComma ? try number() : least
    guard least != nil || most != nil && dialect == .oniguruma, take("}" as Unicode.Scalar) else {
      place = start
      return nil
    }
    if let most, most < least ?? 0 { throw failure("bounds in order", from: start) }
    return Bounds(least: least ?? 0, most: most, isInterval: true)
  }

  private mutating func number() throws(TokenizerError) -> Int? {
    let start = place
    var value: Int?
    while let digit = peek, "0"..."9" ~= digit {
      value = (value ?? 0) * 10 + Int(digit.value - 0x30)
      place += 1
      guard value ?? 0 <= 1000 else { throw failure(.limitExceeded, "a repetition of at most 1000", from: start) }
    }
    return value
  }
}
