@_spi(Locks) import WeftTensor

/// Where texts are cut into tokens: a thread beside the compute thread, so that one long text holds up no batch, with a
/// queue that has an end as well.
package final class TextDesk: Sendable {
  private let thread = ComputeThread(name: "weft-texts")
  private let admission: Admission

  /// - Parameter limit: How many requests' texts may wait.
  package init(limit: Int) { admission = Admission(limit: limit) }

  /// How many requests' texts wait.
  package var waiting: Int { admission.waiting }

  /// Texts of fewer bytes are cut into tokens in less time than it takes to have another thread do it.
  private static let shortest = 2048

  /// The result of something that runs on the thread, unless the flight ends before.
  ///
  /// - Parameter byteCount: How long the texts are; short ones are not worth another thread.
  /// - Throws: A `RequestRefusal` where the queue is full or the flight ends, and what `body` throws.
  package func run<Result: Sendable>(
    _ flight: Flight, byteCount: Int = .max, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    if byteCount < Self.shortest {
      if let end = flight.end { throw end }
      return try body()
    }
    try admission.enter()
    let results = try await withCheckedThrowingContinuation { continuation in
      let job = BatchJob<Void, Result>([()], continuation)
      thread.enqueue { [admission] in
        defer { admission.leave() }
        if job.isOver { return }
        let start = ContinuousClock.now
        let result = Swift.Result { try body() }
        admission.note(ContinuousClock.now - start, requests: 1)
        switch result {
        case .success(let value): job.finish(0, value)
        case .failure(let error): job.fail(error)
        }
      }
      flight.onEnd { job.fail($0) }
    }
    guard let result = results.first else { throw RequestRefusal(.failed, "The text thread gave nothing.") }
    return result
  }
}
