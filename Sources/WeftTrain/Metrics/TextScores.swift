#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How alike translations are to those of people (Papineni et al., 2002), from 0 through 1: the n-grams of 1 to 4 words
/// that they share over the whole corpus, with a penalty for being short.
///
/// As in sacreBLEU with `tokenize='none'` (whose numbers are 100 times these): of several references the one of the
/// nearest length counts for the penalty, the shorter of two equally near; an order of n-grams without any match counts
/// as a half match, the next as a quarter, and so on. A corpus without an n-gram of each order, or without any match, has
/// 0; NaN for no sentence.
public struct BLEU: Metric, Hashable {
  /// The longest n-grams.
  public let order: Int
  private var matches: [Int]
  private var totals: [Int]
  private var length = 0
  private var referenceLength = 0
  private var sentences = 0

  /// A score of nothing yet.
  ///
  /// - Parameter order: The longest n-grams, from 1.
  public init(order: Int = 4) {
    self.order = max(1, order)
    matches = Array(repeating: 0, count: self.order)
    totals = matches
  }

  /// Takes in a sentence and its references, each cut at white space.
  public mutating func update(_ sentence: String, references: [String]) {
    update(cut(sentence), references: references.map(cut))
  }

  /// Takes in a sentence and its references as tokens.
  public mutating func update(_ sentence: [String], references: [[String]]) {
    sentences += 1
    length += sentence.count
    let nearest = references.map(\.count).min { left, right in
      let (a, b) = (abs(left - sentence.count), abs(right - sentence.count))
      return a == b ? left < right : a < b
    }
    referenceLength += nearest ?? 0
    for size in 1...order {
      let own = Self.counts(sentence, size)
      var most: [ArraySlice<String>: Int] = [:]
      for reference in references { most.merge(Self.counts(reference, size)) { max($0, $1) } }
      totals[size - 1] += max(0, sentence.count - size + 1)
      matches[size - 1] += own.reduce(0) { $0 + min($1.value, most[$1.key] ?? 0) }
    }
  }

  private static func counts(_ words: [String], _ size: Int) -> [ArraySlice<String>: Int] {
    guard words.count >= size else { return [:] }
    return (0...words.count - size).reduce(into: [:]) { $0[words[$1..<$1 + size], default: 0] += 1 }
  }

  public var value: Double {
    guard sentences > 0 else { return .nan }
    guard matches.contains(where: { $0 > 0 }), !totals.contains(0) else { return 0 }
    var (smoothing, logarithms) = (1.0, 0.0)
    for (match, total) in zip(matches, totals) {
      if match == 0 { smoothing *= 2 }
      logarithms += log((match == 0 ? 1 / smoothing : Double(match)) / Double(total))
    }
    let penalty = length >= referenceLength ? 0 : 1 - Double(referenceLength) / Double(length)
    return exp(logarithms / Double(order) + penalty)
  }

  public mutating func merge(_ other: BLEU) {
    guard isSame(order == other.order, "BLEU", "an order of \(order)", "\(other.order)") else { return }
    for place in matches.indices {
      matches[place] += other.matches[place]
      totals[place] += other.totals[place]
    }
    (length, referenceLength) = (length + other.length, referenceLength + other.referenceLength)
    sentences += other.sentences
  }

  public mutating func reset() { self = BLEU(order: order) }
}

/// The words to insert, to leave out and to replace for a text to become what was said, as a share of the words that were
/// said: above 1 where more is wrong than was said. NaN where nothing was said.
public struct WordErrorRate: Metric, Hashable {
  /// How many words were inserted, left out or replaced.
  public private(set) var errors = 0
  /// How many words were said.
  public private(set) var words = 0

  /// A rate of nothing yet.
  public init() {}

  public var value: Double { share(Double(errors), of: Double(words)) }

  /// Takes in a text and what was said, each cut at white space.
  public mutating func update(_ text: String, reference: String) { update(cut(text), reference: cut(reference)) }

  /// Takes in tokens of any kind: words, characters, for which it is the character error rate, or numbers of a vocabulary.
  public mutating func update<Token: Equatable>(_ tokens: [Token], reference: [Token]) {
    errors += Self.distance(tokens, reference)
    words += reference.count
  }

  /// Levenshtein's distance of words.
  private static func distance<Token: Equatable>(_ a: [Token], _ b: [Token]) -> Int {
    var row = Array(0...b.count)
    for (i, word) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for j in b.indices {
        let cost = diagonal + (word == b[j] ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(cost, diagonal + 1, row[j] + 1)
      }
    }
    return row[b.count]
  }

  public mutating func merge(_ other: WordErrorRate) {
    (errors, words) = (errors + other.errors, words + other.words)
  }

  public mutating func reset() { (errors, words) = (0, 0) }
}

/// A text cut at white space.
private func cut(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }
