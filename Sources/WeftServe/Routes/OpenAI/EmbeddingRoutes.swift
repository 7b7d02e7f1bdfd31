import Hummingbird

/// `/v1/embeddings`.
enum EmbeddingRoutes {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/v1/embeddings", .openAI) { try await embeddings($0) }
  }

  private static func embeddings(_ call: Call) async throws -> Answer {
    let body = try call.fields()
    let name = try body["model"].given?.text()
    let (running, batcher) = try call.shelf.find(name, \.embedding, "embeddings")
    guard let engine = running.model.embedding else { throw RequestRefusal(.unknown, "This model has no embeddings.") }
    let isBase64 = try body["encoding_format"].given?.text(among: ["float", "base64"]) == "base64"
    let dimensions = try body["dimensions"].given?.whole(in: 1...engine.dimension)
    let prompt = try PromptName.read(body, engine)
    let inputs = try await TextInputs.read(
      body["input"], vocabularySize: engine.vocabularySize, limit: engine.maximumTokens, call: call,
      prompt: body["prompt_name"].given
    ) { try engine.text($0, cut: .none, prompt: prompt) }
    call.flight.note("tokens", .integer(inputs.tokenCount))
    let vectors = try await batcher.submit(inputs.texts, call.flight)
    let data = vectors.enumerated().map { place, vector -> JSON in
      let shaped = Vectors.shaped(vector, dimensions: dimensions, normalizes: true)
      let written: JSON = isBase64 ? .text(Vectors.base64(shaped)) : .floats(shaped)
      return ["object": "embedding", "index": .integer(place), "embedding": written]
    }
    return .json([
      "object": "list", "data": .list(data), "model": .text(running.model.name),
      "usage": Usage(prompt: inputs.tokenCount).json,
    ])
  }
}
