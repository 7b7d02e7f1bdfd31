/// A model that knows whole words only.
final class WordLevel: TokenModel {
  let vocabulary: Vocabulary
  private let unknown: String
  let remembers = false

  init(_ vocabulary: Vocabulary, unknown: String) {
    self.vocabulary = vocabulary
    self.unknown = unknown
  }

  convenience init(_ field: ConfigField) throws(TokenizerError) {
    self.init(try Vocabulary(try field.required("vocab")), unknown: try field["unk_token"]?.string() ?? "<unk>")
  }

  func tokenize(_ bytes: UnsafeBufferPointer<UInt8>, isRaw: Bool, _ desk: TokenizerDesk) throws(TokenizerError) {
    var id = vocabulary.find(bytes)
    if id < 0 { id = try vocabulary.unknown(unknown, for: bytes) }
    desk.tokens.append(ModelToken(id: id, start: 0, end: Int32(bytes.count)))
  }
}

extension Vocabulary {
  /// The number of the unknown token, which a text needs.
  func unknown(_ token: String, for bytes: UnsafeBufferPointer<UInt8>) throws(TokenizerError) -> Int32 {
    guard let id = id(of: token) else {
      let text = String(decoding: bytes.prefix(60), as: UTF8.self)
      throw TokenizerError(
        .missingToken, path: "model.vocab", expected: "the unknown token \"\(token)\", which \"\(text)\" needs",
        found: "\(count) other tokens")
    }
    return Int32(id)
  }
}
