@_spi(Locks) import WeftTensor

/// What whoever waits for a sequence is told.
package enum GenerationEvent: Sendable {
  /// A token more.
  case piece(GeneratedPiece)
  /// It ended early.
  case failure(any Error)
}

/// One sequence that is waited for: its prompt, how it goes on, and who is told.
private final class Ticket: Sendable {
  let prompt: [Int]
  let request: GenerationRequest
  private let tell: @Sendable (GenerationEvent) -> Void
  private let over = Guarded(false)

  init(_ prompt: [Int], _ request: GenerationRequest, _ tell: @escaping @Sendable (GenerationEvent) -> Void) {
    (self.prompt, self.request, self.tell) = (prompt, request, tell)
  }

  var isOver: Bool { over.withLock { $0 } }

  func take(_ piece: GeneratedPiece) {
    if isOver { return }
    if piece.finish != nil { over.withLock { $0 = true } }
    tell(.piece(piece))
  }

  func fail(_ error: any Error) {
    let wasOver = over.withLock { over in
      defer { over = true }
      return over
    }
    if !wasOver { tell(.failure(error)) }
  }
}

/// Generates for several requests at once: a sequence joins the batch when it comes and leaves it when it is done, and
/// between two tokens the thread is free for other models.
package final class GenerationLoop: Sendable {
  private struct State {
    var waiting: [Ticket] = []
    /// Whether the thread will come for a step.
    var isExpected = false
  }

  /// What the compute thread alone touches.
  private final class Work: @unchecked Sendable {
    var session: (any GenerationSession)?
    var running: [Int: Ticket] = [:]
  }

  private let engine: any GenerationEngine
  private let thread: ComputeThread
  private let limit: Int
  private let admission: Admission
  private let prepare: @Sendable () throws -> Void
  private let report: @Sendable (_ running: Int, _ tokens: Int, _ duration: Duration) -> Void
  private let state = Guarded(State())
  private let work = Work()

  /// - Parameters:
  ///   - limit: How many sequences are generated at once.
  ///   - prepare: What is done before the engine computes.
  package init(
    _ engine: any GenerationEngine, thread: ComputeThread, limit: Int, admission: Admission,
    prepare: @escaping @Sendable () throws -> Void = {},
    report: @escaping @Sendable (_ running: Int, _ tokens: Int, _ duration: Duration) -> Void = { _, _, _ in }
  ) {
    (self.engine, self.thread, self.limit) = (engine, thread, limit)
    (self.admission, self.prepare, self.report) = (admission, prepare, report)
  }

  /// Generates a sequence; `tell` hears of each piece, the last of which has a reason to finish, or of a failure.
  /// - Throws: A `RequestRefusal` where the queue is full.
  package func submit(
    _ prompt: [Int], _ request: GenerationRequest, _ flight: Flight,
    tell: @escaping @Sendable (GenerationEvent) -> Void
  ) throws {
    try admission.enter()
    let ticket = Ticket(prompt, request, tell)
    let isFirst = state.withLock { state in
      state.waiting.append(ticket)
      defer { state.isExpected = true }
      return !state.isExpected
    }
    if isFirst { thread.enqueue { self.turn() } }
    flight.onEnd { [weak self] why in
      ticket.fail(why)
      self?.drop(ticket)
    }
  }

  /// Takes out of the queue what nobody waits for any more; what runs leaves with the next step.
  private func drop(_ ticket: Ticket) {
    let wasThere = state.withLock { state in
      let place = state.waiting.firstIndex { $0 === ticket }
      if let place { state.waiting.remove(at: place) }
      return place != nil
    }
    if wasThere { admission.leave() }
  }

  /// Lets sequences go and come, and takes one step; on the thread.
  private func turn() {
    for (sequence, ticket) in work.running where ticket.isOver {
      work.session?.remove(sequence)
      work.running[sequence] = nil
    }
    while work.running.count < limit, let ticket = takeWaiting() { begin(ticket) }
    if !work.running.isEmpty { step() }
    let goesOn = state.withLock { state in
      state.isExpected = !state.waiting.isEmpty || !work.running.isEmpty
      return state.isExpected
    }
    if goesOn { thread.enqueue { self.turn() } }
  }

  private func takeWaiting() -> Ticket? {
    let ticket = state.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
    if ticket != nil { admission.leave() }
    return ticket
  }

  private func begin(_ ticket: Ticket) {
    do {
      try prepare()
      let session = try work.session ?? engine.makeSession(limit: limit)
      work.session = session
      let sequence = try session.add(ticket.prompt, ticket.request)
      work.running[sequence] = ticket
    } catch { ticket.fail(error) }
  }

  private func step() {
    let start = ContinuousClock.now
    do {
      try prepare()
      let pieces = try work.session?.step() ?? []
      let told = pieces.compactMap { piece in work.running[piece.sequence].map { (ticket: $0, piece: piece) } }
      for piece in pieces where piece.finish != nil { work.running[piece.sequence] = nil }
      // Counted before anybody is told: who has an answer finds it in the numbers.
      let duration = ContinuousClock.now - start
      if !pieces.isEmpty { admission.note(duration, requests: 1) }
      report(work.running.count, pieces.count, duration)
      for (ticket, piece) in told { ticket.take(piece) }
    } catch {
      // What failed may be any of them: all end, and the next ones begin with a new session.
      for ticket in work.running.values { ticket.fail(error) }
      (work.running, work.session) = ([:], nil)
    }
  }
}
