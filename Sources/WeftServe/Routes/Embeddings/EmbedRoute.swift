import Hummingbird

/// `/embed`, as text-embeddings-inference has it.
enum EmbedRoute {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/embed", .embeddings) { try await embed($0) }
  }

  private static func embed(_ call: Call) async throws -> Answer {
    let body = try call.fields()
    let (running, batcher) = try call.shelf.find(body["model"].given?.text(), \.embedding, "embeddings")
    guard let engine = running.model.embedding else { throw RequestRefusal(.unknown, "This model has no embeddings.") }
    let normalizes = try body["normalize"].given?.flag() ?? true
    let dimensions = try body["dimensions"].given?.whole(in: 1...engine.dimension)
    let prompt = try PromptName.read(body, engine)
    let cut = try cut(body)
    let inputs = try await TextInputs.read(
      body["inputs"], vocabularySize: engine.vocabularySize, limit: engine.maximumTokens, call: call, cut: cut,
      prompt: body["prompt_name"].given
    ) { try engine.text($0, cut: cut, prompt: prompt) }
    call.flight.note("tokens", .integer(inputs.tokenCount))
    let vectors = try await batcher.submit(inputs.texts, call.flight)
    return .json(
      .list(vectors.map { .floats(Vectors.shaped($0, dimensions: dimensions, normalizes: normalizes)) }))
  }

  /// Where what is too long is cut.
  private static func cut(_ body: Field) throws -> TextCut {
    let side = try body["truncation_direction"].given?.text(among: ["Left", "Right", "left", "right"]) ?? "right"
    guard try body["truncate"].given?.flag() ?? false else { return .none }
    return side.lowercased() == "left" ? .beginning : .end
  }
}

/// The prompt that texts are put behind, by its name: text-embeddings-inference's field, also where OpenAI has none.
enum PromptName {
  static func read(_ body: Field, _ engine: any EmbeddingEngine) throws -> String? {
    guard let given = body["prompt_name"].given else { return nil }
    if engine.prompts.isEmpty { throw given.unfit("nothing: this model has no prompts") }
    return try given.text(among: engine.prompts)
  }
}
