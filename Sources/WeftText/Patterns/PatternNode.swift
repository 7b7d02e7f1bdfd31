/// A regular expression as its parser understood it.
indirect enum PatternNode {
  case empty
  case set(ScalarSet)
  case sequence([PatternNode])
  case choice([PatternNode])
  case repeated(PatternNode, least: Int, most: Int?, PatternGreed)
  case look(PatternNode, ahead: Bool, isNegative: Bool)
  case atomic(PatternNode)
  case assertion(PatternAssertion)

  /// Whether it can match without taking anything.
  var canBeEmpty: Bool {
    switch self {
    case .empty, .look, .assertion: true
    case .set: false
    case .sequence(let parts): parts.allSatisfy(\.canBeEmpty)
    case .choice(let choices): choices.contains(where: \.canBeEmpty)
    case .repeated(let body, let least, _, _): least == 0 || body.canBeEmpty
    case .atomic(let body): body.canBeEmpty
    }
  }

  /// How many scalars it takes, where that is always the same.
  var fixedLength: Int? {
    switch self {
    case .empty, .look, .assertion: return 0
    case .set: return 1
    case .atomic(let body): return body.fixedLength
    case .sequence(let parts):
      return parts.reduce(0) { sum, part in sum.flatMap { sum in part.fixedLength.map { sum + $0 } } }
    case .choice(let choices):
      let lengths = Set(choices.map(\.fixedLength))
      return lengths.count == 1 ? lengths.first ?? nil : nil
    case .repeated(let body, let least, let most, _):
      guard least == most, let length = body.fixedLength else { return nil }
      let (product, overflow) = length.multipliedReportingOverflow(by: least)
      return overflow ? nil : product
    }
  }
}

/// How much a repetition takes, and whether it gives back.
enum PatternGreed {
  case greedy, lazy, possessive
}

/// A condition on a place.
enum PatternAssertion: Int {
  case lineStart, lineEnd, textStart, textEnd, textEndOrLastLine, wordEdge, noWordEdge
}

/// Whose reading of a pattern is meant, where regular expressions differ.
enum PatternDialect {
  /// Oniguruma's, which tokenizers have.
  case oniguruma
  /// RE2's: `\w`, `\d`, `\s`, `\b` and `[:alpha:]` are of ASCII, and `^` and `$` the ends of the text but for `(?m)`.
  case re2
}
