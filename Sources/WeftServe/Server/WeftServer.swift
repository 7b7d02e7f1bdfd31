import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import ServiceLifecycle
import UnixSignals
@_spi(Locks) import WeftTensor

/// A server of its own for the models of a shelf.
///
/// ```swift
/// let shelf = ModelShelf()
/// shelf.put(ServedModel("minilm", embedding: engine))
/// try await WeftServer(shelf).run()     // until SIGTERM or SIGINT
/// ```
public struct WeftServer: Sendable {
  private let shelf: ModelShelf
  /// Where it listens.
  public var host = "127.0.0.1"
  /// On which port; 0 for any that is free.
  public var port = 8080
  /// The certificate and the key for TLS; nil for none.
  public var tls: TLSFiles?
  /// For how long it goes on listening after it was told to end, saying that it is not ready: time for load balancers
  /// to look elsewhere.
  public var drainDelay = Duration.zero
  /// How long what was begun may take to end after that.
  public var drainLimit = Duration.seconds(60)
  /// How long a connection may be idle, and how long a client may read nothing of its answer.
  public var idleTimeout = Duration.seconds(75)
  /// How many connections there may be at once; others wait until one is closed.
  public var maximumConnections = 1024
  /// Where each request gets a line.
  public var logger = Logger(label: "weft")
  /// What is to be done on SIGHUP: loading weights anew and putting them up, for the most part.
  public var reload: (@Sendable () async -> Void)?
  /// Called with the port once it listens.
  public var onListening: @Sendable (Int) async -> Void = { _ in }

  /// A server for the models of a shelf.
  public init(_ shelf: ModelShelf) { self.shelf = shelf }

  /// The application, for whoever runs it with services of their own.
  /// - Throws: What is wrong with the certificate or its key.
  public func application() throws -> some ApplicationProtocol {
    let router = Router(context: ServeContext.self, options: .autoGenerateHeadEndpoints)
    let allowed = AllowedMethods()
    router.addMiddleware {
      TracingMiddleware()
      ErrorShapes(shelf: shelf, logger: logger, allowed: allowed)
    }
    shelf.addRoutes(to: router, logger: logger)
    allowed.take(router)
    var quiet = logger
    quiet.logLevel = max(.warning, logger.logLevel)
    let listening = onListening
    let configuration = ApplicationConfiguration(
      address: .hostname(host, port: port),
      availableConnectionsDelegate: MaximumAvailableConnections(max(1, maximumConnections), logger: quiet))
    return Application(
      router: router, server: try channels, configuration: configuration,
      onServerRunning: { await listening($0.localAddress?.port ?? 0) }, logger: quiet)
  }

  private var channels: HTTPServerBuilder {
    get throws {
      let timeout = TimeAmount.milliseconds(max(1, Int64(idleTimeout / .milliseconds(1))))
      let plain = HTTPServerBuilder.http1(
        configuration: .init(
          // Made anew for each channel.
          additionalChannelHandlers: [IdleStateHandler(writeTimeout: timeout), ClientWatch.shared.handler()],
          idleTimeout: timeout))
      guard let tls else { return plain }
      return try .tls(plain, tlsConfiguration: tls.configuration())
    }
  }

  /// Whether what is done beside the server, as reading models, is waited for when the server has ended. Else it goes on,
  /// and the process is to end before it has, without what libraries do at its end.
  package var waitsForWork = true

  /// Serves until the process is told to end (SIGTERM, SIGINT). Then the server says that it is not ready, for
  /// `drainDelay`; stops listening; ends what was begun, for at most `drainLimit`; and returns.
  public func run() async throws { try await run {} }

  /// The same, and does something meanwhile, as loading models. Where that fails, the server ends as on SIGTERM. Where
  /// the server ends first, the work is cancelled, and waited for unless `waitsForWork` is false: a process that ends while
  /// another of its threads reads weights or computes takes the libraries' memory from under that thread.
  ///
  /// - Throws: Also what `work` throws.
  package func run(
    beside work: @escaping @Sendable () async throws -> Void, endingOn signals: [UnixSignal] = [.sigterm, .sigint]
  ) async throws {
    let services = try services(endingOn: signals)
    let isWorking = Flag()
    let working = Task { () -> (any Error)? in
      defer { isWorking.lower() }
      do { try await work() } catch is CancellationError where Task.isCancelled {
        return nil  // the server had ended
      } catch {
        isWorking.lower()  // before the services end by it: what went wrong is to be told
        await services.triggerGracefulShutdown()
        return error
      }
      return nil
    }
    do { try await services.run() } catch let error as IOError {
      working.cancel()
      throw RequestRefusal(
        .failed, "expected to listen at \(host), port \(port); found \(String(cString: strerror(error.errnoCode)))")
    } catch let error as ServiceGroupError {
      // The work had failed before anything ran.
      throw await working.value ?? error
    }
    working.cancel()
    let failure = waitsForWork || !isWorking.isUp ? await working.value : nil
    logger.info("ended")
    if let failure { throw failure }
  }

  /// What `run` runs, for whoever ends it otherwise than by a signal.
  package func services(endingOn signals: [UnixSignal] = []) throws -> ServiceGroup {
    let drain = DrainService(shelf: shelf, delay: drainDelay, logger: logger)
    var configuration = ServiceGroupConfiguration(
      services: [
        // The last one shuts down first: the application does not wait for models that are being loaded anew.
        .init(service: ReloadService(reload: reload, waits: waitsForWork)), .init(service: try application()),
        .init(service: drain),
      ], gracefulShutdownSignals: signals, logger: quietLogger)
    configuration.maximumGracefulShutdownDuration = drainDelay + drainLimit
    return ServiceGroup(configuration: configuration)
  }

  private var quietLogger: Logger {
    var quiet = logger
    quiet.logLevel = max(.error, logger.logLevel)
    return quiet
  }
}

/// Says on shutdown that the server is not ready, and waits. Services shut down one after another, the last one first:
/// the server itself hears of it after this.
private struct DrainService: Service {
  let shelf: ModelShelf
  let delay: Duration
  let logger: Logger

  func run() async throws {
    try? await gracefulShutdown()
    shelf.isDraining = true
    logger.info("draining", metadata: ["waiting": .stringConvertible(shelf.admission.waiting)])
    try? await Task.sleep(for: delay)
  }
}

/// Loads anew on SIGHUP.
private struct ReloadService: Service {
  let reload: (@Sendable () async -> Void)?
  /// Whether what is being loaded when the server ends is waited for.
  let waits: Bool

  func run() async throws {
    guard let reload else {
      try? await gracefulShutdown()
      return
    }
    let signals = await UnixSignalsSequence(trapping: .sighup)
    var last: Task<Void, Never>?
    for await _ in signals.cancelOnGracefulShutdown() {
      last = Task { [last] in
        await last?.value
        if !Task.isCancelled { await reload() }
      }
    }
    last?.cancel()
    if waits { await last?.value }
  }
}

/// Whether something still goes on: up at first.
private final class Flag: Sendable {
  private let state = Guarded(true)
  var isUp: Bool { state.withLock { $0 } }
  func lower() { state.withLock { $0 = false } }
}
