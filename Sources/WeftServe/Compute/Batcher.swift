@_spi(Locks) import WeftTensor

/// How batches are formed.
package struct BatchLimits: Sendable {
  /// How many tokens a batch has at most, each sequence as long as the longest; one sequence may have more.
  package var tokens = 16_384
  /// How many sequences a batch has at most.
  package var sequences = 256
  /// How long a request waits for others when nothing is being computed.
  package var delay = Duration.zero

  package init() {}
}

/// What a batch was, for the metrics.
package struct BatchReport: Sendable {
  package let sequences: Int
  package let tokens: Int
  package let duration: Duration
}

/// Forms batches of the sequences of several requests and has them computed on a thread.
///
/// While one batch is computed the next one gathers. Where nothing is computed, a request waits for others no longer than
/// the limits say. A request of many sequences may be spread over batches.
package final class Batcher<Input: Sendable, Output: Sendable>: Sendable {
  private typealias Job = BatchJob<Input, Output>
  private typealias Part = (job: Job, place: Int)
  private struct State {
    /// The jobs that are not wholly in a batch, each with where its next sequence stands.
    var waiting: [(job: Job, next: Int)] = []
    /// Whether the thread will come for a batch.
    var isExpected = false
  }

  private let thread: ComputeThread
  private let limits: BatchLimits
  private let admission: Admission
  private let weight: @Sendable (Input) -> Int
  private let compute: @Sendable ([Input]) throws -> [Output]
  private let report: @Sendable (BatchReport) -> Void
  private let state = Guarded(State())

  package init(
    thread: ComputeThread, limits: BatchLimits, admission: Admission, weight: @escaping @Sendable (Input) -> Int,
    report: @escaping @Sendable (BatchReport) -> Void = { _ in },
    compute: @escaping @Sendable ([Input]) throws -> [Output]
  ) {
    (self.thread, self.limits, self.admission) = (thread, limits, admission)
    (self.weight, self.report, self.compute) = (weight, report, compute)
  }

  /// The result of each input.
  /// - Throws: A `RequestRefusal` where the queue is full or the flight ends, and what computing throws.
  package func submit(_ inputs: [Input], _ flight: Flight) async throws -> [Output] {
    if inputs.isEmpty { return [] }
    try admission.enter()
    return try await withCheckedThrowingContinuation { continuation in
      let job = Job(inputs, continuation)
      let isFirst = state.withLock { state in
        state.waiting.append((job, 0))
        defer { state.isExpected = true }
        return !state.isExpected
      }
      if isFirst { expect() }
      flight.onEnd { [weak self] why in
        self?.drop(job)
        job.fail(why)
      }
    }
  }

  /// Has the thread come for a batch: after the delay, or at once where there is none or nothing to wait for.
  private func expect() {
    let isFull = state.withLock { $0.waiting.reduce(0) { $0 + $1.job.inputs.count } >= limits.sequences }
    if limits.delay == .zero || isFull {
      thread.enqueue { self.next() }
    } else {
      thread.enqueue(after: limits.delay) { self.next() }
    }
  }

  /// Takes a job out whose request is over; a batch that has begun goes on without it.
  private func drop(_ job: Job) {
    let wasThere = state.withLock { state in
      let place = state.waiting.firstIndex { $0.job === job }
      if let place { state.waiting.remove(at: place) }
      return place != nil
    }
    if wasThere { admission.leave() }
  }

  /// One batch, on the thread.
  private func next() {
    let (parts, finished, remain) = state.withLock { state in
      let (parts, finished) = take(from: &state.waiting)
      state.isExpected = !state.waiting.isEmpty
      return (parts, finished, state.isExpected)
    }
    for _ in 0..<finished { admission.leave() }
    let living = parts.filter { !$0.job.isOver }
    if !living.isEmpty { run(living, requests: finished) }
    if remain { thread.enqueue { self.next() } }
  }

  /// The sequences of the next batch, and how many jobs are wholly in batches with it.
  private func take(from waiting: inout [(job: Job, next: Int)]) -> (parts: [Part], finished: Int) {
    var parts: [Part] = []
    var (longest, finished) = (0, 0)
    jobs: while finished < waiting.count {
      let job = waiting[finished].job
      for place in waiting[finished].next..<job.inputs.count {
        let longer = max(longest, weight(job.inputs[place]))
        let isTooMuch = parts.count == limits.sequences || longer * (parts.count + 1) > limits.tokens
        if isTooMuch, !parts.isEmpty {
          waiting[finished].next = place
          break jobs
        }
        longest = longer
        parts.append((job, place))
      }
      finished += 1
    }
    waiting.removeFirst(finished)
    return (parts, finished)
  }

  private func run(_ parts: [Part], requests: Int) {
    let inputs = parts.map { $0.job.inputs[$0.place] }
    let start = ContinuousClock.now
    let result = Result { try compute(inputs) }
    // Counted before anybody is told: who has an answer finds it in the numbers.
    let duration = ContinuousClock.now - start
    admission.note(duration, requests: requests)
    report(BatchReport(sequences: inputs.count, tokens: inputs.reduce(0) { $0 + weight($1) }, duration: duration))
    do {
      let outputs = try result.get()
      guard outputs.count == inputs.count else {
        throw RequestRefusal(.failed, "The engine gave \(outputs.count) results for \(inputs.count) inputs.")
      }
      for (part, output) in zip(parts, outputs) { part.job.finish(part.place, output) }
    } catch { for part in parts { part.job.fail(error) } }
  }
}
