import ArgumentParser
import Foundation
import Logging
import WeftServe

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve models over HTTP.",
    discussion: """
      A model is a Hugging Face folder, a GGUF file, an ONNX file (.onnx), a frozen model's JSON file or a run folder \
      of `weft train`. Clients of OpenAI, of text-embeddings-inference and of the Open Inference Protocol find their \
      paths; a page at / lets a person try. SIGHUP loads the models again and swaps them without losing a request; SIGTERM ends what was begun, \
      then the server.
      """)

  @Argument(help: "What to serve; NAME=PATH gives it a name other than the path's last part.")
  var models: [String]
  @Option(
    name: .customLong("adapter"),
    help: "An adapter (LoRA) of the model as NAME=FOLDER, which clients ask by its name; once for each.")
  var adapters: [String] = []
  @OptionGroup var weights: WeightOption
  @Option(help: "Where to listen.")
  var host = "127.0.0.1"
  @Option(help: "On which port; 0 for any that is free.")
  var port = 8080
  @Option(help: "A file of bearer tokens, one on each line; without it, everybody may ask.")
  var tokenFile: String?
  @OptionGroup(title: "Limits") var limits: ServeLimits
  @Option(help: "A certificate with its chain in PEM, for TLS.")
  var tlsCertificate: String?
  @Option(help: "Its private key in PEM.")
  var tlsKey: String?
  @Option(help: "For how many seconds to listen on after SIGTERM, saying that the server is not ready.")
  var drainDelay = 0.0
  @Flag(help: "No line in the log for each request.")
  var quiet = false

  func validate() throws {
    guard !models.isEmpty else { throw ValidationError("name at least one model") }
    guard adapters.isEmpty || models.count == 1 else {
      throw ValidationError("--adapter is for one model; serve the others by themselves")
    }
    if let wrong = adapters.first(where: { ModelLoader.adapter($0) == nil }) {
      throw ValidationError("--adapter takes NAME=FOLDER, as in legal=adapters/legal; found \(shown(wrong))")
    }
    var names: Set<String> = []
    for name in models.map(ModelLoader.name(of:)) + adapters.compactMap({ ModelLoader.adapter($0)?.name }) {
      guard names.insert(name).inserted else {
        throw ValidationError("two models are called \(name); NAME=PATH gives one of them another name")
      }
    }
    guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
    guard (tlsCertificate == nil) == (tlsKey == nil) else {
      throw ValidationError("--tls-certificate and --tls-key go together")
    }
    guard drainDelay >= 0, drainDelay <= 3600 else { throw ValidationError("--drain-delay takes 0 to 3600 seconds") }
  }

  func run() throws {
    // Before anything that logs is made: a logger keeps the handler that there was at its beginning.
    let isQuiet = quiet
    LoggingSystem.bootstrap { label in
      var handler = JSONLogHandler(label: label)
      handler.logLevel = isQuiet ? .warning : .info
      return handler
    }
    let shelf = ModelShelf(settings: try settings)
    let loader = ModelLoader(shelf, models, adapters: adapters, weights: weights)
    try loader.check()
    let server = server(shelf)
    do { try waiting { try await loader.serve(server) } } catch {
      guard loader.isReading else { throw error }
      Complaint.say("\(error)")
      leave(1)
    }
    if loader.isReading { leave(0) }
  }

  /// Ends the process without what libraries do at its end: a thread that reads a model would have their memory taken from
  /// under it, and waiting for it takes as long as the model is large.
  private func leave(_ status: Int32) -> Never {
    fflush(nil)
    _exit(status)
  }

  private var settings: ServeSettings {
    get throws {
      var settings = limits.settings
      if let tokenFile { settings.tokens = try BearerTokens(contentsOf: tokenFile) }
      return settings
    }
  }

  private func server(_ shelf: ModelShelf) -> WeftServer {
    var server = WeftServer(shelf)
    (server.host, server.port) = (host, port)
    server.drainDelay = .seconds(drainDelay)
    if let tlsCertificate, let tlsKey { server.tls = TLSFiles(certificate: tlsCertificate, key: tlsKey) }
    let address = "\(tlsKey == nil ? "http" : "https")://\(host)"
    server.onListening = { port in
      print("weft: serving at \(address):\(port)")
      fflush(nil)
    }
    return server
  }

  /// Runs what takes its time elsewhere while the main thread waits.
  private func waiting(_ body: @escaping @Sendable () async throws -> Void) throws {
    let outcome = Outcome()
    Task {
      do { try await body() } catch { outcome.error = error }
      outcome.done.signal()
    }
    outcome.done.wait()
    if let error = outcome.error { throw error }
  }
}

/// How something ended; written before `done` is signalled and read after it.
private final class Outcome: @unchecked Sendable {
  let done = DispatchSemaphore(value: 0)
  var error: (any Error)?
}
