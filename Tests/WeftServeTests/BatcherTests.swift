import Foundation
import HTTPTypes
@_spi(Locks) import WeftTensor
import Testing
import WeftServe

struct BatcherTests {
  private func flight() -> Flight { Flight(id: "test") }

  @Test func batchesAreLimitedByTokensWithTheirPadding() async throws {
    var limits = BatchLimits()
    limits.tokens = 10
    let seen = Recorder<[Int]>()
    let batcher = Batcher<Int, Int>(
      thread: ComputeThread(name: "test"), limits: limits, admission: Admission(limit: 9), weight: { $0 }
    ) { inputs in
      seen.append(inputs)
      return inputs.map { $0 * 10 }
    }
    // 3 + 3 fit, the 5 would make three sequences of 5; then 5 + 5; 20 is too much, and goes alone.
    #expect(try await batcher.submit([3, 3, 5, 5, 20, 1], flight()) == [30, 30, 50, 50, 200, 10])
    #expect(seen.items == [[3, 3], [5, 5], [20], [1]])
    #expect(try await batcher.submit([], flight()) == [])
  }

  @Test func requestsJoinWhileTheThreadIsBusy() async throws {
    let thread = ComputeThread(name: "test")
    let admission = Admission(limit: 9)
    let seen = Recorder<Int>()
    let batcher = Batcher<Int, Int>(
      thread: thread, limits: BatchLimits(), admission: admission, weight: { _ in 1 }
    ) { inputs in
      seen.append(inputs.count)
      return inputs
    }
    let gate = DispatchSemaphore(value: 0)
    thread.enqueue { gate.wait() }
    let sums = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<5 { group.addTask { try await batcher.submit([number], flight())[0] } }
      try await eventually { admission.waiting == 5 }
      gate.signal()
      return try await group.reduce(0, +)
    }
    #expect(sums == 10)
    #expect(seen.items == [5])
  }

  @Test func aDelayWaitsForOthersButNotForever() async throws {
    var limits = BatchLimits()
    limits.delay = .seconds(2)
    let seen = Recorder<Int>()
    let admission = Admission(limit: 9)
    let batcher = Batcher<Int, Int>(
      thread: ComputeThread(name: "test"), limits: limits, admission: admission, weight: { _ in 1 }
    ) { inputs in
      seen.append(inputs.count)
      return inputs
    }
    async let first = batcher.submit([1], flight())
    try await eventually { admission.waiting == 1 }
    async let second = batcher.submit([2], flight())
    #expect(try await first + second == [1, 2])
    #expect(seen.items == [2])
  }

  @Test func aFailureReachesAllOfItsBatch() async throws {
    let batcher = Batcher<Int, Int>(
      thread: ComputeThread(name: "test"), limits: BatchLimits(), admission: Admission(limit: 9), weight: { _ in 1 }
    ) { _ in throw RequestRefusal(.unfit, "no") }
    await #expect(throws: RequestRefusal.self) { try await batcher.submit([1], flight()) }
    let short = Batcher<Int, Int>(
      thread: ComputeThread(name: "test"), limits: BatchLimits(), admission: Admission(limit: 9), weight: { _ in 1 }
    ) { _ in [] }
    await #expect(throws: RequestRefusal.self) { try await short.submit([1], flight()) }
  }

  @Test func aFullQueueIsSaidAndPlacesComeBack() async throws {
    let thread = ComputeThread(name: "test")
    let admission = Admission(limit: 2)
    let batcher = Batcher<Int, Int>(
      thread: thread, limits: BatchLimits(), admission: admission, weight: { _ in 1 }
    ) { $0 }
    let gate = DispatchSemaphore(value: 0)
    thread.enqueue { gate.wait() }
    let gone = flight()
    async let first = batcher.submit([1], flight())
    let second = Task { try await batcher.submit([2], gone) }
    try await eventually { admission.waiting == 2 }
    do {
      _ = try await batcher.submit([3], flight())
      Issue.record("no refusal")
    } catch let refusal as RequestRefusal {
      #expect(refusal.reason == .busy)
      #expect(refusal.retryAfter == 1)
    }
    gone.end(RequestRefusal(.clientGone, "gone"))
    #expect(admission.waiting == 1)
    async let third = batcher.submit([3], flight())
    try await eventually { admission.waiting == 2 }
    gate.signal()
    #expect(try await first + third == [1, 3])
    await #expect(throws: RequestRefusal.self) { try await second.value }
    #expect(admission.waiting == 0)
  }

  @Test func manyRequestsOverAShortQueueAreAnsweredOrSentAway() async throws {
    var settings = ServeSettings()
    settings.maximumQueue = 16
    let shelf = ModelShelf(settings: settings)
    shelf.put(ServedModel("vectors", embedding: ToyEmbedding(seconds: 0.001)))
    try await ServerTest.run(shelf) { (server) async throws in
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<1000 {
          group.addTask {
            let answer = try await server.post("/embed", #"{"inputs": [1, 2]}"#)
            if answer.status == 429 { #expect(answer.headers[.retryAfter] != nil) }
            return answer.status
          }
        }
        return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
      }
      #expect(Set(statuses.keys).isSubset(of: [200, 429]))
      #expect((statuses[200] ?? 0) > 0)
      #expect(statuses.values.reduce(0, +) == 1000)
      // The queue is as it was: nothing of what was sent away stays in it.
      #expect(try await server.get("/metrics").text.contains("weft_queue_requests 0\n"))
      #expect(try await server.post("/embed", #"{"inputs": [1]}"#).status == 200)
    }
  }

  @Test func timersOfTheThreadKeepTheirOrder() async throws {
    let thread = ComputeThread(name: "test")
    let seen = Recorder<Int>()
    thread.enqueue(after: .milliseconds(60)) { seen.append(3) }
    thread.enqueue(after: .milliseconds(20)) { seen.append(2) }
    thread.enqueue { seen.append(1) }
    try await Task.sleep(for: .milliseconds(30))
    #expect(try await thread.run { seen.items.count } >= 2)
    try await eventually { seen.items.count == 3 }
    #expect(seen.items == [1, 2, 3])
  }
}

