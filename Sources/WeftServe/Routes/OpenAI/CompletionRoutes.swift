import Foundation
import Hummingbird

/// `/v1/completions`.
enum CompletionRoutes {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/v1/completions", .openAI) { try await complete($0) }
  }

  private static func complete(_ call: Call) async throws -> Answer {
    let body = try call.fields()
    let name = try body["model"].given?.text()
    let (running, loop) = try call.shelf.find(name, \.generation, "completions")
    guard let engine = running.model.generation else { throw RequestRefusal(.unknown, "This model does not generate.") }
    var fields = try GenerationFields(body, engine: engine)
    fields.request.topLogProbabilities = try body["logprobs"].given?.whole(in: 0...20)
    if let echo = body["echo"].given, try echo.flag() { throw echo.unfit("false: the prompt is not sent back here") }
    if let best = body["best_of"].given, try best.whole(in: 1...16) != fields.choices {
      throw best.unfit("the number of `n`: all answers are sent")
    }
    let inputs = try await TextInputs.read(
      body["prompt"], vocabularySize: engine.vocabularySize, limit: engine.maximumTokens, call: call
    ) { TokenizedText(ids: try engine.tokens(of: $0, addsSpecialTokens: true).map(\.id)) }
    let asked = try body["max_tokens"].given?.whole(in: 1...(.max))
    let limit = call.shelf.settings.maximumGeneratedTokens / inputs.texts.count
    let prompts = try inputs.texts.map { text in
      var request = fields.request
      request.maximumTokens = try fields.room(
        after: text.ids, asked: asked, usual: 16, engine: engine, limit: limit, path: "prompt")
      return (text.ids, request)
    }
    let generations = try Generations.begin(prompts, choices: fields.choices, loop: loop, call: call)
    call.shelf.metrics.model(running.model.name).notePrompt(tokens: inputs.tokenCount)
    let wantsScores = fields.request.topLogProbabilities != nil
    let answer = CompletionAnswer(
      model: running.model.name, promptTokens: inputs.tokenCount,
      choices: (0..<generations.count).map { CompletionChoice(index: $0, wantsScores: wantsScores) },
      flight: call.flight)
    if fields.isStreamed { return answer.streamed(generations, includesUsage: fields.includesUsage) }
    return try await answer.whole(generations)
  }
}

/// One continuation as it grows.
private struct CompletionChoice {
  let index: Int
  let wantsScores: Bool
  private var text = ""
  /// The text's length in scalars.
  private var length = 0
  var pieces: [GeneratedPiece] = []
  var tokenCount = 0
  var finish: GeneratedPiece.Finish?

  init(index: Int, wantsScores: Bool) { (self.index, self.wantsScores) = (index, wantsScores) }

  /// Takes a piece, and gives the choice's part of the next chunk of a stream.
  mutating func take(_ piece: GeneratedPiece) -> JSON? {
    let begin = length
    tokenCount += 1
    text += piece.text
    length += piece.text.unicodeScalars.count
    finish = piece.finish
    if wantsScores { pieces.append(piece) }
    guard !piece.text.isEmpty || wantsScores || finish != nil else { return nil }
    return json(piece.text, wantsScores ? [piece] : [], offset: begin)
  }

  var whole: JSON { json(text, pieces, offset: 0) }

  private func json(_ text: String, _ pieces: [GeneratedPiece], offset: Int) -> JSON {
    [
      "text": .text(text), "index": .integer(index), "logprobs": wantsScores ? Self.scores(pieces, offset) : .null,
      "finish_reason": finish.map { .text($0.rawValue) } ?? .null,
    ]
  }

  private static func scores(_ pieces: [GeneratedPiece], _ offset: Int) -> JSON {
    var (place, offsets) = (offset, [JSON]())
    for piece in pieces {
      offsets.append(.integer(place))
      place += piece.text.unicodeScalars.count
    }
    return [
      "tokens": .list(pieces.map { .text($0.token.text) }),
      "token_logprobs": .list(pieces.map { .number(Scores.finite($0.token.logProbability)) }),
      "top_logprobs": .list(
        pieces.map { piece in
          // Parts of characters have one text; the likeliest of them stands for all.
          var known: Set<String> = []
          let members = piece.alternatives.filter { known.insert($0.text).inserted }
          return .object(members.map { JSON.Member($0.text, .number(Scores.finite($0.logProbability))) })
        }), "text_offset": .list(offsets),
    ]
  }
}

/// The answer to a request for completions.
private struct CompletionAnswer: Sendable {
  let id = "cmpl-" + RequestID.make()
  let created = Int(Date.now.timeIntervalSince1970)
  let model: String
  let promptTokens: Int
  let choices: [CompletionChoice]
  let flight: Flight

  init(model: String, promptTokens: Int, choices: [CompletionChoice], flight: Flight) {
    (self.model, self.promptTokens, self.choices, self.flight) = (model, promptTokens, choices, flight)
  }

  private func head(_ choices: [JSON]) -> [JSON.Member] {
    [
      JSON.Member("id", .text(id)), JSON.Member("object", "text_completion"),
      JSON.Member("created", .integer(created)), JSON.Member("model", .text(model)),
      JSON.Member("choices", .list(choices)),
    ]
  }

  private func usage(_ choices: [CompletionChoice]) -> JSON {
    let written = choices.reduce(0) { $0 + $1.tokenCount }
    flight.note("prompt_tokens", .integer(promptTokens))
    flight.note("tokens", .integer(written))
    return Usage(prompt: promptTokens, completion: written).json
  }

  func whole(_ generations: Generations) async throws -> Answer {
    var choices = choices
    for try await event in generations.events { _ = choices[event.choice].take(event.piece) }
    return .json(.object(head(choices.map(\.whole)) + [JSON.Member("usage", usage(choices))]))
  }

  func streamed(_ generations: Generations, includesUsage: Bool) -> Answer {
    .events { send in
      func chunk(_ choices: [JSON], _ usage: JSON = .null) -> JSON {
        .object(head(choices) + (includesUsage ? [JSON.Member("usage", usage)] : []))
      }
      var choices = choices
      for try await event in generations.events {
        if let part = choices[event.choice].take(event.piece) { try await send(chunk([part])) }
      }
      let usage = usage(choices)
      if includesUsage { try await send(chunk([], usage)) }
    }
  }
}
