import CWeft
import Glibc

/// Measures what a program spends its time and memory on, operation by operation.
///
/// ```swift
/// let profiler = Profiler()
/// for batch in loader { profiler.record { step(batch) } }
/// print(profiler.profile)
/// ```
/// It sees what runs inside `record`, also in the tasks started there. Outside, and in a program that never makes one,
/// profiling costs an operation one comparison. The innermost profiler records; one around it sees the time alone.
public final class Profiler: Sendable {
  private let state: Guarded<State>
  /// Events kept for the trace; what comes after them is in the tables only.
  private let eventLimit: Int

  /// - Parameter eventLimit: How many events are kept for the trace; what comes after them is in the tables only.
  public init(eventLimit: Int = 500_000) {
    self.eventLimit = max(0, eventLimit)
    state = Guarded(State())
  }

  /// Runs `body` and adds what it does to the profile, also if it throws.
  public func record<Result>(_ body: () throws -> Result) rethrows -> Result {
    let start = weft_clock_nanoseconds()
    defer { finishRecording(since: start) }
    return try Modes.with({ $0.profiler = self }, body)
  }

  private func finishRecording(since start: Int64) {
    let end = weft_clock_nanoseconds()
    state.withLock { state in
      let thread = state.currentThread()
      state.threads[thread].records = true
      state.elapsed += end - start
    }
  }

  /// What was recorded so far.
  public var profile: Profile {
    state.withLock { state in
      let recorded = state.threads.reduce(0) { $0 + ($1.records ? $1.spans : 0) }
      let elsewhere = state.threads.reduce(0) { $0 + ($1.records ? 0 : $1.spans) }
      return Profile(
        state.tree, duration: state.elapsed, outside: state.elapsed - recorded, elsewhere: elsewhere,
        events: state.events, eventsLeftOut: state.eventsLeftOut)
    }
  }
}

// MARK: - Spans

extension Profiler {
  private struct State {
    var tree = ProfileTree()
    var threads: [Thread] = []
    var threadNumbers: [UInt: Int] = [:]
    var elapsed: Int64 = 0
    var events: [ProfileEvent] = []
    var eventsLeftOut = 0

    /// A span begins and ends on one thread, since nothing inside it can wait: so spans nest by thread.
    mutating func currentThread() -> Int {
      let handle = UInt(pthread_self())
      if let number = threadNumbers[handle] { return number }
      threadNumbers[handle] = threads.count
      threads.append(Thread())
      return threads.count - 1
    }
  }

  private struct Thread {
    var open: [OpenSpan] = []
    /// Nanoseconds in outermost spans.
    var spans: Int64 = 0
    /// Whether `record` itself ran here.
    var records = false
  }

  private struct OpenSpan {
    var node: Int
    var start: Int64
    var memory: Memory.Statistics
  }

  /// Begins a span inside the one that is open on this thread.
  private func begin(_ work: ProfileWork) {
    let memory = MemoryPool.shared.beginPeak()
    state.withLock { state in
      let thread = state.currentThread()
      let node = state.tree.node(work, in: state.threads[thread].open.last?.node ?? 0)
      state.threads[thread].open.append(OpenSpan(node: node, start: weft_clock_nanoseconds(), memory: memory))
    }
  }

  /// Ends the innermost span of this thread.
  private func end(at now: Int64 = weft_clock_nanoseconds(), bytes: Int = 0, floatingPointOperations: Int? = nil) {
    state.withLock { state in
      let thread = state.currentThread()
      guard let span = state.threads[thread].open.popLast() else { return }
      let memory = MemoryPool.shared.endPeak(outer: span.memory.peak)
      var usage = Profile.Usage(
        calls: 1, nanoseconds: now - span.start, bytes: bytes, floatingPointOperations: floatingPointOperations)
      usage.memory = Profile.MemoryUsage(from: span.memory, to: memory)
      state.tree.add(usage, to: span.node)
      if state.threads[thread].open.isEmpty { state.threads[thread].spans += usage.nanoseconds }
      guard state.events.count < eventLimit else { return state.eventsLeftOut += 1 }
      state.events.append(ProfileEvent(node: span.node, thread: thread, start: span.start, usage, live: memory.live))
    }
  }
}

/// Runs `body` and measures it.
///
/// ```swift
/// let profile = try Weft.profile { try trainer.run(epochs: 1) { _ in } }
/// print(profile)                                    // tables of operations, modules and memory
/// try profile.writeTrace(to: "trace.json")          // for chrome://tracing and ui.perfetto.dev
/// ```
/// - Throws: What `body` throws; a `Profiler` keeps what was recorded until then.
public func profile(_ body: () throws -> Void) rethrows -> Profile {
  let profiler = Profiler()
  try profiler.record(body)
  return profiler.profile
}

/// Runs `body` as a range of its own in profiles: data loading, an optimizer's step, a phase of the program. Without a
/// profiler it just runs.
public func profileRange<Result>(_ name: @autoclosure () -> String, _ body: () throws -> Result) rethrows -> Result {
  guard let profiler = Modes.current.profiler else { return try body() }
  profiler.beginRange(name())
  defer { profiler.endSpan() }
  return try body()
}

// MARK: - What the engine calls

extension Profiler: Measurer {
  func beginWalk() { begin(.walk) }
  func beginRange(_ name: String) { begin(ProfileWork(.range, name)) }
  func endSpan() { end() }

  /// Runs an operation's kernel.
  func interpret(_ call: Call) -> [Tensor] {
    begin(ProfileWork(.operation, call.name, call.modes.modulePath))
    let outputs = call.proceed()
    end(
      at: weft_clock_nanoseconds(), bytes: Self.bytesMoved(call.inputs + (call.finish?.reads ?? []), outputs),
      floatingPointOperations: call.operation.floatingPointOperations(call.inputSpecs, call.specs))
    return outputs
  }

  /// Runs the gradient rule of a recorded operation.
  func rule(
    _ operation: any TensorOperation, _ gradients: [Tensor?], _ saved: Saved, needs: [Bool], in modulePath: String
  ) -> [Tensor?] {
    begin(ProfileWork(.rule, type(of: operation).name, modulePath))
    defer { end() }
    return operation.backward(gradients, saved, needs: needs)
  }

  /// What must be read and written at least: each input and output once. A view moves nothing, and a broadcast input
  /// is no larger than its memory.
  private static func bytesMoved(_ inputs: [Tensor], _ outputs: [Tensor]) -> Int {
    let written = outputs.filter { output in !inputs.contains { $0.storage === output.storage } }
    guard !written.isEmpty else { return 0 }
    return (inputs + written).reduce(0) { $0 + min($1.spec.byteCount, $1.storage.byteCount) }
  }
}
