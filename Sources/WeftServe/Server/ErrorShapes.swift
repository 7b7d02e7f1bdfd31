import Hummingbird

/// Says in the words of the interface at hand that a path does not exist, where the router says so in none.
struct ErrorShapes<Context: RequestContext>: RouterMiddleware {
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
      return Response(
        status: error.status, headers: [.contentType: "application/json", .requestID: RequestID.of(request)],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: style.body(refusal).bytes)))
    }
  }
}
