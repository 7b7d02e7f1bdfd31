import Foundation
import Logging
import ServiceLifecycle
import Testing
import UnixSignals
@_spi(Locks) import WeftTensor
import WeftServe

/// What only shows over a connection: streams, clients that go, the end of a server.
struct FlowTests {
  /// Runs a server on a free port while the body runs, unless that ends it before.
  private func serve(
    _ models: [ServedModel], _ change: (inout WeftServer) -> Void = { _ in },
    _ body: (_ port: Int, _ group: ServiceGroup, _ shelf: ModelShelf) async throws -> Void
  ) async throws {
    let shelf = ModelShelf()
    for model in models { shelf.put(model) }
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    var server = WeftServer(shelf)
    server.port = 0
    server.logger = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })
    server.onListening = { listening.yield($0) }
    change(&server)
    let group = try server.services()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { listening.finish() }
        try await group.run()
      }
      guard let port = await ports.first(where: { $0 > 0 }) else { throw Unexpected() }
      try await body(port, group, shelf)
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private func chat(_ more: String = "") -> String {
    #"{"messages": [{"role": "user", "content": "Hi"}]\#(more)}"#
  }

  /// What is done beside a server, as loading models, does not keep it from ending.
  @Test(.timeLimit(.minutes(1))) func whatIsDoneBesideAServerEndsWithIt() async throws {
    var server = WeftServer(ModelShelf())
    server.port = 0
    server.logger = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })
    server.onListening = { _ in kill(getpid(), SIGUSR2) }
    // A signal of its own: the others would end the tests that run meanwhile.
    try await server.run(beside: { try await Task.sleep(for: .seconds(600)) }, endingOn: [.sigusr2])
    server.onListening = { _ in }
    await #expect(throws: Unexpected.self) {
      try await server.run(beside: { throw Unexpected() }, endingOn: [.sigusr2])
    }
  }

  @Test func aStreamComesAsItIsMade() async throws {
    let gate = Gate(allowing: 1)
    let engine = ToyGeneration(answer: "abcdefghij", gate: gate)
    try await serve([ServedModel("talk", generation: engine)]) { port, _, _ in
      let client = try SocketClient(port: port)
      defer { client.close() }
      client.post("/v1/chat/completions", chat(#", "stream": true"#))
      let first = await client.read(until: #""content":"a""#)
      #expect(first.contains("HTTP/1.1 200") && first.contains("text/event-stream"))
      #expect(!first.contains(#""content":"b""#))
      gate.open()
      let rest = await client.read(until: "[DONE]")
      #expect(rest.contains(#""content":"j""#))
      // The connection serves on.
      client.send("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await client.read(until: "ready").contains("200 OK"))
    }
  }

  @Test(arguments: [true, false]) func aClientThatGoesIsForgotten(_ isStreamed: Bool) async throws {
    let engine = ToyGeneration(answer: "a", isEndless: true, maximumTokens: 1 << 40, seconds: 0.005)
    try await serve([ServedModel("talk", generation: engine)]) { port, _, shelf in
      let client = try SocketClient(port: port)
      client.post("/v1/completions", #"{"prompt": "a", "max_tokens": 65000, "stream": \#(isStreamed)}"#)
      try await eventually { engine.running.items.count >= 3 }
      client.close()
      try await eventually { engine.removed.items == [1] }
      try await eventually { shelf.metrics.prometheus.text.contains(#"status="499"} 1"#) }
    }
  }

  @Test func aClientThatGoesLeavesTheQueue() async throws {
    let gate = Gate()
    let engine = ToyEmbedding(gate: gate)
    try await serve([ServedModel("vectors", embedding: engine)]) { port, _, shelf in
      let (first, second) = (try SocketClient(port: port), try SocketClient(port: port))
      first.post("/embed", #"{"inputs": [1]}"#)
      try await eventually { !engine.batches.items.isEmpty }
      second.post("/embed", #"{"inputs": [1, 2]}"#)
      try await eventually { shelf.admission.waiting == 1 }
      second.close()
      try await eventually { shelf.admission.waiting == 0 }
      gate.open()
      #expect(await first.read(until: "]]").contains("200 OK"))
      first.post("/embed", #"{"inputs": [1, 2, 3]}"#)
      #expect(await first.read(until: "]]").contains("200 OK"))
      first.close()
      #expect(engine.batches.items == [[1], [3]])
    }
  }

  @Test func whatWasBegunIsEndedBeforeTheServerEnds() async throws {
    let (letters, vectors) = (Gate(allowing: 1), Gate())
    let embedding = ToyEmbedding(gate: vectors)
    let models = [
      ServedModel("talk", generation: ToyGeneration(answer: "abcdefghij", gate: letters)),
      ServedModel("vectors", embedding: embedding),
    ]
    try await serve(models) { port, group, shelf in
      let (stream, whole, idle) = (
        try SocketClient(port: port), try SocketClient(port: port), try SocketClient(port: port)
      )
      stream.post("/v1/chat/completions", chat(#", "stream": true"#))
      _ = await stream.read(until: #""content":"a""#)
      whole.post("/embed", #"{"inputs": [1]}"#)
      try await eventually { shelf.admission.waiting == 1 }
      // Models take turns: after the next letter come the vectors.
      letters.open(for: 1)
      try await eventually { !embedding.batches.items.isEmpty }
      await group.triggerGracefulShutdown()
      try await eventually { shelf.isDraining }
      vectors.open()
      letters.open()
      #expect(await whole.read(until: "]]").contains("200 OK"))
      #expect(await stream.read(until: "[DONE]").contains(#""content":"j""#))
      #expect(await idle.read(until: "nothing").isEmpty)
      for client in [stream, whole, idle] { client.close() }
      try await eventually { (try? SocketClient(port: port))?.close() == nil }
    }
  }

  @Test func aServerThatIsToEndListensOnForAWhile() async throws {
    try await serve([ServedModel("vectors", embedding: ToyEmbedding())], { $0.drainDelay = .seconds(3) }) {
      port, group, shelf in
      await group.triggerGracefulShutdown()
      try await eventually { shelf.isDraining }
      let client = try SocketClient(port: port)
      client.send("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await client.read(until: "draining").contains("503"))
      client.post("/embed", #"{"inputs": [1]}"#)
      #expect(await client.read(until: "]]").contains("200 OK"))
      client.close()
    }
  }

  @Test func requestsOverOneConnectionKeepTheirOrder() async throws {
    try await serve([ServedModel("vectors", embedding: ToyEmbedding())]) { port, _, _ in
      let client = try SocketClient(port: port)
      defer { client.close() }
      client.post("/embed", #"{"inputs": [1]}"#)
      client.post("/embed", #"{"inputs": [3]}"#)
      let text = await client.read(until: "[[0.0,0.0,0.0,1.0]]")
      #expect(text.contains("[[0.0,1.0,0.0,0.0]]"))
    }
  }

  @Test func whatIsNoHTTPIsRefused() async throws {
    try await serve([ServedModel("vectors", embedding: ToyEmbedding())]) { port, _, _ in
      for text in [
        "\u{1}\u{2}\r\n\r\n", "GET\r\n\r\n", "POST / HTTP/9.9\r\n\r\n",
        "POST /embed HTTP/1.1\r\nContent-Length: x\r\n\r\n",
      ] {
        let client = try SocketClient(port: port)
        client.send(text)
        let answer = await client.read(until: "\r\n\r\n")
        #expect(answer.isEmpty || answer.contains(" 400 ") || answer.contains(" 505 ") || answer.contains(" 404 "))
        client.close()
      }
      let client = try SocketClient(port: port)
      client.send("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await client.read(until: "live").contains("200 OK"))
      client.send("HEAD /health HTTP/1.1\r\nHost: x\r\n\r\n")
      #expect(await client.read(until: "\r\n\r\n").contains("200 OK"))
      client.send("POST /embed HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n")
      #expect(await client.read(until: "\r\n\r\n").contains(" 400 "))
      client.close()
    }
  }
}
