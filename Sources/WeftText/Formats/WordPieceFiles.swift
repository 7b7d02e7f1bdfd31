extension Tokenizer {
  /// Reads a `vocab.txt`: BERT's tokens, one a line, as its original code reads them.
  ///
  /// - Parameter lowercases: Whether the model is one that knows small letters only.
  /// - Throws: A `TokenizerError` where the file cannot be read or lacks a token that BERT needs.
  public init(vocabularyLines path: String, lowercases: Bool = true) throws(TokenizerError) {
    try self.init(vocabularyText: try TextFile.text(path), file: path, lowercases: lowercases)
  }

  /// The same for what a file holds.
  package init(vocabularyText text: String, file path: String, lowercases: Bool = true) throws(TokenizerError) {
    let vocabulary = Vocabulary()
    for (id, line) in Self.lines(of: text).enumerated() {
      guard id < Vocabulary.largestID else {
        throw TokenizerError(
          .limitExceeded, file: path, expected: "at most \(Vocabulary.largestID) lines", found: "more")
      }
      vocabulary.insert(line, id)
    }
    func special(_ text: String) throws(TokenizerError) -> (id: Int, text: String) {
      guard let id = vocabulary.id(of: text) else {
        throw TokenizerError(.missing, file: path, expected: "the token \(text)", found: "\(vocabulary.count) others")
      }
      return (id, text)
    }
    let pair = PostProcessor.SpecialPair(first: try special("[CLS]"), last: try special("[SEP]"))
    self.init(
      try WordPiece(vocabulary), .bert(BertNormalizer(lowercases: lowercases)), .bert, .bert(pair),
      .wordPiece(prefix: "##", cleansUp: true))
    let known = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"].filter { vocabulary.id(of: $0) != nil }
    try add(known.map { AddedToken($0, isSpecial: true) })
  }

  /// The lines of a text without white space at their ends.
  static func lines(of text: String) -> [String] {
    var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
      var scalars = Substring(line).unicodeScalars
      while let last = scalars.last, UnicodeTables.shared.has(last.value, .whitespace) { scalars.removeLast() }
      return String(Substring(scalars))
    }
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}

extension TextFile {
  /// A file's text.
  static func text(_ path: String) throws(TokenizerError) -> String {
    guard let text = String(validating: try read(path), as: UTF8.self) else {
      throw TokenizerError(.syntax, file: path, expected: "a text in UTF-8", found: "other bytes")
    }
    return text
  }
}
