import HTTPTypes
import Hummingbird
import Logging

/// Says in the words of the interface at hand that a path does not exist, or takes other methods, where the router says
/// so in none.
package struct ErrorShapes<Context: RequestContext>: RouterMiddleware {
  let shelf: ModelShelf
  let logger: Logger
  let allowed: AllowedMethods

  package init(shelf: ModelShelf, logger: Logger, allowed: AllowedMethods) {
    (self.shelf, self.logger, self.allowed) = (shelf, logger, allowed)
  }

  package func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do { return try await next(request, context) } catch let error as HTTPError {
      let path = request.uri.path
      let style: ErrorStyle = path.hasPrefix("/v1") ? .openAI : path.hasPrefix("/v2") ? .inference : .embeddings
      let methods = error.status == .notFound ? allowed.methods(of: path) : []
      let refusal = refusal(error, request, methods)
      // What a middleware refuses keeps the status that it chose, also where no route of the server has such a one.
      let status = methods.isEmpty ? error.status.code : refusal.reason.rawValue
      // Under one name: paths that strangers think of are not to become numbers of their own.
      let passage = Passage(
        id: RequestID.of(request), route: "other", request: request, channel: nil, shelf: shelf, logger: logger)
      passage.end(status: status)
      var headers = error.headers
      (headers[.contentType], headers[.requestID]) = ("application/json", passage.flight.id)
      if !methods.isEmpty { headers[.allow] = methods.joined(separator: ", ") }
      return Response(
        status: .init(code: status), headers: headers,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: style.body(refusal).bytes)))
    }
  }

  /// - Parameter methods: Those that the path takes; none where there is no such path.
  private func refusal(_ error: HTTPError, _ request: Request, _ methods: [String]) -> RequestRefusal {
    let asked = "\(request.method.rawValue) \(request.uri.path)"
    if !methods.isEmpty {
      return RequestRefusal(
        .wrongMethod, "Expected \(methods.joined(separator: " or ")) for this path, got \(request.method.rawValue).")
    }
    if error.status == .notFound {
      return RequestRefusal(.unknown, "There is no \(asked) here; /openapi.json says what is.")
    }
    let usual: RequestRefusal.Reason = 400..<500 ~= error.status.code ? .malformed : .failed
    return RequestRefusal(.init(rawValue: error.status.code) ?? usual, error.body ?? "\(error.status)")
  }
}
