/// Texts or pairs of a request as a model reads them.
enum PairInputs {
  struct Item: Sendable {
    let text: String
    var pair: String?
    let path: String
  }

  /// Tokenizes, what is long on a thread of its own, and refuses what is too long for the model.
  static func read(
    _ items: [Item], engine: any PairEngine, call: Call, truncates: Bool
  ) async throws -> [TokenizedPair] {
    // A query stands once in the body and is read with each text.
    let byteCount = items.reduce(0) { $0 + $1.text.utf8.count + ($1.pair?.utf8.count ?? 0) }
    return try await call.shelf.texts.run(call.flight, byteCount: byteCount) {
      try items.map { item in
        let tokens = try engine.tokenize(item.text, pair: item.pair, truncates: truncates)
        guard tokens.ids.count <= engine.maximumTokens else {
          throw RequestRefusal(
            .unfit,
            "`\(item.path)`: expected at most \(engine.maximumTokens) tokens, which the model takes, got "
              + "\(tokens.ids.count).", field: item.path)
        }
        return tokens
      }
    }
  }
}
