import Foundation
import Hummingbird

/// `/rerank`, as text-embeddings-inference has it.
enum RerankRoute {
  static func mount(on mount: RouteMount<some RouterMethods>) {
    mount.post("/rerank", .embeddings) { try await rerank($0) }
  }

  private static func rerank(_ call: Call) async throws -> Answer {
    let body = try call.fields()
    let (running, batcher) = try call.shelf.find(body["model"].given?.text(), \.reranking, "reranking")
    guard let engine = running.model.reranking else { throw RequestRefusal(.unknown, "This model does not rerank.") }
    let query = try body["query"].text()
    let texts = try body["texts"].elements(atMost: call.shelf.settings.maximumInputs)
    let items = try texts.map { PairInputs.Item(text: query, pair: try $0.text(), path: $0.path) }
    guard !items.isEmpty else { throw body["texts"].unfit("at least one text") }
    let isRaw = try body["raw_scores"].given?.flag() ?? false
    let returnsText = try body["return_text"].given?.flag() ?? false
    let pairs = try await PairInputs.read(
      items, engine: engine, call: call, truncates: try body["truncate"].given?.flag() ?? false)
    let scores = try await batcher.submit(pairs, call.flight)
    let ranked = scores.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }
    return .json(
      .list(
        ranked.map { place, score in
          var members: [JSON.Member] = [
            JSON.Member("index", .integer(place)),
            JSON.Member("score", .single(isRaw ? score : Probabilities.sigmoid(score))),
          ]
          if returnsText, let text = items[place].pair { members.append(JSON.Member("text", .text(text))) }
          return .object(members)
        }))
  }
}

/// Probabilities from logits.
enum Probabilities {
  static func sigmoid(_ logit: Float) -> Float { 1 / (1 + exp(-logit)) }

  static func softmax(_ logits: [Float]) -> [Float] {
    let highest = logits.max() ?? 0
    let parts = logits.map { exp($0 - highest) }
    let sum = parts.reduce(0, +)
    return parts.map { $0 / sum }
  }
}
