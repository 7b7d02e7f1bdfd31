import Hummingbird
import Logging

/// Says in the words of the interface at hand that a path does not exist, where the router says so in none.
struct ErrorShapes<Context: RequestContext>: RouterMiddleware {
  let shelf: ModelShelf
  let logger: Logger

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do { return try await next(request, context) } catch let error as HTTPError {
      let path = request.uri.path
      let style: ErrorStyle = path.hasPrefix("/v1") ? .openAI : path.hasPrefix("/v2") ? .inference : .embeddings
      let reason: RequestRefusal.Reason =
        error.status == .notFound ? .unknown : .init(rawValue: error.status.code) ?? .failed
      let message =
        reason == .unknown ? "There is no \(request.method.rawValue) \(path) here; /openapi.json says what is." : ""
      let refusal = RequestRefusal(reason, message.isEmpty ? error.body ?? "\(error.status)" : message)
      // Under one name: paths that strangers think of are not to become numbers of their own.
      let passage = Passage(
        id: RequestID.of(request), route: "other", request: request, channel: nil, shelf: shelf, logger: logger)
      passage.end(status: error.status.code)
      return Response(
        status: error.status, headers: [.contentType: "application/json", .requestID: passage.flight.id],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: style.body(refusal).bytes)))
    }
  }
}
