import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
@_spi(Locks) import WeftTensor
import Testing
import WeftServe

/// How a server is run: tokens, health, numbers, logs, new weights.
struct OperationTests {
  @Test func tokensAreAskedForEverywhereButAtTheDoor() async throws {
    var settings = ServeSettings()
    settings.tokens = BearerTokens(["one", "two"])
    try await ServerTest.run(settings: settings) { (server) async throws in
      let body = #"{"input": "a"}"#
      let refused = try await server.post("/v1/embeddings", body)
      #expect(refused.status == 401)
      #expect(refused.headers[.wwwAuthenticate] == "Bearer")
      #expect(refused.json["error"]?["code"] == "invalid_api_key")
      for wrong in [
        "", "Bearer", "Bearer ", "Bearer on", "Bearer onee", "Bearer TWO", "Basic one", "one", "Bearer  one",
      ] {
        #expect(try await server.post("/v1/embeddings", body, [.authorization: wrong]).status == 401)
      }
      for right in ["Bearer one", "bearer two"] {
        #expect(try await server.post("/v1/embeddings", body, [.authorization: right]).status == 200)
      }
      for path in ["/health/live", "/health/ready", "/v2/health/live", "/openapi.json", "/"] {
        #expect(try await server.get(path).status == 200)
      }
      for path in ["/metrics", "/v1/models", "/info", "/v2/models/tensors"] {
        #expect(try await server.get(path).status == 401)
      }
    }
  }

