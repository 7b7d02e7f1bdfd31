import Hummingbird
import Logging

extension ModelShelf {
  /// Puts all routes on a router: OpenAI's under `/v1`, text-embeddings-inference's, the Open Inference Protocol's
  /// under `/v2`, health, metrics, the description at `/openapi.json`, and a page at `/` where a person tries the models.
  ///
  /// ```swift
  /// let router = Router(context: ServeContext.self)
  /// shelf.addRoutes(to: router)
  /// router.get("mine") { _, _ in "of my own" }
  /// try await Application(router: router).runService()
  /// ```
  /// - Parameters:
  ///   - router: A router or a group of one. With `ServeContext` as its context and `ClientWatch`'s handler in the
  ///     server, requests of clients that went are given up.
  ///   - logger: Where each request gets a line.
  ///   - hasPage: Whether there is a page at `/`.
  public func addRoutes<Routes: RouterMethods>(
    to router: Routes, logger: Logger = Logger(label: "weft"), hasPage: Bool = true
  ) {
    let mount = RouteMount(routes: router, shelf: self, logger: logger)
    EmbeddingRoutes.mount(on: mount)
    ChatRoutes.mount(on: mount)
    CompletionRoutes.mount(on: mount)
    AudioRoutes.mount(on: mount)
    ModelRoutes.mount(on: mount)
    EmbedRoute.mount(on: mount)
    RerankRoute.mount(on: mount)
    PredictRoute.mount(on: mount)
    TokenizeRoute.mount(on: mount)
    InferenceRoutes.mount(on: mount)
    StateRoutes.mount(on: mount)
    mount.get("/openapi.json", .openAI, isOpen: true) { _ in .json(OpenAPI.document) }
    if hasPage {
      mount.get("/", .openAI, isOpen: true) { _ in .text(Page.html, type: "text/html; charset=utf-8") }
    }
  }
}
