import Foundation
import Hummingbird

/// `/v1/chat/completions`.
enum ChatRoutes {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/v1/chat/completions", .openAI) { try await chat($0) }
  }

  private static func chat(_ call: Call) async throws -> Answer {
    let body = try call.fields()
    let name = try body["model"].given?.text()
    let (running, loop) = try call.shelf.find(name, \.generation, "chats")
    guard let engine = running.model.generation else { throw RequestRefusal(.unknown, "This model does not generate.") }
    var fields = try GenerationFields(body, engine: engine)
    let wantsScores = try body["logprobs"].given?.flag() ?? false
    let top = try body["top_logprobs"].given?.whole(in: 0...20)
    if top != nil, !wantsScores { throw body["top_logprobs"].unfit("nothing where `logprobs` is not true") }
    fields.request.topLogProbabilities = wantsScores ? top ?? 0 : nil
    let chat = try ChatMessages(body)
    let prompt = try await call.shelf.texts.run(call.flight) {
      try engine.prompt(messages: chat.messages, tools: chat.tools, variables: chat.variables)
    }
    // The older name holds where the newer one is not there; both are looked at.
    let limits = try ["max_completion_tokens", "max_tokens"].map { try body[$0].given?.whole(in: 1...(.max)) }
    let asked = limits[0] ?? limits[1]
    fields.request.maximumTokens = try fields.room(
      after: prompt, asked: asked, usual: .max, engine: engine, limit: call.shelf.settings.maximumGeneratedTokens,
      path: "messages")
    let generations = try Generations.begin(
      [(prompt, fields.request)], choices: fields.choices, loop: loop, call: call)
    call.shelf.metrics.model(running.model.name).notePrompt(tokens: prompt.count)
    let answer = ChatAnswer(
      model: running.model.name, promptTokens: prompt.count,
      choices: (0..<generations.count).map {
        ChatChoice(index: $0, hasTools: chat.tools != nil, wantsScores: wantsScores)
      }, flight: call.flight)
    if fields.isStreamed { return answer.streamed(generations, includesUsage: fields.includesUsage) }
    return try await answer.whole(generations)
  }
}

/// The answer to a request for a chat.
private struct ChatAnswer: Sendable {
  let id = "chatcmpl-" + RequestID.make()
  let created = Int(Date.now.timeIntervalSince1970)
  let model: String
  let promptTokens: Int
  let choices: [ChatChoice]
  let flight: Flight

  init(model: String, promptTokens: Int, choices: [ChatChoice], flight: Flight) {
    (self.model, self.promptTokens, self.choices, self.flight) = (model, promptTokens, choices, flight)
  }

  private func head(_ object: String, _ choices: [JSON]) -> [JSON.Member] {
    [
      JSON.Member("id", .text(id)), JSON.Member("object", .text(object)), JSON.Member("created", .integer(created)),
      JSON.Member("model", .text(model)), JSON.Member("choices", .list(choices)),
    ]
  }

  private func usage(_ choices: [ChatChoice]) -> JSON {
    let written = choices.reduce(0) { $0 + $1.tokenCount }
    flight.note("prompt_tokens", .integer(promptTokens))
    flight.note("tokens", .integer(written))
    return Usage(prompt: promptTokens, completion: written).json
  }

  func whole(_ generations: Generations) async throws -> Answer {
    var choices = choices
    for try await event in generations.events { _ = choices[event.choice].take(event.piece) }
    let members = head("chat.completion", choices.map(\.whole))
    return .json(.object(members + [JSON.Member("usage", usage(choices))]))
  }

  func streamed(_ generations: Generations, includesUsage: Bool) -> Answer {
    .events { send in
      // Clients that asked for the usage expect the field, empty, in every chunk but the last.
      func chunk(_ choices: [JSON], _ usage: JSON = .null) -> JSON {
        .object(head("chat.completion.chunk", choices) + (includesUsage ? [JSON.Member("usage", usage)] : []))
      }
      var choices = choices
      for choice in choices { try await send(chunk([choice.opening])) }
      for try await event in generations.events {
        if let part = choices[event.choice].take(event.piece) { try await send(chunk([part])) }
      }
      let usage = usage(choices)
      if includesUsage { try await send(chunk([], usage)) }
    }
  }
}
