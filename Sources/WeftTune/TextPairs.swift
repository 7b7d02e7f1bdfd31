import WeftData

/// Pairs of texts that a model is to learn from: a question and its answer, two sentences and how alike they are.
///
/// ```swift
/// let pairs = try TextPairs(contentsOf: "pairs.csv")                        // columns that are called as usual
/// let others = try TextPairs(contentsOf: "pairs.jsonl", columns: PairColumns(first: "title", second: "body"))
/// ```
public struct TextPairs: Hashable, Sendable {
  /// The first texts: questions, anchors.
  public let first: [String]
  /// The second texts, as many: answers, documents.
  public let second: [String]
  /// Texts that answer the first ones badly, though they look as if: lists of as many texts each.
  public let negatives: [[String]]
  /// How alike, or how good, each pair is; nil where all are good.
  public let scores: [Float]?

  /// Pairs in memory.
  ///
  /// - Throws: `DataFileError` for lists of different lengths.
  public init(
    first: [String], second: [String], negatives: [[String]] = [], scores: [Float]? = nil
  ) throws(DataFileError) {
    let counts = [second.count] + negatives.map(\.count) + (scores.map { [$0.count] } ?? [])
    if let other = counts.first(where: { $0 != first.count }) {
      throw DataFileError(
        .badValue, file: "pairs", expected: "\(first.count) of each, as of the first texts", found: "\(other)")
    }
    (self.first, self.second, self.negatives, self.scores) = (first, second, negatives, scores)
  }

  /// How many pairs there are.
  public var count: Int { first.count }
}

/// Which columns of a file are what. What is left out is looked for under the names that such files have.
public struct PairColumns: Hashable, Sendable {
  /// The column of the first texts: `anchor`, `query`, `question`, `sentence1`, `sentence_A`, `text1`, `premise`.
  public var first: String?
  /// That of the second: `positive`, `document`, `answer`, `passage`, `response`, `sentence2`, `sentence_B`, `text2`,
  /// `hypothesis`.
  public var second: String?
  /// Those of negatives: every column called `negative`, or so with a number behind it.
  public var negatives: [String]?
  /// That of scores: `score`, `label`, `similarity`.
  public var score: String?

  /// The columns of these names.
  public init(first: String? = nil, second: String? = nil, negatives: [String]? = nil, score: String? = nil) {
    (self.first, self.second, self.negatives, self.score) = (first, second, negatives, score)
  }
}

extension PairColumns {
  private static let firsts = ["anchor", "query", "question", "sentence1", "sentence_A", "text1", "premise"]
  private static let seconds = [
    "positive", "document", "answer", "passage", "response", "sentence2", "sentence_B", "text2", "hypothesis",
  ]
  private static let scores = ["score", "label", "similarity"]

  /// These columns, and what is left out as the file calls it.
  fileprivate func found(in names: [String], _ file: String) throws(DataFileError) -> PairColumns {
    func known(_ given: String?, _ usual: [String], _ what: String) throws(DataFileError) -> String {
      if let name = given ?? usual.first(where: names.contains) { return name }
      throw DataFileError(
        .missingColumn, file: file, expected: "a column of \(what): \(usual.joined(separator: ", "))",
        found: names.prefix(12).joined(separator: ", "), hint: "say which one it is")
    }
    let negatives =
      negatives
      ?? names.filter { name in
        name.hasPrefix("negative") && name.dropFirst(8).allSatisfy { $0 == "_" || $0.isNumber }
      }
    return PairColumns(
      first: try known(first, Self.firsts, "first texts"), second: try known(second, Self.seconds, "second texts"),
      negatives: negatives, score: score ?? Self.scores.first(where: names.contains))
  }

  /// The names of all columns of texts.
  fileprivate var texts: [String] { [first, second].compactMap { $0 } + (negatives ?? []) }
}

extension TextPairs {
  /// Reads pairs from a table (`.csv`, `.tsv`) or lines of JSON (`.jsonl`, `.json`, `.ndjson`), also compressed by gzip.
  ///
  /// - Throws: `DataFileError` for a file that cannot be read, a column that is not there, a text that is missing or a score
  ///   that is no finite number.
  public init(contentsOf path: String, columns: PairColumns = PairColumns()) throws {
    let name = path.hasSuffix(".gz") ? String(path.dropLast(3)) : path
    if [".jsonl", ".json", ".ndjson"].contains(where: name.hasSuffix) {
      let table = try JSONLines.table(path)
      try self.init(table, try columns.found(in: table.names, path), path)
    } else {
      let columns = try columns.found(in: try Table(csv: path, missingMarks: []).names, path)
      // "NA" is a text here, and "01" is one as it stands.
      let kinds = Dictionary(columns.texts.map { ($0, TableColumn.Kind.text) }, uniquingKeysWith: { first, _ in first })
      try self.init(try Table(csv: path, kinds: kinds, missingMarks: []), columns, path)
    }
  }

  private init(_ table: Table, _ columns: PairColumns, _ path: String) throws(DataFileError) {
    func texts(_ name: String?) throws(DataFileError) -> [String] {
      guard let name else { return [] }
      let texts = try table.texts(name)
      if let row = texts.firstIndex(of: nil) { throw Self.missing("a text", name, row, path) }
      return texts.compactMap { $0 }
    }
    var scores: [Float]?
    if let name = columns.score {
      let numbers = try table.numbers(name)
      if let row = numbers.firstIndex(where: { !Float($0).isFinite }) {
        throw Self.missing("a finite number", name, row, path)
      }
      scores = numbers.map { Float($0) }
    }
    var negatives: [[String]] = []
    for name in columns.negatives ?? [] { negatives.append(try texts(name)) }
    try self.init(
      first: try texts(columns.first), second: try texts(columns.second), negatives: negatives, scores: scores)
  }

  private static func missing(_ what: String, _ column: String, _ row: Int, _ path: String) -> DataFileError {
    DataFileError(
      .badValue, file: path, expected: "\(what) in column \"\(column)\" of pair \(row + 1)", found: "none")
  }
}
