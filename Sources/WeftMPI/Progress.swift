import CMPI
import Foundation
import WeftTrain

// Note: Progress
//
// MPI moves data while somebody calls it, and may be called by one thread at a time. So one thread does nothing else:
// it takes collectives from a queue, starts each in its turn, asks for all that are under way, and wakes who waits.
// Meanwhile the thread that computes goes on with the backward pass. As that thread always runs, it also answers when
// another rank asks where this one is: silence means that the process is gone or stands still.
//
// Before its data moves, a collective's digest is compared over all ranks by a collective of its own, which every rank
// can take part in, whatever it asked for. So a mismatch is an error that names who differs, not a wait without end.
// Collectives of two lanes are not compared with each other, as they may come in another order on each rank. Where two
// ranks wait in two lanes, each for what the other will never come to, their answers tell so.

/// The thread that speaks to MPI.
final class Progress: @unchecked Sendable {
  // Unchecked: what several threads use changes under `condition`; what is marked so is the thread's own.
  private let condition = NSCondition()
  private var submitted: [Transfer] = []
  private var failure: MPIError?
  private var last = Standing()
  private var users: Set<ObjectIdentifier> = []
  private var place: (rank: Int, size: Int)?
  private var farewell: Farewell?
  private var isOver = false
  let timeout: Double

  /// How the thread is to end.
  private enum Farewell {
    case finished
    case failed(String)
  }

  // The thread's own.
  private var active: [Transfer] = []
  private var messages = Messages()
  private var inquiry: Inquiry?
  /// When the last one was over.
  private var lastInquiry = 0.0
  private var ended: [Int: Standing] = [:]
  private var idleRounds = 0

  init(timeout: Double) { self.timeout = timeout }

  /// Starts MPI, on the thread that will go on with it.
  func begin() throws(MPIError) -> (rank: Int, size: Int) {
    let thread = Thread { [self] in run() }
    thread.name = "weft-mpi"
    thread.start()
    condition.lock()
    defer { condition.unlock() }
    while place == nil, failure == nil { condition.wait() }
    if let failure { throw failure }
    return place ?? (0, 1)
  }

  /// Puts a collective at the end of the queue and gives it its number.
  func submit(_ transfer: Transfer) throws(MPIError) {
    condition.lock()
    defer { condition.unlock() }
    if let failure { throw failure }
    last.add(&transfer.collective)
    users.insert(ObjectIdentifier(Thread.current))
    submitted.append(transfer)
    condition.broadcast()
  }

  func wait(for transfer: Transfer) throws(MPIError) {
    condition.lock()
    defer { condition.unlock() }
    // Another thread that asks for collectives could still come to the one that others wait for.
    last.waitsFor = users == [ObjectIdentifier(Thread.current)] ? transfer.collective.told : nil
    while !transfer.isOver, failure == nil { condition.wait() }
    last.waitsFor = nil
    if !transfer.isOver, let failure { throw failure }
  }

  /// Ends MPI, when all that is under way is over.
  func finish() { end(.finished) }

  /// Tells the others why this rank ends, and lets go of MPI as it is.
  func leave(because reason: String) { end(.failed(reason)) }

  private func end(_ way: Farewell) {
    condition.lock()
    defer { condition.unlock() }
    if farewell == nil { farewell = way }
    condition.broadcast()
    while !isOver { condition.wait() }
  }
}

// What the thread does.
extension Progress {
  private func run() {
    do throws(MPIError) {
      try start()
      while try goOn() {}
    } catch {
      fail(error)
      waitForFarewell()
    }
    condition.lock()
    isOver = true
    condition.broadcast()
    condition.unlock()
  }

  private func start() throws(MPIError) {
    var (rank, size): (Int32, Int32) = (0, 0)
    let error = cmpi_init(&rank, &size)
    guard error == 0 else { throw .failed("starting MPI", "error \(error)") }
    condition.lock()
    place = (Int(rank), Int(size))
    condition.broadcast()
    condition.unlock()
  }

  /// One round; false after the last one.
  private func goOn() throws(MPIError) -> Bool {
    let way = takeOrders()
    var hasMoved = false
    if isBroken { active = [] } else { hasMoved = try advance() }
    while let message = try messages.receive() { try take(message) }
    let isSent = messages.tidy()
    if !isBroken { try watch() }
    switch way {
    case .failed(let reason): return try say(reason)
    case .finished where active.isEmpty: return try close(isSent)
    default: break
    }
    rest(hasMoved)
    return true
  }

