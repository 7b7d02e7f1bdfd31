import Hummingbird

/// `/embed`, as text-embeddings-inference has it.
enum EmbedRoute {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/embed", .embeddings) { try await embed($0) }
  }

  private static func embed(_ call: Call) async throws -> Answer {
    let body = try call.fields()
    let (running, batcher) = try call.shelf.find(body["model"].given?.text(), \.embedding, "embeddings")
    guard let engine = running.model.embedding else { throw Refusal(.unknown, "This model has no embeddings.") }
    let normalizes = try body["normalize"].given?.flag() ?? true
    let dimensions = try body["dimensions"].given?.whole(in: 1...engine.dimension)
    if let prompt = body["prompt_name"].given { throw prompt.unfit("nothing: prompts have no names here") }
    let inputs = try await TextInputs.read(
      body["inputs"], engine: engine, vocabularySize: engine.vocabularySize, shelf: call.shelf,
      truncates: try body["truncate"].given?.flag() ?? false, cutsBeginning: try Truncation.cutsBeginning(body))
    call.flight.note("tokens", .integer(inputs.tokenCount))
    let vectors = try await batcher.submit(inputs.sequences, call.flight)
    return .json(
      .list(vectors.map { .floats(Vectors.shaped($0, dimensions: dimensions, normalizes: normalizes)) }))
  }
}

/// Where what is too long is cut.
enum Truncation {
  static func cutsBeginning(_ body: Field) throws -> Bool {
    guard let side = body["truncation_direction"].given else { return false }
    return try side.text(among: ["Left", "Right", "left", "right"]).lowercased() == "left"
  }
}
