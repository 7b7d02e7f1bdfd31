extension Tokenizer {
  /// Reads a `vocab.json` and its `merges.txt`: a byte-level model as GPT-2's.
  ///
  /// - Parameters:
  ///   - addsPrefixSpace: Whether a space is put before a text, as RoBERTa's relatives do.
  ///   - specialTokens: The texts of special tokens that the vocabulary has.
  /// - Throws: A `TokenizerError` that names the file and the place in it.
  public init(
    vocabulary: String, merges: String, addsPrefixSpace: Bool = false, specialTokens: [String] = ["<|endoftext|>"]
  ) throws(TokenizerError) {
    let root = ConfigField(
      value: try ConfigReader.read(try TextFile.read(vocabulary), file: vocabulary), path: "", file: vocabulary)
    let tokens = try Vocabulary(root)
    let lines = try TextFile.text(merges).utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
    var table = MergeTable(capacity: lines.count)
    var rank = 0
    for (index, bytes) in lines.enumerated() {
      var line = String(Substring(bytes))
      if line.utf8.last == 0x0D { line = String(decoding: line.utf8.dropLast(), as: UTF8.self) }
      if line.isEmpty || line.utf8.starts(with: "#version".utf8) { continue }
      func place() -> ConfigField { ConfigField(value: .text(line), path: "line \(index + 1)", file: merges) }
      guard let pair = MergeTable.parts(of: line) else {
        throw place().failure(expected: "two tokens with one space between them")
      }
      try table.add(pair, rank, tokens, "", place)
      rank += 1
    }
    let split = try ByteLevelSplit(addsPrefixSpace: addsPrefixSpace, trimsOffsets: true, usesPattern: true)
    self.init(
      BPE(tokens, table, BPE.Options(), isByteLevel: true), nil, .byteLevel(split),
      .byteLevel(trimsOffsets: false, addsPrefixSpace: addsPrefixSpace), .byteLevel)
    try add(specialTokens.filter { tokens.id(of: $0) != nil }.map { AddedToken($0, isSpecial: true) })
  }
}
