import Hummingbird

/// `/tokenize` and `/info`, as text-embeddings-inference has them.
enum TokenizeRoute {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/tokenize", .embeddings) { try await tokenize($0) }
    mount.get("/info", .embeddings) { call in
      guard let model = call.shelf.models.first?.model else {
        throw call.shelf.stillLoading ?? RequestRefusal(.unavailable, "There is no model yet.")
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
    let (running, engine) = try call.shelf.find(body["model"].given?.text(), \.model.texts, "texts")
    let before = try prompt(body, running.model.embedding)
    let addsSpecial = try body["add_special_tokens"].given?.flag() ?? true
    let given = body["inputs"]
    let fields = given.isText ? [given] : try given.elements(atMost: call.shelf.settings.maximumInputs)
    let texts = try fields.map { before + (try $0.text()) }
    // The answer is many times as long as the texts.
    let size = texts.reduce(0) { $0 + $1.utf8.count }
    guard size <= largestText else {
      throw RequestRefusal(
        .unfit, "`inputs`: expected texts of at most \(largestText) bytes in all, got \(size).", field: "inputs")
    }
    let written = try await call.shelf.texts.run(call.flight, byteCount: call.byteCount) {
      var bytes = Array("[".utf8)
      for (place, text) in texts.enumerated() {
        bytes += (place > 0 ? ",[" : "[").utf8
        write(try engine.tokens(of: text, addsSpecialTokens: addsSpecial), to: &bytes)
        bytes += "]".utf8
      }
      return bytes + "]".utf8
    }
    return .json(.written(written))
  }

  /// What a prompt of the model's puts before a text.
  private static func prompt(_ body: Field, _ engine: (any EmbeddingEngine)?) throws -> String {
    guard let given = body["prompt_name"].given else { return "" }
    guard let engine, let name = try PromptName.read(body, engine) else {
      throw given.unfit("nothing: this model has no prompts")
    }
    return try engine.textBefore(prompt: name)
  }

  /// How many bytes the texts of a request have at most.
  private static let largestText = 1 << 20

  /// Writes tokens as JSON at once: as values they would take hundreds of bytes each.
  private static func write(_ tokens: [TextToken], to bytes: inout [UInt8]) {
    for (place, token) in tokens.enumerated() {
      bytes += "\(place > 0 ? "," : ""){\"id\":\(token.id),\"text\":".utf8
      JSON.append(token.text, to: &bytes)
      let (start, end) = token.isSpecial ? ("null", "null") : ("\(token.start)", "\(token.end)")
      bytes += ",\"special\":\(token.isSpecial),\"start\":\(start),\"stop\":\(end)}".utf8
    }
  }
}
