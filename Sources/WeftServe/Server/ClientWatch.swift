import Hummingbird
import NIOCore
@_spi(Locks) import WeftTensor

/// Notices when a client goes while its request is answered.
///
/// A server that makes its channels with `handler()` and its contexts from `ServeContext` has requests of clients that went
/// taken out of queues and batches. `WeftServer` does; with an application of your own:
///
/// ```swift
/// let watch = ClientWatch.shared
/// Application(router: router, server: .http1(configuration: .init(additionalChannelHandlers: [watch.handler()])))
/// ```
public final class ClientWatch: Sendable {
  /// That of the process.
  public static let shared = ClientWatch()

  private struct State {
    /// The request that each connection waits for.
    var flights: [ObjectIdentifier: Flight] = [:]
    /// The connections whose clients ended their side: a request may only then begin to be answered.
    var ended: Set<ObjectIdentifier> = []
  }
  private let state = Guarded(State())

  /// A handler for one channel.
  public func handler() -> any RemovableChannelHandler { Handler(watch: self) }

  func begin(_ flight: Flight, on channel: any Channel) {
    let id = ObjectIdentifier(channel)
    let wasThere = state.withLock { state in
      state.flights[id] = flight
      return !state.ended.contains(id)
    }
    if !wasThere { giveUp(channel) }
  }

  func end(on channel: any Channel) {
    state.withLock { _ = $0.flights.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  private func clientEnded(_ channel: any Channel) {
    state.withLock { _ = $0.ended.insert(ObjectIdentifier(channel)) }
    giveUp(channel)
  }

  private func channelClosed(_ channel: any Channel) {
    // Another channel may get this one's identity.
    state.withLock { _ = $0.ended.remove(ObjectIdentifier(channel)) }
    giveUp(channel)
  }

  private func giveUp(_ channel: any Channel) {
    let flight = state.withLock { $0.flights.removeValue(forKey: ObjectIdentifier(channel)) }
    flight?.end(RequestRefusal(.clientGone, "The client went before its answer."))
  }

  private final class Handler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    private let watch: ClientWatch

    init(watch: ClientWatch) { self.watch = watch }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case ChannelEvent.inputClosed = event { watch.clientEnded(context.channel) }
      // An answer that waits for its client to read, and nothing of it went for as long as a connection may be idle.
      if case IdleStateHandler.IdleStateEvent.write = event, !context.channel.isWritable {
        context.close(promise: nil)
      }
      context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
      watch.channelClosed(context.channel)
      context.fireChannelInactive()
    }
  }
}

/// A request's context that knows its connection.
public protocol ConnectedContext: RequestContext {
  /// The connection; nil where there is none, as in tests of a router.
  var connection: (any Channel)? { get }
}

/// The context of `WeftServer`'s requests.
public struct ServeContext: ConnectedContext {
  public var coreContext: CoreRequestContextStorage
  public let connection: (any Channel)?

  /// A context of a request.
  public init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    connection = source.channel
  }
}
