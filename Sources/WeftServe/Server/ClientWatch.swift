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

  /// The request that each connection waits for.
  private let flights = Guarded<[ObjectIdentifier: Flight]>([:])

  /// A handler for one channel.
  public func handler() -> any RemovableChannelHandler { Handler(watch: self) }

  func begin(_ flight: Flight, on channel: any Channel) {
    flights.withLock { $0[ObjectIdentifier(channel)] = flight }
  }

  func end(on channel: any Channel) {
    flights.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(channel)) }
  }

  private func clientWent(_ channel: any Channel) {
    let flight = flights.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
    flight?.end(RequestRefusal(.clientGone, "The client went before its answer."))
  }

  private final class Handler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = Any
    private let watch: ClientWatch

    init(watch: ClientWatch) { self.watch = watch }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case ChannelEvent.inputClosed = event { watch.clientWent(context.channel) }
      context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
      watch.clientWent(context.channel)
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
