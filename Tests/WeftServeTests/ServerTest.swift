import HTTPTypes
import NIOCore
import Hummingbird
import HummingbirdTesting
import Logging
import Testing
import WeftServe

/// A server of toys without a socket, and what it answers.
struct ServerTest {
  let client: any TestClientProtocol

  struct Answer {
    let status: Int
    let text: String
    let headers: HTTPFields

    var json: JSON { (try? JSON(text.utf8)) ?? .null }

    /// The events of a stream, `[DONE]` among them.
    var events: [String] { text.split(separator: "\n\n").map { String($0.dropFirst("data: ".count)) } }
  }

  static func run(
    _ models: [ServedModel] = toys, settings: ServeSettings = ServeSettings(), metrics: PrometheusMetrics = .init(),
    logger: Logger = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() }),
    _ body: @escaping @Sendable (ServerTest) async throws -> Void
  ) async throws {
    let shelf = ModelShelf(settings: settings, metrics: metrics)
    for model in models { shelf.put(model) }
    try await run(shelf, logger: logger, body)
  }

  static func run(
    _ shelf: ModelShelf, logger: Logger = Logger(label: "quiet", factory: { _ in SwiftLogNoOpLogHandler() }),
    _ body: @escaping @Sendable (ServerTest) async throws -> Void
  ) async throws {
    var server = WeftServer(shelf)
    server.logger = logger
    try await server.application().test(.router) { try await body(ServerTest(client: $0)) }
  }

  static var toys: [ServedModel] {
    [
      ServedModel("vectors", embedding: ToyEmbedding()), ServedModel("ranks", reranking: ToyPairs()),
      ServedModel("classes", classification: ToyPairs()), ServedModel("talk", generation: ToyGeneration()),
      ServedModel("tensors", prediction: ToyPrediction()), ServedModel("ears", transcription: ToyTranscription()),
    ]
  }

  func post(_ path: String, _ body: some Sequence<UInt8>, _ headers: HTTPFields = [:]) async throws -> Answer {
    try await client.execute(uri: path, method: .post, headers: headers, body: ByteBuffer(bytes: body)) {
      Answer(status: $0.status.code, text: String(buffer: $0.body), headers: $0.headers)
    }
  }

  func post(_ path: String, _ body: String, _ headers: HTTPFields = [:]) async throws -> Answer {
    try await post(path, body.utf8, headers)
  }

  func get(_ path: String, _ headers: HTTPFields = [:]) async throws -> Answer {
    try await client.execute(uri: path, method: .get, headers: headers) {
      Answer(status: $0.status.code, text: String(buffer: $0.body), headers: $0.headers)
    }
  }
}
