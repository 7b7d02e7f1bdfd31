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
    if let prompt = body["prompt_name"].given { throw prompt.unfit("nothing: prompts have no names here") }
    let cut = try cut(body)
    let inputs = try await TextInputs.read(
      body["inputs"], vocabularySize: engine.vocabularySize, limit: engine.maximumTokens, call: call, cut: cut
    ) { try engine.sequence(of: $0, cut: cut) }
    call.flight.note("tokens", .integer(inputs.tokenCount))
    let vectors = try await batcher.submit(inputs.sequences, call.flight)
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
