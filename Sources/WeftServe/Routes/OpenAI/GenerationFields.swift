/// The fields that `/v1/chat/completions` and `/v1/completions` have in common.
struct GenerationFields {
  var request = GenerationRequest()
  /// How many answers to each prompt.
  var choices = 1
  var isStreamed = false
  /// Whether the last event of a stream tells the usage.
  var includesUsage = false

  init(_ body: Field, engine: any GenerationEngine) throws {
    try refuseUnknown(body)
    choices = try body["n"].given?.whole(in: 1...16) ?? 1
    isStreamed = try body["stream"].given?.flag() ?? false
    includesUsage = try body["stream_options"].part()?["include_usage"].given?.flag() ?? false
    try readSampling(body)
    request.presencePenalty = try body["presence_penalty"].given?.number(in: -2...2) ?? 0
    request.frequencyPenalty = try body["frequency_penalty"].given?.number(in: -2...2) ?? 0
    request.repetitionPenalty = try body["repetition_penalty"].given?.number(in: 0.01...10) ?? 1
    request.stop = try Self.stops(body["stop"])
    request.ignoresEnd = try body["ignore_eos"].given?.flag() ?? false
    request.seed = try body["seed"].given.map { UInt64(bitPattern: Int64(try $0.whole(in: .min ... .max))) }
    request.logitBias = try Self.bias(body["logit_bias"], engine.vocabularySize)
  }

  private mutating func readSampling(_ body: Field) throws {
    request.temperature = try body["temperature"].given?.number(in: 0...2) ?? 1
    request.topP = try body["top_p"].given?.number(in: 0...1) ?? 1
    request.minP = try body["min_p"].given?.number(in: 0...1) ?? 0
    request.typicalP = try body["typical_p"].given?.number(in: 0...1) ?? 1
    // Some clients say -1 for all.
    request.topK = max(0, try body["top_k"].given?.whole(in: -1...(.max)) ?? 0)
  }

  /// What would change the answer and is not done is refused, rather than passed over.
  private func refuseUnknown(_ body: Field) throws {
    if let format = body["response_format"].given, try format["type"].text() != "text" {
      throw format["type"].unfit("\"text\", which alone is done here")
    }
    for name in ["functions", "audio", "suffix", "prediction", "web_search_options"] {
      if let field = body[name].given { throw field.unfit("nothing: this is not done here") }
    }
  }

  private static func stops(_ field: Field) throws -> [String] {
    guard let field = field.given else { return [] }
    let texts = field.isText ? [try field.text()] : try field.elements(atMost: 16).map { try $0.text() }
    guard texts.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 1000 }) else {
      throw field.unfit("texts of 1 to 1000 bytes")
    }
    return texts
  }

  private static func bias(_ field: Field, _ vocabularySize: Int) throws -> [Int: Float] {
    guard let field = field.given else { return [:] }
    var bias: [Int: Float] = [:]
    for (name, value) in try field.members() {
      guard let token = Int(name), (0..<vocabularySize).contains(token) else {
        throw value.unfit("the number of a token, below \(vocabularySize), as a name")
      }
      bias[token] = Float(try value.number(in: -100...100))
    }
    return bias
  }

  /// How many tokens a prompt may be continued by.
  /// - Throws: A `RequestRefusal` for a prompt that leaves no room.
  func room(
    after prompt: [Int], asked: Int?, usual: Int, engine: any GenerationEngine, limit: Int, path: String
  ) throws -> Int {
    guard !prompt.isEmpty else {
      throw RequestRefusal(.unfit, "`\(path)`: expected at least one token, got none.", field: path)
    }
    let room = engine.room(after: prompt)
    guard room > 0 else {
      throw RequestRefusal(
        .unfit,
        "`\(path)`: expected fewer than the \(engine.maximumTokens) tokens that the model has room for, got "
          + "\(prompt.count).", field: path)
    }
    return min(room, asked ?? usual, max(1, limit / choices))
  }
}
