@_spi(Locks) import WeftTensor

/// The models that a server serves. Models are put on it and taken off while requests run; none is lost by that.
///
/// ```swift
/// let shelf = ModelShelf(settings: settings)
/// shelf.put(ServedModel("minilm", embedding: engine))
/// shelf.put(ServedModel("minilm", embedding: better))     // from now on; what was begun ends with the former
/// ```
public final class ModelShelf: Sendable {
  /// What the server allows.
  public let settings: ServeSettings
  /// What is counted.
  package let metrics: ServeMetrics
  /// Where texts are cut into tokens.
  let texts: TextDesk
  package let admission: Admission
  private let computeThread = ComputeThread(name: "weft-compute")
  private struct State {
    var models: [RunningModel] = []
    var isLoading = false
    var isDraining = false
  }
  private let state = Guarded(State())

  /// An empty shelf.
  ///
  /// - Parameter metrics: Where numbers go besides the program's own metrics system; `/metrics` shows them.
  public init(settings: ServeSettings = ServeSettings(), metrics: PrometheusMetrics = PrometheusMetrics()) {
    self.settings = settings
    self.metrics = ServeMetrics(metrics)
    admission = Admission(limit: settings.maximumQueue)
    texts = TextDesk(limit: settings.maximumQueue)
  }

  /// Puts a model up, in the place of the one of its name where there is one.
  public func put(_ model: ServedModel) {
    let running = RunningModel(
      model, settings: settings, thread: computeThread, admission: admission, metrics: metrics)
    state.withLock { state in
      if let place = state.models.firstIndex(where: { $0.model.name == model.name }) {
        state.models[place] = running
      } else {
        state.models.append(running)
      }
    }
  }

  /// Takes a model down; what it has begun it ends.
  public func remove(_ name: String) { state.withLock { $0.models.removeAll { $0.model.name == name } } }

  /// The names of the models, in the order in which they came.
  public var names: [String] { models.map(\.model.name) }

  /// Whether models are still being loaded: the server is not ready then.
  public var isLoading: Bool {
    get { state.withLock { $0.isLoading } }
    set { state.withLock { $0.isLoading = newValue } }
  }

  /// Whether the server is to end: it answers what comes, and says that it is not ready.
  public var isDraining: Bool {
    get { state.withLock { $0.isDraining } }
    set { state.withLock { $0.isDraining = newValue } }
  }

  /// Whether new requests are welcome.
  public var isReady: Bool { state.withLock { !$0.isLoading && !$0.isDraining && !$0.models.isEmpty } }

  var models: [RunningModel] { state.withLock { $0.models } }

  /// Runs on the thread of the models, behind what waits there: for loading, warming up, or work of your own.
  public func compute<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await computeThread.run(body)
  }

  /// The model of a name, or the first that has an ability.
  /// - Throws: A `RequestRefusal` where there is no such model, or it lacks the ability.
  func find<Ability>(
    _ name: String?, _ ability: KeyPath<RunningModel, Ability?>, _ word: String
  ) throws -> (RunningModel, Ability) {
    let models = models
    if let name {
      guard let model = models.first(where: { $0.model.name == name }) else { throw missing(name) }
      guard let found = model[keyPath: ability] else {
        throw RequestRefusal(.unfit, "The model \"\(name)\" is none for \(word).", field: "model")
      }
      return (model, found)
    }
    for model in models { if let found = model[keyPath: ability] { return (model, found) } }
    throw stillLoading ?? RequestRefusal(.unknown, "This server has no model for \(word).")
  }

  /// What is said of a model that is not there, which may only not be there yet.
  func missing(_ name: String) -> RequestRefusal {
    let known = names.map { "\"\($0)\"" }.joined(separator: ", ")
    let text = "There is no model \"\(RequestRefusal.shortened(name))\"; this server has \(known)."
    return stillLoading ?? RequestRefusal(.unknown, text, field: "model")
  }

  /// What is said of what is not there while models are being loaded; nil where all are.
  var stillLoading: RequestRefusal? {
    guard isLoading else { return nil }
    return RequestRefusal(.unavailable, "The models are still being loaded; try again in a second.", retryAfter: 1)
  }
}
