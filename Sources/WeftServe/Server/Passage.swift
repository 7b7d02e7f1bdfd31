import Hummingbird
import Logging
import NIOCore
import NIOPosix
@_spi(Locks) import WeftTensor

/// A request from its beginning to its line in the log.
final class Passage: Sendable {
  let flight: Flight
  private let route: String
  private let method: String
  private let path: String
  private let channel: (any Channel)?
  private let shelf: ModelShelf
  private let logger: Logger
  private let start = ContinuousClock.now
  /// Stops the clock.
  private let stop = Guarded<(@Sendable () -> Void)?>(nil)
  private let size = Guarded(0)

  init(id: String, route: String, request: Request, channel: (any Channel)?, shelf: ModelShelf, logger: Logger) {
    flight = Flight(id: id)
    (self.route, self.method, self.path) = (route, request.method.rawValue, request.uri.path)
    (self.channel, self.shelf, self.logger) = (channel, shelf, logger)
  }

  /// Watches the client and the clock.
  func begin(deadline: Duration?) {
    if let channel { ClientWatch.shared.begin(flight, on: channel) }
    guard let deadline else { return }
    let flight = flight
    let stop = clock(deadline) { flight.end(RequestRefusal(.deadline, "The request was not done after \(deadline).")) }
    self.stop.withLock { $0 = stop }
  }

  /// The loops of connections whose clocks are known to run: those of tests stand still.
  private static let loops = Set(MultiThreadedEventLoopGroup.singleton.makeIterator().map { ObjectIdentifier($0) })

  /// Calls something after a while, unless what it gives is called before. A connection's loop has a clock that costs
  /// next to nothing; a task that sleeps wakes threads at its beginning and its end.
  private func clock(_ time: Duration, _ ring: @escaping @Sendable () -> Void) -> @Sendable () -> Void {
    if let loop = channel?.eventLoop, Self.loops.contains(ObjectIdentifier(loop)) {
      let alarm = loop.scheduleTask(in: .nanoseconds(time.nanoseconds)) { ring() }
      return { alarm.cancel() }
    }
    let task = Task.detached {
      do { try await Task.sleep(for: time) } catch { return }
      ring()
    }
    return { task.cancel() }
  }

  /// Takes note of bytes of the request or its answer.
  func weigh(_ byteCount: Int) { size.withLock { $0 += byteCount } }

  /// What to tell the client of an error. What is no refusal stays in the log.
  func refusal(for error: any Error) -> RequestRefusal {
    if let refusal = error as? RequestRefusal { return refusal }
    if let end = flight.end { return end }
    // Another, smaller request may be met: it is this one's size that is at fault, whatever engine it was for.
    if let error = error as? TensorError, let refusal = error.refusal, refusal.reason == .tooLarge { return refusal }
    logger.error("failed", metadata: ["id": .string(flight.id), "error": .string("\(error)")])
    return RequestRefusal(.failed, "The server failed; its log knows more of request \(flight.id).")
  }

  /// Ends the watching, counts the request and writes its line.
  func end(status: Int) {
    if let channel { ClientWatch.shared.end(on: channel) }
    stop.withLock { stop in
      defer { stop = nil }
      return stop
    }?()
    MemoryReturn.shared.note(size.withLock { $0 })
    let duration = ContinuousClock.now - start
    shelf.metrics.note(route: route, status: status, duration: duration)
    guard logger.logLevel <= .info else { return }
    var metadata: Logger.Metadata = [
      "id": .string(flight.id), "method": .string(method), "path": .string(path), "status": .stringConvertible(status),
      "milliseconds": .stringConvertible((duration / .microseconds(1)).rounded() / 1000),
    ]
    for (name, value) in flight.notes {
      switch value {
      case .integer(let number): metadata[name] = .stringConvertible(number)
      case .text(let text): metadata[name] = .string(text)
      default: metadata[name] = .string(String(decoding: value.bytes, as: UTF8.self))
      }
    }
    logger.info("request", metadata: metadata)
  }
}
