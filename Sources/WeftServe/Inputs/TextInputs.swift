/// Texts of a request as sequences of tokens that a model takes.
struct TextInputs {
  /// The tokens of each text.
  var texts: [TokenizedText]
  /// Whether there was one text by itself, rather than an array.
  let isSingle: Bool

  var tokenCount: Int { texts.reduce(0) { $0 + $1.ids.count } }

  /// Reads a text, an array of texts, a list of tokens, or an array of such lists; tokenizes what is long on a thread
  /// of its own.
  ///
  /// - Parameters:
  ///   - vocabularySize: Tokens are below this.
  ///   - limit: How many tokens a text may have.
  ///   - cut: Where lists of tokens are cut that are longer.
  ///   - prompt: What names a prompt to put texts behind: tokens are taken as they are and refuse it.
  ///   - tokenize: The tokens of a text, which it cuts itself.
  static func read(
    _ field: Field, vocabularySize: Int, limit: Int, call: Call, cut: TextCut = .none,
    prompt: Field? = nil, tokenize: @escaping @Sendable (String) throws -> TokenizedText
  ) async throws -> TextInputs {
    let given = try InputTexts(field, vocabularySize: vocabularySize, limit: call.shelf.settings.maximumInputs)
    if let prompt, given.hasTokens { throw prompt.unfit("nothing: tokens are taken as they are, behind no prompt") }
    let texts = try await call.shelf.texts.run(call.flight, byteCount: call.byteCount) {
      try given.items.map { item in
        switch item.content {
        case .tokens(let tokens): try fitted(TokenizedText(ids: tokens), limit, item.path, cut)
        case .text(let text): try fitted(try tokenize(text), limit, item.path, .none)
        }
      }
    }
    return TextInputs(texts: texts, isSingle: given.isSingle)
  }

  private static func fitted(
    _ text: TokenizedText, _ limit: Int, _ path: String, _ cut: TextCut
  ) throws -> TokenizedText {
    let tokens = text.ids
    guard !tokens.isEmpty else {
      throw RequestRefusal(.unfit, "`\(path)`: expected at least one token, got none.", field: path)
    }
    guard tokens.count > limit else { return text }
    switch cut {
    case .end: return TokenizedText(ids: Array(tokens.prefix(limit)))
    case .beginning: return TokenizedText(ids: Array(tokens.suffix(limit)))
    case .none:
      throw RequestRefusal(
        .unfit, "`\(path)`: expected at most \(limit) tokens, which the model takes, got \(tokens.count).", field: path)
    }
  }
}

/// What a request names as its texts, before any is tokenized.
struct InputTexts: Sendable {
  enum Content: Sendable {
    case text(String)
    case tokens([Int])
  }
  struct Item: Sendable {
    let content: Content
    let path: String
  }
  let items: [Item]
  let isSingle: Bool

  /// Whether one of them is a list of tokens.
  var hasTokens: Bool {
    items.contains { item in
      if case .tokens = item.content { return true }
      return false
    }
  }

  init(_ field: Field, vocabularySize: Int, limit: Int) throws {
    if field.isText {
      items = [Item(content: .text(try field.text()), path: field.path)]
      isSingle = true
      return
    }
    guard case .list(let values) = field.value else { throw field.unfit("a text or an array") }
    guard let first = values.first else { throw field.unfit("at least one text") }
    isSingle = Field(first).isNumber
    if isSingle {
      items = [Item(content: .tokens(try Self.tokens(field, vocabularySize)), path: field.path)]
      return
    }
    guard values.count <= limit else { throw field.unfit("at most \(limit) texts") }
    items = try field.elements().map { element in
      let content: Content =
        element.isList ? .tokens(try Self.tokens(element, vocabularySize)) : .text(try element.text())
      return Item(content: content, path: element.path)
    }
  }

  /// Tokens as they are, without a path for each: there may be a million.
  private static func tokens(_ field: Field, _ vocabularySize: Int) throws -> [Int] {
    guard case .list(let values) = field.value else { throw field.unfit("an array") }
    let range = 0...max(0, vocabularySize - 1)
    return try values.enumerated().map { place, value in
      if case .integer(let token) = value, range.contains(token) { return token }
      return try Field(value, path: "\(field.path)[\(place)]").whole(in: range)
    }
  }
}