  private var isBroken: Bool {
    condition.lock()
    defer { condition.unlock() }
    return failure != nil
  }

  private var hasHeardOfAnEnd: Bool {
    condition.lock()
    defer { condition.unlock() }
    return failure?.code == .left
  }

  private var hasFarewell: Bool {
    condition.lock()
    defer { condition.unlock() }
    return farewell != nil
  }

  private func takeOrders() -> Farewell? {
    condition.lock()
    defer { condition.unlock() }
    if active.isEmpty, submitted.isEmpty, farewell == nil {
      _ = condition.wait(until: Date(timeIntervalSinceNow: 0.002))
    }
    active += submitted
    submitted = []
    return farewell
  }

  /// Begins what can be begun, and ends what is over. Data of a lane moves in the order of the queue: all ranks begin
  /// with the same.
  private func advance() throws(MPIError) -> Bool {
    var (hasMoved, waiting) = (false, Set<Lane>())
    for transfer in active {
      let before = transfer.stage
      try step(transfer, mayMove: !waiting.contains(transfer.collective.lane))
      hasMoved = hasMoved || transfer.stage != before
      if transfer.stage != .moving, transfer.stage != .done { waiting.insert(transfer.collective.lane) }
    }
    guard active.contains(where: { $0.stage == .done }) else { return hasMoved }
    condition.lock()
    for transfer in active where transfer.stage == .done { transfer.isOver = true }
    condition.broadcast()
    condition.unlock()
    active.removeAll { $0.stage == .done }
    (inquiry, lastInquiry) = (nil, 0)
    return true
  }

  private func step(_ transfer: Transfer, mayMove: Bool) throws(MPIError) {
    if transfer.stage == .queued { try check(transfer.compare(), "\(transfer.collective)") }
    if transfer.stage == .comparing, try transfer.test() {
      guard transfer.isSame else { throw try explain(transfer.collective) }
      transfer.stage = .compared
    }
    if transfer.stage == .compared, mayMove { try check(transfer.move(), "\(transfer.collective)") }
    if transfer.stage == .moving, try transfer.test() { transfer.stage = .done }
  }

  /// All ranks found that they differ, and tell each other what they asked for.
  private func explain(_ collective: Collective) throws(MPIError) -> MPIError {
    let (size, count) = (1024, place?.size ?? 1)
    let (own, all) = (TransferMemory(count: size), TransferMemory(count: size * count))
    own.bytes.initializeMemory(as: UInt8.self, repeating: 0)
    let text = (try? StateText.encode(collective.told)) ?? ""
    own.bytes.copyBytes(from: text.utf8.prefix(size))
    var request: cmpi_request?
    try check(
      cmpi_start_gather(own.bytes.baseAddress, all.bytes.baseAddress, Int32(size), CMPI_EXPLANATION, &request),
      "telling of a mismatch")
    let limit = Transfer.now + timeout
    var isDone: Int32 = 0
    while isDone == 0, Transfer.now < limit {
      try check(cmpi_test(&request, &isDone), "telling of a mismatch")
      usleep(100)
    }
    var asked: [Int: Collective] = [:]
    for rank in 0..<count where isDone != 0 {
      let bytes = all.bytes[rank * size..<(rank + 1) * size].prefix { $0 != 0 }
      asked[rank] = try? StateText.decode(Collective.self, from: String(decoding: bytes, as: UTF8.self))
    }
    return .mismatch(asked.isEmpty ? [place?.rank ?? 0: collective.told] : asked, of: count)
  }

  private func take(_ message: (kind: Messages.Kind, rank: Int, text: String)) throws(MPIError) {
    switch message.kind {
    case .question:
      messages.send(.answer, (try? StateText.encode(standing)) ?? "", to: message.rank)
    case .answer:
      if let standing = try? StateText.decode(Standing.self, from: message.text) {
        inquiry?.add(standing, of: message.rank)
      }
    case .failure: fail(.left(message.rank, because: message.text))
    case .ended: ended[message.rank] = (try? StateText.decode(Standing.self, from: message.text)) ?? Standing()
    }
  }

