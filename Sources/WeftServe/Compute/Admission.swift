@_spi(Locks) import WeftTensor

/// How many requests may wait for the compute thread, over all models and their versions.
package final class Admission: Sendable {
  private let limit: Int
  private struct State {
    var waiting = 0
    /// How long a request keeps the thread busy, in seconds: an average in which the last ones count most.
    var seconds = 0.01
  }
  private let state = Guarded(State())

  package init(limit: Int) { self.limit = limit }

  package var waiting: Int { state.withLock { $0.waiting } }

  /// Takes a place in the queue.
  /// - Throws: A `RequestRefusal` that says when to come again, where the queue is full.
  package func enter() throws {
    let (waiting, seconds) = state.withLock { state in
      defer { if state.waiting < limit { state.waiting += 1 } }
      return (state.waiting, state.seconds)
    }
    guard waiting < limit else {
      let wait = min(60, max(1, Int((Double(waiting) * seconds).rounded(.up))))
      throw RequestRefusal(
        .busy, "The queue of \(limit) requests is full; try again in \(wait) s.", retryAfter: wait)
    }
  }

  /// Gives a place back.
  package func leave() { state.withLock { $0.waiting -= 1 } }

  /// Remembers how long some requests took together.
  package func note(_ duration: Duration, requests: Int) {
    let each = duration / .seconds(1) / Double(max(1, requests))
    state.withLock { $0.seconds += (each - $0.seconds) / 16 }
  }
}
