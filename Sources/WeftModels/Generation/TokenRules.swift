import WeftText

/// Which tokens may come where in a text that a model writes, whatever the model thinks of them.
public struct TokenRules: Hashable, Sendable {
  /// Tokens that do not come.
  public var suppressed: Set<Int> = []
  /// Tokens that do not come first.
  public var suppressedFirst: Set<Int> = []
  /// Tokens in a row that do not come, within what is written.
  public var forbidden: Set<[Int]> = []
  /// The token that comes at a place, counted from 0 behind the prompt.
  public var forced: [Int: Int] = [:]
  /// How times stand in the text of a sound.
  var timestamps: TimestampRules?

  /// No rules.
  public init() {}

  var isEmpty: Bool {
    suppressed.isEmpty && suppressedFirst.isEmpty && forbidden.isEmpty && forced.isEmpty && timestamps == nil
  }

  /// All tokens that rules speak of.
  var tokens: [Int] { Array(suppressed) + suppressedFirst + forbidden.joined() + forced.values }

  /// Adds rules, where there are none of this kind for a place.
  mutating func add(_ other: TokenRules) {
    suppressed.formUnion(other.suppressed)
    suppressedFirst.formUnion(other.suppressedFirst)
    forbidden.formUnion(other.forbidden)
    forced.merge(other.forced) { own, _ in own }
    timestamps = timestamps ?? other.timestamps
  }

  /// Takes what may not come out of the choice.
  ///
  /// - Parameters:
  ///   - scores: One for each token.
  ///   - written: The tokens of the text so far.
  func apply(to scores: inout [Float], written: [Int]) {
    if let token = forced[written.count], scores.indices.contains(token) {
      for place in scores.indices where place != token { scores[place] = -Float.infinity }
      scores[token] = 0
      return
    }
    let first = written.isEmpty ? suppressedFirst : []
    for token in suppressed.union(first) where scores.indices.contains(token) { scores[token] = -Float.infinity }
    for row in forbidden {
      guard let last = row.last, scores.indices.contains(last) else { continue }
      if written.suffix(row.count - 1).elementsEqual(row.dropLast()) { scores[last] = -Float.infinity }
    }
    timestamps?.apply(to: &scores, written: written)
  }
}

extension ModelFolder {
  /// What `generation_config.json`, or else `config.json`, says of tokens that come or do not.
  ///
  /// - Parameter vocabularySize: How many tokens there are.
  func tokenRules(vocabularySize: Int) throws(ModelError) -> TokenRules {
    let settings = try configuration("generation_config.json") ?? configuration
    var rules = TokenRules()
    rules.suppressed = try settings.tokens("suppress_tokens", below: vocabularySize)
    rules.suppressedFirst = try settings.tokens("begin_suppress_tokens", below: vocabularySize)
    for (place, row) in try settings.rows("bad_words_ids").enumerated() {
      guard !row.isEmpty, row.allSatisfy({ 0..<vocabularySize ~= $0 }) else {
        throw settings.failure(
          "bad_words_ids[\(place)]", expected: "tokens in 0 ..< \(vocabularySize)", found: "\(row)")
      }
      rules.forbidden.insert(row)
    }
    rules.forced[0] = try settings.integer(optional: "forced_bos_token_id", in: 0...vocabularySize - 1)
    return rules
  }
}

extension ModelConfiguration {
  /// Lists of whole numbers; none where there are none.
  fileprivate func rows(_ key: String) throws(ModelError) -> [[Int]] {
    guard let value = value(key) else { return [] }
    guard case .array(let lists) = value else { throw failure(key, expected: "lists of tokens") }
    var rows: [[Int]] = []
    for list in lists {
      guard case .array(let values) = list else { throw failure(key, expected: "lists of tokens") }
      var row: [Int] = []
      for value in values {
        guard case .integer(let token) = value else { throw failure(key, expected: "lists of tokens") }
        row.append(token)
      }
      rows.append(row)
    }
    return rows
  }

  /// Tokens of the vocabulary; none where there are none. Files say it with -1 too.
  fileprivate func tokens(_ key: String, below vocabulary: Int) throws(ModelError) -> Set<Int> {
    let tokens = Set(try integers(key) ?? []).subtracting([-1])
    if let wrong = tokens.first(where: { !(0..<vocabulary ~= $0) }) {
      throw failure(key, expected: "tokens in 0 ..< \(vocabulary)", found: "\(wrong)")
    }
    return tokens
  }
}