  /// Looks after the collective that has waited longest.
  private func watch() throws(MPIError) {
    guard let first = active.first, let place else { return }
    if let gone = ended.first(where: { $0.value.isBefore(first.collective) }) {
      throw .ended(gone.key, before: first.collective)
    }
    let waited = Transfer.now - first.submitted
    // Who was asked to end has little time left: it must know whether those that it waits for are there.
    let isAsked = (try? Interrupt.check()) == nil
    let own = standing
    // For statistics nobody waits long, unless the others never come to them.
    let limit = isAsked ? 0.1 : own.waitsFor?.lane == .statistics ? Inquiry.patience : timeout
    // Of many ranks that wait long, each asks less and less often.
    let pause = isAsked || waited > timeout ? Inquiry.patience : max(Inquiry.patience, waited / 2)
    guard waited > min(limit, timeout), Transfer.now > lastInquiry + pause else { return }
    guard let inquiry else {
      let others = (0..<place.size).filter { $0 != place.rank && ended[$0] == nil }
      self.inquiry = Inquiry(about: first.collective, others: others)
      for rank in others { messages.send(.question, "", to: rank) }
      return
    }
    guard inquiry.isComplete else { return }
    let crossing = inquiry.crossing(own)
    // Who has not yet come to its wait is to be named with those that have.
    let isCertain = isAsked || inquiry.areAllWaiting || waited > min(2 * Inquiry.patience, timeout)
    if isCertain, !crossing.isEmpty, let wanted = own.waitsFor {
      throw tell(crossing, place.rank, wanted, of: place.size)
    }
    if waited > timeout || isAsked && !inquiry.silent.isEmpty { throw inquiry.error(after: waited, limit: timeout) }
    (self.inquiry, lastInquiry) = (nil, Transfer.now)
  }

  private var standing: Standing {
    condition.lock()
    defer { condition.unlock() }
    return last
  }

  /// A mismatch that this rank found and the others cannot see.
  private func tell(_ crossing: [Int: Collective], _ own: Int, _ wanted: Collective, of size: Int) -> MPIError {
    let error = MPIError.mismatch(crossing.merging([own: wanted]) { $1 }, of: size)
    for rank in 0..<size where rank != own { messages.send(.failure, "\(error)", to: rank) }
    return error
  }

  private func fail(_ error: MPIError) {
    condition.lock()
    if failure == nil { failure = error }
    condition.broadcast()
    condition.unlock()
  }

  /// After an error nothing is moved any more; messages still come and go.
  private func waitForFarewell() {
    condition.lock()
    let isStarted = place != nil
    condition.unlock()
    guard isStarted else { return }
    while true {
      do throws(MPIError) { if try !goOn() { return } } catch { if hasFarewell { return } }
    }
  }

  /// Tells the others why this rank ends, for as long as they may need to hear it.
  private func say(_ reason: String) throws(MPIError) -> Bool {
    // Who ends because another has ended leaves it to that one to say so.
    guard let place, !hasHeardOfAnEnd else { return false }
    for rank in 0..<place.size where rank != place.rank { messages.send(.failure, reason, to: rank) }
    let limit = Transfer.now + Inquiry.patience
    while Transfer.now < limit, !messages.tidy() {
      _ = try messages.receive()
      usleep(1000)
    }
    // What was sent is to be read before this process, and its memory, goes.
    usleep(100_000)
    return false
  }

  private func close(_ isSent: Bool) throws(MPIError) -> Bool {
    guard let place, !isBroken else { return false }
    for rank in 0..<place.size where rank != place.rank && ended[rank] == nil {
      messages.send(.ended, (try? StateText.encode(last)) ?? "", to: rank)
    }
    while !messages.tidy() { while let message = try messages.receive() { try take(message) } }
    try check(cmpi_finalize(), "ending MPI")
    return false
  }

  /// Lets others have the processor while nothing happens: briefly at first, since a collective takes several turns.
  private func rest(_ hasMoved: Bool) {
    idleRounds = hasMoved || active.isEmpty ? 0 : idleRounds + 1
    if idleRounds > 20 { usleep(idleRounds > 2_000 ? 500 : 50) } else if idleRounds > 0 { sched_yield() }
  }
}