struct GenerationLoopTests {
  /// What a sequence gave, or how it ended.
  private func text(
    _ loop: GenerationLoop, _ prompt: Int, _ flight: Flight = Flight(id: "test"), limit: Int = 100
  ) async throws -> String {
    let (events, outlet) = AsyncThrowingStream.makeStream(of: GeneratedPiece.self)
    var request = GenerationRequest()
    request.maximumTokens = limit
    try loop.submit([prompt], request, flight) { event in
      switch event {
      case .piece(let piece):
        outlet.yield(piece)
        if piece.finish != nil { outlet.finish() }
      case .failure(let error): outlet.finish(throwing: error)
      }
    }
    var text = ""
    for try await piece in events { text += piece.text }
    return text
  }

  @Test func sequencesJoinAndLeaveBetweenSteps() async throws {
    let engine = ToyGeneration(answer: "abcdefgh", seconds: 0.005)
    let loop = GenerationLoop(
      engine, thread: ComputeThread(name: "test"), limit: 2, admission: Admission(limit: 9))
    async let first = text(loop, 1)
    async let second = text(loop, 2, limit: 3)
    async let third = text(loop, 3)
    let texts = try await [first, second, third]
    #expect(texts == ["abcdefgh", "abc", "abcdefgh"])
    #expect((engine.running.items.max() ?? 0) == 2)
    // 8 letters and the end twice, 3 letters once, and most of them side by side.
    #expect(engine.running.items.reduce(0, +) == 21)
    #expect(engine.running.items.count < 21)
  }

  @Test func whoeverGoesLeavesTheBatch() async throws {
    let engine = ToyGeneration(answer: "a", isEndless: true, seconds: 0.002)
    let loop = GenerationLoop(
      engine, thread: ComputeThread(name: "test"), limit: 1, admission: Admission(limit: 9))
    let flight = Flight(id: "gone")
    let first = Task { try await text(loop, 1, flight, limit: .max) }
    try await eventually { !engine.running.items.isEmpty }
    flight.end(RequestRefusal(.clientGone, "gone"))
    await #expect(throws: RequestRefusal.self) { try await first.value }
    #expect(try await text(loop, 2, limit: 2) == "aa")
    #expect(engine.removed.items == [1])
  }
}
