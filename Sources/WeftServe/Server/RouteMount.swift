import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import Tracing
@_spi(Locks) import WeftTensor

/// Puts routes on a router: what each has in common, from the request's id to its line in the log.
struct RouteMount<Routes: RouterMethods> where Routes.Context: RequestContext {
  typealias Body = @Sendable (Call) async throws -> Answer

  let routes: Routes
  let shelf: ModelShelf
  let logger: Logger

  /// - Parameter isOpen: Whether it is answered without a bearer token.
  func on(
    _ method: HTTPRequest.Method, _ path: String, _ style: ErrorStyle, isOpen: Bool = false, _ body: @escaping Body
  ) {
    let route = Route<Routes.Context>(
      name: "\(method.rawValue) \(path)", style: style, isOpen: isOpen, shelf: shelf, logger: logger, body: body)
    routes.on(RouterPath(path), method: method) { request, context in await route.answer(request, context) }
  }

  func get(_ path: String, _ style: ErrorStyle, isOpen: Bool = false, _ body: @escaping Body) {
    on(.get, path, style, isOpen: isOpen, body)
  }

  func post(_ path: String, _ style: ErrorStyle, _ body: @escaping Body) { on(.post, path, style, body) }
}

/// One route.
private struct Route<Context: RequestContext>: Sendable {
  let name: String
  let style: ErrorStyle
  let isOpen: Bool
  let shelf: ModelShelf
  let logger: Logger
  let body: @Sendable (Call) async throws -> Answer

  /// The answer to a request: never an error, always a response.
  func answer(_ request: Request, _ context: Context) async -> Response {
    let passage = Passage(
      id: RequestID.of(request), route: name, request: request, channel: (context as? any ConnectedContext)?.connection,
      shelf: shelf, logger: logger)
    passage.begin(deadline: deadline(of: request))
    do {
      let answer = try await withTaskCancellationHandler {
        try await withSpan(name, ofKind: .internal) { _ in
          try await body(call(request, context, passage))
        }
      } onCancel: {
        passage.flight.end(RequestRefusal(.clientGone, "The request was cancelled."))
      }
      return respond(answer, passage)
    } catch { return refuse(error, passage) }
  }

  private func deadline(of request: Request) -> Duration? {
    let asked = request.headers[.requestTimeout].flatMap { Double($0) }
    guard let asked, asked > 0, asked < 1e6 else { return shelf.settings.deadline }
    return min(.seconds(asked), shelf.settings.deadline ?? .seconds(asked))
  }

  private func call(_ request: Request, _ context: Context, _ passage: Passage) async throws -> Call {
    let settings = shelf.settings
    if !isOpen, let tokens = settings.tokens, !tokens.admit(request.headers[.authorization]) {
      throw RequestRefusal(
        .unauthorized, "A bearer token is needed: expected the header `Authorization: Bearer TOKEN`.")
    }
    let limit = settings.bodyLimit
    let tooLarge = RequestRefusal(.tooLarge, "The body is larger than the \(limit) bytes that this server takes.")
    if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
    if let coding = request.headers[.contentEncoding]?.lowercased(), coding != "identity" {
      throw RequestRefusal(.unsupported, "The body is in the coding \(coding); this server takes bodies as they are.")
    }
    var body = ByteBuffer()
    if request.method != .get {
      let connection = (context as? any ConnectedContext)?.connection
      do { body = try await read(request.body, limit, passage.flight, connection) } catch is NIOTooManyBytesError {
        throw tooLarge
      } catch is HTTPParserError {
        throw RequestRefusal(.malformed, "The body is not in parts as HTTP's chunked coding has them.")
      }
    }
    passage.weigh(body.readableBytes)
    return Call(head: request.head, parameters: context.parameters, body: body, flight: passage.flight, shelf: shelf)
  }

  /// The whole body, unless the flight ends before: a body that comes in drips holds nothing for longer than that.
  private func read(
    _ body: RequestBody, _ limit: Int, _ flight: Flight, _ connection: (any Channel)?
  ) async throws -> ByteBuffer {
    let reading = Task { try await body.collect(upTo: limit) }
    flight.onEnd { _ in reading.cancel() }
    let result = await reading.result
    if let end = flight.end {
      // What else comes of the body is of no request: the connection goes, after the answer.
      connection?.eventLoop.scheduleTask(in: .seconds(1)) { connection?.close(promise: nil) }
      throw end
    }
    return try result.get()
  }

  /// In parts, so that a client that reads slowly is seen to read.
  private func written(_ bytes: [UInt8]) -> ResponseBody {
    let part = 1 << 16
    let whole = ByteBuffer(bytes: bytes)
    guard bytes.count > part else { return ResponseBody(byteBuffer: whole) }
    return ResponseBody(
      contentsOf: stride(from: 0, to: bytes.count, by: part).compactMap {
        whole.getSlice(at: $0, length: min(part, bytes.count - $0))
      })
  }

  private func respond(_ answer: Answer, _ passage: Passage) -> Response {
    var headers: HTTPFields = [.requestID: passage.flight.id]
    switch answer {
    case .json(let value, let status):
      headers[.contentType] = "application/json"
      let bytes = value.bytes
      passage.weigh(bytes.count)
      passage.end(status: status)
      return Response(status: .init(code: status), headers: headers, body: written(bytes))
    case .bytes(let bytes, let type, let more):
      headers[.contentType] = type
      for field in more { headers[field.name] = field.value }
      passage.weigh(bytes.count)
      passage.end(status: 200)
      return Response(status: .ok, headers: headers, body: written(bytes))
    case .events(let produce):
      headers[.contentType] = "text/event-stream"
      headers[.cacheControl] = "no-cache"
      return Response(status: .ok, headers: headers, body: EventStream(produce, style, passage).body)
    }
  }

  private func refuse(_ error: any Error, _ passage: Passage) -> Response {
    let refusal = passage.refusal(for: error)
    var headers: HTTPFields = [.requestID: passage.flight.id, .contentType: "application/json"]
    if let seconds = refusal.retryAfter { headers[.retryAfter] = "\(seconds)" }
    if refusal.reason == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
    passage.end(status: refusal.reason.rawValue)
    return Response(
      status: .init(code: refusal.reason.rawValue), headers: headers,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: style.body(refusal).bytes)))
  }
}

extension HTTPField.Name {
  static var requestID: HTTPField.Name { knownName("X-Request-Id") }
  static var requestTimeout: HTTPField.Name { knownName("X-Request-Timeout") }
  static var inferenceHeaderLength: HTTPField.Name { knownName("Inference-Header-Content-Length") }

  /// A name that is one; the type wants to be asked.
  private static func knownName(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .contentType }
}
