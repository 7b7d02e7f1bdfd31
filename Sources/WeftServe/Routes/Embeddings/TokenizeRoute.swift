import Hummingbird

/// `/tokenize` and `/info`, as text-embeddings-inference has them.
enum TokenizeRoute {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/tokenize", .embeddings) { try await tokenize($0) }
    mount.get("/info", .embeddings) { call in
      guard let model = call.shelf.models.first?.model else {
        throw RequestRefusal(.unavailable, "There is no model yet.")
      }
      let settings = call.shelf.settings
      return .json([
        "model_id": .text(model.name), "abilities": .list(model.abilities.map { .text($0) }),
        "max_input_length": model.texts.map { .integer($0.maximumTokens) } ?? .null,
        "max_batch_tokens": .integer(settings.batchTokens), "max_client_batch_size": .integer(settings.maximumInputs),
        "max_concurrent_requests": .integer(settings.maximumQueue),
      ])
    }
  }

  private static func tokenize(_ call: Call) async throws -> Answer {
    let body = try call.fields()
    let (_, engine) = try call.shelf.find(body["model"].given?.text(), \.model.texts, "texts")
    let addsSpecial = try body["add_special_tokens"].given?.flag() ?? true
    let given = body["inputs"]
    let fields = given.isText ? [given] : try given.elements(atMost: call.shelf.settings.maximumInputs)
    let texts = try fields.map { try $0.text() }
    let tokens = try await call.shelf.textThread.run {
      try texts.map { try engine.tokens(of: $0, addsSpecialTokens: addsSpecial) }
    }
    return .json(.list(tokens.map { .list($0.map(json)) }))
  }

  private static func json(_ token: TextToken) -> JSON {
    [
      "id": .integer(token.id), "text": .text(token.text), "special": .bool(token.isSpecial),
      "start": token.isSpecial ? .null : .integer(token.start), "stop": token.isSpecial ? .null : .integer(token.end),
    ]
  }
}
