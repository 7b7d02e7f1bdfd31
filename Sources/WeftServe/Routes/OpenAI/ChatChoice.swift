/// One answer of a conversation as it grows.
struct ChatChoice {
  let index: Int
  private var tools: ToolCallReader?
  private var sentCalls = 0
  private var text = ""
  private var scores: [JSON] = []
  private let wantsScores: Bool
  private(set) var tokenCount = 0
  private var finish: GeneratedPiece.Finish?

  init(index: Int, hasTools: Bool, wantsScores: Bool) {
    (self.index, self.wantsScores) = (index, wantsScores)
    tools = hasTools ? ToolCallReader() : nil
  }

  /// Takes a piece, and gives the choice's part of the next chunk of a stream; nil where there is nothing to say yet.
  mutating func take(_ piece: GeneratedPiece) -> JSON? {
    tokenCount += 1
    finish = piece.finish
    var new = tools?.append(piece.text) ?? piece.text
    if piece.finish != nil { new += tools?.finish() ?? "" }
    text += new
    let score = wantsScores ? [Self.score(piece)] : []
    scores += score
    let calls = (tools?.calls ?? [])[sentCalls...].enumerated().map { $1.json(index: sentCalls + $0) }
    sentCalls += calls.count
    guard !new.isEmpty || !score.isEmpty || !calls.isEmpty || piece.finish != nil else { return nil }
    var delta: [JSON.Member] = []
    if !new.isEmpty || (calls.isEmpty && !score.isEmpty) { delta.append(JSON.Member("content", .text(new))) }
    if !calls.isEmpty { delta.append(JSON.Member("tool_calls", .list(calls))) }
    return chunk(.object(delta), score)
  }

  /// The first chunk of a stream.
  var opening: JSON { chunk(["role": "assistant", "content": ""], []) }

  private func chunk(_ delta: JSON, _ scores: [JSON]) -> JSON {
    [
      "index": .integer(index), "delta": delta,
      "logprobs": scores.isEmpty ? .null : ["content": .list(scores), "refusal": .null], "finish_reason": reason,
    ]
  }

  private var reason: JSON {
    guard let finish else { return .null }
    return .text(finish == .stop && sentCalls > 0 ? "tool_calls" : finish.rawValue)
  }

  /// The whole answer.
  var whole: JSON {
    let calls = tools?.calls ?? []
    var message: [JSON.Member] = [
      JSON.Member("role", "assistant"), JSON.Member("content", calls.isEmpty || !text.isEmpty ? .text(text) : .null),
      JSON.Member("refusal", .null),
    ]
    if !calls.isEmpty { message.append(JSON.Member("tool_calls", .list(calls.map { $0.json() }))) }
    return [
      "index": .integer(index), "message": .object(message),
      "logprobs": wantsScores ? ["content": .list(scores), "refusal": .null] : .null, "finish_reason": reason,
    ]
  }

  private static func score(_ piece: GeneratedPiece) -> JSON {
    guard case .object(let members) = score(piece.token) else { return .null }
    return .object(members + [JSON.Member("top_logprobs", .list(piece.alternatives.map { score($0) }))])
  }

  private static func score(_ token: ScoredToken) -> JSON {
    // A part of a character has no text that says its bytes.
    let isPart = token.text.unicodeScalars.contains("\u{FFFD}")
    return [
      "token": .text(token.text), "logprob": .number(Scores.finite(token.logProbability)),
      "bytes": isPart ? .null : .list(token.text.utf8.map { .integer(Int($0)) }),
    ]
  }
}

/// Logarithms of probabilities as clients can read them.
enum Scores {
  /// JSON has no infinities; this is what OpenAI's interface sends for a probability of 0.
  static func finite(_ logProbability: Float) -> Double {
    logProbability.isFinite ? Double(logProbability) : -9999
  }
}
