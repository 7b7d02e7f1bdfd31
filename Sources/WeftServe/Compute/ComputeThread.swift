import Foundation

/// A thread of Weft's own that runs what is given to it, one after another.
///
/// Kernels keep the cores busy for as long as they run. On Swift's cooperative pool they would keep everything else from
/// running: connections, timers, health checks. So a server computes on a thread of its own, and waits for it without
/// holding a thread of the pool.
///
/// ```swift
/// let compute = ComputeThread(name: "models")
/// let states = try await compute.run { try model(tokens) }
/// ```
public final class ComputeThread: Sendable {
  private let queue = JobQueue()

  /// Starts a thread. It ends, after what it was given, when nobody holds this any more.
  public init(name: String) {
    let queue = queue
    let thread = Thread { while let job = queue.next() { job() } }
    thread.name = name
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { queue.close() }

  /// Runs something behind what was given before.
  public func enqueue(_ job: @escaping @Sendable () -> Void) { queue.append(job) }

  /// Runs something after a while, behind what then waits.
  public func enqueue(after delay: Duration, _ job: @escaping @Sendable () -> Void) {
    queue.append(job, at: .now + delay)
  }

  /// The result of something that runs on this thread.
  public func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      enqueue { continuation.resume(with: Swift.Result { try body() }) }
    }
  }
}

/// What a thread is to do. All is behind `condition`.
private final class JobQueue: @unchecked Sendable {
  typealias Job = @Sendable () -> Void
  private let condition = NSCondition()
  private var jobs: [Job] = []
  /// Where in `jobs` the next one stands.
  private var first = 0
  /// In the order of their times.
  private var later: [(time: ContinuousClock.Instant, job: Job)] = []
  private var isClosed = false

  func append(_ job: @escaping Job) {
    condition.lock()
    jobs.append(job)
    condition.signal()
    condition.unlock()
  }

  func append(_ job: @escaping Job, at time: ContinuousClock.Instant) {
    condition.lock()
    later.insert((time, job), at: later.firstIndex { $0.time > time } ?? later.endIndex)
    condition.signal()
    condition.unlock()
  }

  func close() {
    condition.lock()
    isClosed = true
    condition.signal()
    condition.unlock()
  }

  /// Waits for the next job; nil when there will be none.
  func next() -> Job? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      moveDue()
      if first < jobs.count { return takeFirst() }
      guard let time = later.first?.time else {
        if isClosed { return nil }
        condition.wait()
        continue
      }
      let seconds = (time - .now) / .seconds(1)
      _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
    }
  }

  private func moveDue() {
    guard let time = later.first?.time, time <= .now else { return }
    jobs.append(later.removeFirst().job)
    moveDue()
  }

  private func takeFirst() -> Job {
    let job = jobs[first]
    // What it holds goes when it has run, not when the array is cut.
    jobs[first] = {}
    first += 1
    if first == jobs.count || first == 1024 {
      jobs.removeFirst(first)
      first = 0
    }
    return job
  }
}
