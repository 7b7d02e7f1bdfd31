/// What cuts a stretch of text into tokens.
protocol TokenModel: Sendable {
  var vocabulary: Vocabulary { get }
  /// Whether the stretches of a byte-level pre-tokenizer may be given as the bytes that they stand for.
  var readsBytes: Bool { get }
  /// The token whose text is the text that it stands for, not the vocabulary's; -1 for none.
  var unknownWithText: Int32 { get }
  /// Whether equal stretches are worth remembering.
  var remembers: Bool { get }

  /// Appends the tokens of a stretch.
  func tokenize(_ bytes: UnsafeBufferPointer<UInt8>, isRaw: Bool, _ desk: TokenizerDesk) throws(TokenizerError)
}

extension TokenModel {
  var readsBytes: Bool { false }
  var unknownWithText: Int32 { -1 }
  var remembers: Bool { true }
}
