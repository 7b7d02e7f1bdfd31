@_spi(Locks) import WeftTensor

/// A request under way: its name in the log, and whether it still wants an answer.
///
/// It ends early when the client goes or its time is over. Whoever works for it says with `onEnd` what is then to be
/// done; that is called once, at once where the end has come already.
package final class Flight: Sendable {
  package let id: String
  private struct State {
    var end: RequestRefusal?
    var handlers: [@Sendable (RequestRefusal) -> Void] = []
    var notes: [(String, JSON)] = []
  }
  private let state = Guarded(State())

  package init(id: String) { self.id = id }

  /// Why it ended; nil while somebody waits for it.
  package var end: RequestRefusal? { state.withLock { $0.end } }

  /// Ends it; later ends change nothing.
  package func end(_ why: RequestRefusal) {
    let handlers = state.withLock { state in
      guard state.end == nil else { return [@Sendable (RequestRefusal) -> Void]() }
      state.end = why
      defer { state.handlers = [] }
      return state.handlers
    }
    for handler in handlers { handler(why) }
  }

  package func onEnd(_ handler: @escaping @Sendable (RequestRefusal) -> Void) {
    let end = state.withLock { state in
      if state.end == nil { state.handlers.append(handler) }
      return state.end
    }
    if let end { handler(end) }
  }

  /// Adds something to the request's line in the log.
  package func note(_ name: String, _ value: JSON) { state.withLock { $0.notes.append((name, value)) } }

  package var notes: [(String, JSON)] { state.withLock { $0.notes } }
}