  /// What a middleware refuses keeps its status and headers, in the words of the interface.
  @Test(arguments: [(418, "malformed_body"), (451, "malformed_body"), (404, "not_found"), (507, "internal_error")])
  func otherStatusesStay(_ status: Int, _ code: String) async throws {
    struct Refusing: RouterMiddleware {
      let status: Int
      func handle(
        _ request: Request, context: BasicRequestContext, next: (Request, BasicRequestContext) async throws -> Response
      ) async throws -> Response {
        throw HTTPError(.init(code: status), headers: [.retryAfter: "7"], message: "no tea")
      }
    }
    let router = Router()
    let logger = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() })
    router.add(middleware: ErrorShapes(shelf: ModelShelf(), logger: logger, allowed: AllowedMethods()))
    router.add(middleware: Refusing(status: status))
    router.get("/v1/tea") { _, _ in "tea" }
    try await Application(router: router, logger: logger).test(.router) { client in
      let answer = try await ServerTest(client: client).get("/v1/tea")
      #expect(answer.status == status && answer.headers[.retryAfter] == "7")
      #expect(answer.json["error"]?["code"] == .text(code), "\(answer.text)")
    }
  }

  @Test func tokensComeFromAFile() throws {
    let path = NSTemporaryDirectory() + "weft-tokens-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try "# mine\n\n  secret \nother\n".write(toFile: path, atomically: true, encoding: .utf8)
    let tokens = try BearerTokens(contentsOf: path)
    #expect(tokens.admit("Bearer secret") && tokens.admit("Bearer other") && !tokens.admit("Bearer # mine"))
    try "\n# none\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(throws: RequestRefusal.self) { try BearerTokens(contentsOf: path) }
    #expect(throws: RequestRefusal.self) { try BearerTokens(contentsOf: path + "-not") }
  }

  @Test func readinessFollowsLoadingAndDraining() async throws {
    let shelf = ModelShelf()
    shelf.isLoading = true
    try await ServerTest.run(shelf) { (server) async throws in
      #expect(try await server.get("/health/live").status == 200)
      #expect(try await server.get("/health/ready").json["status"] == "loading")
      let early = try await server.post("/v1/embeddings", #"{"input": "a"}"#)
      #expect(early.status == 503)
      #expect(early.headers[.retryAfter] == "1")
      shelf.put(ServedModel("vectors", embedding: ToyEmbedding()))
      try await othersAreStillLoading(server)
      shelf.isLoading = false
      #expect(try await server.get("/health/ready").status == 200)
      #expect(try await server.post("/v1/completions", #"{"model": "talk", "prompt": "a"}"#).status == 404)
      #expect(try await server.get("/v2/models/vectors/ready").json["ready"] == true)
      shelf.isDraining = true
      #expect(try await server.get("/health/ready").status == 503)
      #expect(try await server.get("/health/ready").json["status"] == "draining")
      #expect(try await server.get("/v2/health/ready").status == 503)
      #expect(try await server.post("/v1/embeddings", #"{"input": "a"}"#).status == 200)
    }
  }

  /// What may be there in a moment is not said to be unknown, which clients would believe.
  private func othersAreStillLoading(_ server: ServerTest) async throws {
    #expect(try await server.post("/v1/embeddings", #"{"model": "vectors", "input": "a"}"#).status == 200)
    for answer in [
      try await server.post("/v1/completions", #"{"model": "talk", "prompt": "a"}"#),
      try await server.post("/v1/completions", #"{"prompt": "a"}"#), try await server.post("/rerank", "{}"),
      try await server.get("/v1/models/talk"), try await server.get("/v2/models/talk"),
      try await server.get("/v2/models/talk/ready"), try await server.post("/v2/models/talk/infer", "{}"),
    ] {
      #expect(answer.status == 503 && answer.headers[.retryAfter] == "1" && answer.text.contains("still being loaded"))
    }
  }

  @Test func newWeightsTakeOverUnderLoadWithoutLoss() async throws {
    let shelf = ModelShelf()
    shelf.put(ServedModel("vectors", embedding: ToyEmbedding(factor: 1, seconds: 0.002)))
    try await ServerTest.run(shelf) { (server) async throws in
      @Sendable func answer() async throws -> String {
        let answer = try await server.post("/embed", #"{"inputs": [1], "normalize": false}"#)
        #expect(answer.status == 200)
        return answer.text
      }
      let (old, new) = ("[[0.0,1.0,0.0,0.0]]", "[[0.0,2.0,0.0,0.0]]")
      #expect(try await answer() == old)
      let answers = try await withThrowingTaskGroup(of: String.self) { group in
        for _ in 0..<200 { group.addTask { try await answer() } }
        shelf.put(ServedModel("vectors", embedding: ToyEmbedding(factor: 2, seconds: 0.002)))
        return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
      }
      #expect(answers.values.reduce(0, +) == 200)
      #expect(Set(answers.keys).isSubset(of: [old, new]))
      #expect(try await answer() == new)
    }
    #expect(shelf.names == ["vectors"])
    shelf.remove("vectors")
    #expect(shelf.names.isEmpty)
  }

  @Test func timeIsLimited() async throws {
    var settings = ServeSettings()
    settings.deadline = .milliseconds(100)
    let gate = Gate()
    defer { gate.open() }
    let slow = ToyEmbedding(gate: gate)
    try await ServerTest.run([ServedModel("vectors", embedding: slow)], settings: settings) { (server) async throws in
      let answer = try await server.post("/v1/embeddings", #"{"input": "a"}"#)
      #expect(answer.status == 504)
      #expect(answer.json["error"]?["code"] == "deadline_exceeded")
    }
    try await ServerTest.run([ServedModel("vectors", embedding: slow)]) { (server) async throws in
      guard let name = HTTPField.Name("X-Request-Timeout") else { throw Unexpected() }
      #expect(try await server.post("/embed", #"{"inputs": "a"}"#, [name: "0.05"]).status == 504)
    }
  }

  @Test func bodiesComeAsTheyAre() async throws {
    try await ServerTest.run { (server) async throws in
      let packed = try await server.post("/embed", #"{"inputs": "a"}"#, [.contentEncoding: "gzip"])
      #expect(packed.status == 415 && packed.json["error_type"] == "Validation")
      #expect(try await server.post("/embed", #"{"inputs": "a"}"#, [.contentEncoding: "identity"]).status == 200)
    }
  }

  @Test func numbersAreCounted() async throws {
    try await ServerTest.run { (server) async throws in
      _ = try await server.post("/v1/embeddings", #"{"input": ["a", "bc"]}"#)
      _ = try await server.post("/v1/embeddings", "x")
      _ = try await server.post("/v1/completions", #"{"prompt": "a", "max_tokens": 3}"#)
      let text = try await server.get("/metrics").text
      for line in [
        #"weft_requests_total{route="POST /v1/embeddings",status="200"} 1"#,
        #"weft_requests_total{route="POST /v1/embeddings",status="400"} 1"#,
        #"weft_request_seconds_count{route="POST /v1/embeddings"} 2"#, "# TYPE weft_request_seconds histogram",
        #"weft_batches_total{model="vectors"} 1"#, #"weft_sequences_total{model="vectors"} 2"#,
        #"weft_input_tokens_total{model="vectors"} 5"#, #"weft_generated_tokens_total{model="talk"} 3"#,
        #"weft_input_tokens_total{model="talk"} 2"#, "weft_queue_requests 0", "weft_ready 1",
      ] {
        #expect(text.contains(line + "\n"), "\(line)")
      }
      #expect(text.contains("process_resident_memory_bytes "))
    }
  }

  @Test func everyRequestHasALineWithItsName() async throws {
    let lines = Recorder<[UInt8]>()
    let logger = Logger(label: "weft") { label in JSONLogHandler(label: label) { lines.append($0) } }
    guard let name = HTTPField.Name("X-Request-Id") else { throw Unexpected() }
    try await ServerTest.run(logger: logger) { (server) async throws in
      let own = try await server.post("/v1/embeddings", #"{"input": "a"}"#, [name: "mine-1"])
      #expect(own.headers[name] == "mine-1")
      let made = try await server.get("/health/live", [name: "with space"])
      #expect(made.headers[name]?.count == 16)
      let gone = try await server.get("/nothing", [name: "x"])
      #expect(gone.headers[name] == "x")
    }
    let first = try JSON(lines.items[0])
    #expect(first["message"] == "request")
    #expect(first["id"] == "mine-1")
    #expect(first["status"] == 200)
    #expect(first["path"] == "/v1/embeddings")
    #expect(first["tokens"] == 2)
    #expect(first["level"] == "info")
    #expect(lines.items[0].last == 0x0A)
    // A path that is not there has its line as well.
    #expect(lines.items.count == 3)
    let last = try JSON(lines.items[2])
    #expect(last["id"] == "x" && last["status"] == 404 && last["path"] == "/nothing")
  }

  @Test func pathsThatAreNotThereSayWhatIs() async throws {
    try await ServerTest.run { (server) async throws in
      #expect(try await server.get("/v1/none").json["error"]?["code"] == "not_found")
      #expect(try await server.get("/none").json["error_type"] == "Validation")
      #expect(try await server.get("/v2/none").status == 404)
    }
  }

  @Test(arguments: [
    ("/v1/embeddings", HTTPRequest.Method.get, "POST"), ("/v1/models", .delete, "GET, HEAD"),
    ("/embed", .put, "POST"), ("/v2/models/tensors/infer", .get, "POST"), ("/", .post, "GET, HEAD"),
    ("/v2/models/tensors", .options, "GET, HEAD"),
  ])
  func otherMethodsAreToldThoseThatAre(_ path: String, _ method: HTTPRequest.Method, _ allowed: String) async throws {
    try await ServerTest.run { (server) async throws in
      let (status, found, text) = try await server.client.execute(uri: path, method: method) {
        ($0.status.code, $0.headers[.allow], String(buffer: $0.body))
      }
      #expect(status == 405 && found == allowed, "\(status) \(found ?? "none")")
      #expect(text.contains("for this path, got \(method.rawValue)."), "\(text)")
    }
  }

  @Test func theDescriptionNamesWhatIsServed() async throws {
    try await ServerTest.run { (server) async throws in
      let document = try await server.get("/openapi.json").json
      guard case .object(let paths)? = document["paths"],
        case .object(let schemas)? = document["components"]?["schemas"]
      else { throw Unexpected() }
      #expect(paths.count == 24)
      for path in paths where path.value["get"] != nil {
        let filled = path.name.replacing("{model}", with: "tensors")
        #expect(try await server.get(filled).status == 200, "\(path.name)")
      }
      for path in paths where path.value["post"] != nil {
        let filled = path.name.replacing("{model}", with: "tensors")
        // Sounds come in forms.
        let status = path.name.contains("/audio/") ? 400 : 422
        #expect(try await server.post(filled, "{}").status == status, "\(path.name)")
      }
      let text = String(decoding: document.bytes, as: UTF8.self)
      let used = Set(text.matches(of: #/#\/components\/schemas\/(\w+)/#).map { String($0.1) })
      #expect(used == Set(schemas.map(\.name)))
    }
  }

  @Test func thePageNeedsNothingFromElsewhere() async throws {
    try await ServerTest.run { (server) async throws in
      let page = try await server.get("/")
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      #expect(!page.text.contains("http://") && !page.text.contains("https://"))
      #expect(page.text.contains("name=\"viewport\""))
    }
  }

  @Test func routesStandBesideAUsersOwn() async throws {
    let shelf = ModelShelf()
    shelf.put(ServedModel("vectors", embedding: ToyEmbedding()))
    let router = Router()
    router.get("mine") { _, _ in "my own" }
    shelf.addRoutes(to: router.group("models"), hasPage: false)
    try await Application(router: router).test(.router) { (client) async throws in
      let server = ServerTest(client: client)
      #expect(try await server.get("/mine").text == "my own")
      #expect(try await server.post("/models/v1/embeddings", #"{"input": "a"}"#).status == 200)
    }
  }
}
