import WeftData
import WeftModels
@_spi(Locks) import WeftTensor

/// Writes down sounds, a step of each in turn: between two steps the thread is free for other requests, and a sound for
/// which nobody waits any more, heard or silent, is not gone on with.
package final class TranscriptionLoop: Sendable {
  /// A sound and how it is to be written down.
  package struct Input: Sendable {
    package let sound: Sound
    package let request: TranscriptionRequest

    package init(_ sound: Sound, _ request: TranscriptionRequest) { (self.sound, self.request) = (sound, request) }
  }

  private typealias Job = BatchJob<Input, Transcript>
  private struct State {
    var waiting: [Job] = []
    /// Whether the thread will come for a step.
    var isExpected = false
  }

  /// A sound that is begun.
  private struct Begun {
    let job: Job
    let work: any TranscriptionWork
    /// How long it has kept the thread.
    var duration: Duration
  }

  /// What the compute thread alone touches.
  private final class Work: @unchecked Sendable {
    /// In the order of their turns.
    var running: [Begun] = []
  }

  private let engine: any TranscriptionEngine
  private let thread: ComputeThread
  private let limit: Int
  private let admission: Admission
  private let prepare: @Sendable () throws -> Void
  private let report: @Sendable (BatchReport) -> Void
  private let state = Guarded(State())
  private let work = Work()

  /// - Parameters:
  ///   - limit: How many sounds are written down at once.
  ///   - prepare: What is done before the engine computes.
  package init(
    _ engine: any TranscriptionEngine, thread: ComputeThread, limit: Int, admission: Admission,
    prepare: @escaping @Sendable () throws -> Void = {}, report: @escaping @Sendable (BatchReport) -> Void = { _ in }
  ) {
    (self.engine, self.thread, self.limit) = (engine, thread, max(limit, 1))
    (self.admission, self.prepare, self.report) = (admission, prepare, report)
  }

  /// What is said in a sound.
  /// - Throws: A `RequestRefusal` where the queue is full or the flight ends, and what the engine throws.
  package func submit(_ input: Input, _ flight: Flight) async throws -> Transcript {
    try admission.enter()
    let results = try await withCheckedThrowingContinuation { continuation in
      let job = Job([input], continuation)
      let isFirst = state.withLock { state in
        state.waiting.append(job)
        defer { state.isExpected = true }
        return !state.isExpected
      }
      if isFirst { thread.enqueue { self.turn() } }
      flight.onEnd { [weak self] why in
        self?.drop(job)
        job.fail(why)
      }
    }
    guard let transcript = results.first else { throw RequestRefusal(.failed, "The model wrote nothing.") }
    return transcript
  }

  /// Takes out of the queue what nobody waits for any more; what is begun leaves with its next turn.
  private func drop(_ job: Job) {
    let wasThere = state.withLock { state in
      let place = state.waiting.firstIndex { $0 === job }
      if let place { state.waiting.remove(at: place) }
      return place != nil
    }
    if wasThere { admission.leave() }
  }

  /// Begins a sound, or takes one step of the next; on the thread.
  private func turn() {
    work.running.removeAll { $0.job.isOver }
    if work.running.count < limit, let job = takeWaiting() {
      begin(job)
    } else if !work.running.isEmpty {
      step(work.running.removeFirst())
    }
    let goesOn = state.withLock { state in
      state.isExpected = !state.waiting.isEmpty || !work.running.isEmpty
      return state.isExpected
    }
    if goesOn { thread.enqueue { self.turn() } }
  }

  private func takeWaiting() -> Job? {
    let job = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    if job != nil { admission.leave() }
    return job
  }

  private func begin(_ job: Job) {
    guard !job.isOver, let input = job.inputs.first else { return }
    let start = ContinuousClock.now
    do {
      try prepare()
      let begun = try engine.begin(input.sound, input.request)
      work.running.append(Begun(job: job, work: begun, duration: ContinuousClock.now - start))
    } catch { job.fail(error) }
  }

  private func step(_ begun: Begun) {
    var begun = begun
    let start = ContinuousClock.now
    do {
      try prepare()
      let transcript = try begun.work.step()
      begun.duration += ContinuousClock.now - start
      guard let transcript else { return work.running.append(begun) }
      // Counted before anybody is told: who has an answer finds it in the numbers.
      admission.note(begun.duration, requests: 1)
      report(BatchReport(sequences: 1, tokens: 1, duration: begun.duration))
      begun.job.finish(0, transcript)
    } catch { begun.job.fail(error) }
  }
}
