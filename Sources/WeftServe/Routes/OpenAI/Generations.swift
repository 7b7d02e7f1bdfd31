/// The answers to the prompts of one request, as their pieces come.
struct Generations: Sendable {
  /// A piece of one of the answers.
  struct Event: Sendable {
    let choice: Int
    let piece: GeneratedPiece
  }

  let events: AsyncThrowingStream<Event, any Error>
  let count: Int

  /// Begins them all.
  ///
  /// - Parameters:
  ///   - prompts: Each with how it is to go on.
  ///   - choices: How many answers to each; those after the first have other seeds.
  /// - Throws: A `RequestRefusal` where the queue has not enough room, now or ever.
  static func begin(
    _ prompts: [(tokens: [Int], request: GenerationRequest)], choices: Int, loop: GenerationLoop, call: Call
  ) throws -> Generations {
    let (stream, outlet) = AsyncThrowingStream.makeStream(of: Event.self)
    let (count, flight, room) = (prompts.count * choices, call.flight, call.shelf.settings.maximumQueue)
    guard count <= room else {
      // Coming again would be of no use.
      throw RequestRefusal(
        .unfit,
        "Expected at most \(room) answers, which the queue has room for, got \(prompts.count) prompts with "
          + "\(choices) answers each.", field: choices > room ? "n" : "prompt")
    }
    let open = Countdown(count)
    outlet.onTermination = { end in
      if case .cancelled = end { flight.end(RequestRefusal(.clientGone, "The client went before its answer.")) }
    }
    do {
      for choice in 0..<count {
        let prompt = prompts[choice / choices]
        var request = prompt.request
        request.seed = request.seed.map { $0 &+ UInt64(choice % choices) }
        try loop.submit(prompt.tokens, request, flight) { event in
          switch event {
          case .piece(let piece):
            outlet.yield(Event(choice: choice, piece: piece))
            if piece.finish != nil, open.isLast() { outlet.finish() }
          case .failure(let error): outlet.finish(throwing: error)
          }
        }
      }
    } catch {
      // Those that were begun already are of no use without the others.
      flight.end(error as? RequestRefusal ?? RequestRefusal(.failed, "The server failed."))
      throw error
    }
    return Generations(events: stream, count: count)
  }
}
