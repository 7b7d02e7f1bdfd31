import WeftText

/// Which tokens may come where in a text that a model writes, whatever the model thinks of them.
public struct TokenRules: Hashable, Sendable {
  /// Tokens that do not come.
  public var suppressed: Set<Int> = []
  /// Tokens that do not come first.
  public var suppressedFirst: Set<Int> = []
  /// Tokens in a row that do not come: the last is not written where the others stand before it, in the text or at the
  /// end of the prompt.
  public var forbidden: Set<[Int]> = []
  /// How many tokens in a row do not come twice, the prompt's among them: transformers' `no_repeat_ngram_size`; nil for
  /// rows that may.
  public var unrepeated: Int?
  /// The token that comes at a place, counted from 0 behind the prompt.
  public var forced: [Int: Int] = [:]
  /// How times stand in the text of a sound.
  var timestamps: TimestampRules?

  /// No rules.
  public init() {}

  var isEmpty: Bool {
    suppressed.isEmpty && suppressedFirst.isEmpty && forbidden.isEmpty && forced.isEmpty && timestamps == nil
      && unrepeated == nil
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
    unrepeated = unrepeated ?? other.unrepeated
  }

  /// Takes what may not come out of the choice.
  ///
  /// - Parameters:
  ///   - scores: One for each token.
  ///   - prompt: The last tokens before the text, `reach` of them at least or all.
  ///   - written: The tokens of the text so far.
  func apply(to scores: inout [Float], prompt: ArraySlice<Int>, written: [Int]) {
    if let token = forced[written.count], scores.indices.contains(token) {
      for place in scores.indices where place != token { scores[place] = -Float.infinity }
      scores[token] = 0
      return
    }
    let first = written.isEmpty ? suppressedFirst : []
    for token in suppressed.union(first) where scores.indices.contains(token) { scores[token] = -Float.infinity }
    for row in forbidden {
      guard let last = row.last, scores.indices.contains(last) else { continue }
      let own = written.suffix(row.count - 1)
      let others = row.dropLast()
      guard own.elementsEqual(others.suffix(own.count)) else { continue }
      let missing = others.dropLast(own.count)
      if prompt.suffix(missing.count).elementsEqual(missing) { scores[last] = -Float.infinity }
    }
    for token in repeating(prompt, written) where scores.indices.contains(token) { scores[token] = -Float.infinity }
    timestamps?.apply(to: &scores, written: written)
  }

  /// The tokens with which a row would come again.
  private func repeating(_ prompt: ArraySlice<Int>, _ written: [Int]) -> Set<Int> {
    let all = prompt + written
    guard let unrepeated, unrepeated > 0, all.count >= unrepeated else { return [] }
    let end = all.suffix(unrepeated - 1)
    let last = all.endIndex - unrepeated
    return Set(
      (all.startIndex...last).lazy
        .filter { all[$0..<($0 + unrepeated - 1)].elementsEqual(end) }.map { all[$0 + unrepeated - 1] })
  }

  /// How many tokens before the text rules look at.
  var reach: Int { unrepeated != nil ? .max : max(0, (forbidden.map(\.count).max() ?? 0) - 1) }
}

extension ModelFolder {
  /// What `generation_config.json`, or else `config.json`, says of tokens that come or do not.
  ///
  /// - Parameters:
  ///   - vocabularySize: How many tokens there are.
  ///   - isCausal: Whether the model goes on with a text, rather than read one and write another. Files of such models
  ///     may say what is never used: suppressed tokens that there are not, and the token by which a text begins.
  func tokenRules(vocabularySize: Int, isCausal: Bool = false) throws(ModelError) -> TokenRules {
    let settings = try configuration("generation_config.json") ?? configuration
    var rules = TokenRules()
    rules.suppressed = try settings.tokens("suppress_tokens", below: vocabularySize, leavesOut: isCausal)
    rules.suppressedFirst = try settings.tokens("begin_suppress_tokens", below: vocabularySize, leavesOut: isCausal)
    let ends = try endTokens()
    for (place, row) in try settings.rows("bad_words_ids").enumerated() {
      guard !row.isEmpty, row.allSatisfy({ 0..<vocabularySize ~= $0 }) else {
        throw settings.failure(
          "bad_words_ids[\(place)]", expected: "tokens in 0 ..< \(vocabularySize)", found: "\(row)")
      }
      // A text has to end: a row that is one of the end tokens alone does not count, as in transformers.
      if row.count > 1 || !ends.contains(row[0]) { rules.forbidden.insert(row) }
    }
    rules.unrepeated = try settings.integer(optional: "no_repeat_ngram_size").flatMap { $0 > 0 ? $0 : nil }
    if isCausal { return rules }
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
  ///
  /// - Parameter leavesOut: Whether those that are not of the vocabulary are left out, rather than refused.
  fileprivate func tokens(_ key: String, below vocabulary: Int, leavesOut: Bool) throws(ModelError) -> Set<Int> {
    let tokens = Set(try integers(key) ?? []).subtracting([-1])
    if leavesOut { return tokens.filter { 0..<vocabulary ~= $0 } }
    if let wrong = tokens.first(where: { !(0..<vocabulary ~= $0) }) {
      throw failure(key, expected: "tokens in 0 ..< \(vocabulary)", found: "\(wrong)")
    }
    return tokens
  }
}
