import Foundation
import Logging
import Weft
import WeftServe
@_spi(Locks) import WeftTensor

/// Loads the models that the command line names, at the beginning and on SIGHUP.
struct ModelLoader: Sendable {
  /// Where something lies, and what clients call it.
  struct Source: Sendable {
    let name: String
    let path: String
  }

  private let shelf: ModelShelf
  private let sources: [Source]
  /// The adapters of the only model there is, if any.
  private let adapters: [Source]
  /// What the weights of all of them are kept in.
  private let weights: WeightOption
  /// Off the compute thread: the models that are up answer while others are read.
  private let thread = ComputeThread(name: "weft-loading")
  private let logger = Logger(label: "weft")
  private let reading = Reading()

  /// Whether a model is being read, which nobody wants when the server has ended.
  var isReading: Bool { reading.isUnderWay }

  /// - Parameters:
  ///   - models: Paths, or NAME=PATH.
  ///   - adapters: Adapters of the only model, as NAME=PATH.
  init(_ shelf: ModelShelf, _ models: [String], adapters: [String], weights: WeightOption) {
    (self.shelf, self.weights) = (shelf, weights)
    sources = models.map { Self.source($0) }
    self.adapters = adapters.compactMap { Self.adapter($0) }
  }

  /// What clients call a model: its NAME, or the last part of its path.
  static func name(of model: String) -> String { source(model).name }

  /// An adapter as NAME=FOLDER, both of which are to be said; nil for anything else. The name may have slashes in it.
  static func adapter(_ text: String) -> Source? {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    return Source(name: String(parts[0]), path: String(parts[1]))
  }

  private static func source(_ model: String) -> Source {
    let parts = model.split(separator: "=", maxSplits: 1)
    guard parts.count == 2, !parts[0].contains("/") else {
      return Source(name: ServedModel.usualName(model), path: model)
    }
    return Source(name: String(parts[0]), path: String(parts[1]))
  }

  /// - Throws: `CommandFailure` where one of them is not there.
  func check() throws {
    for source in sources + adapters where !FileManager.default.fileExists(atPath: source.path) {
      throw CommandFailure("no file or folder \(shown(source.path))")
    }
  }

  /// Serves, and loads meanwhile: until all is there, the server says that it is not ready.
  /// - Throws: What is wrong with a model; the server ends then.
  func serve(_ server: WeftServer) async throws {
    var server = server
    server.reload = { await reload() }
    server.waitsForWork = false
    shelf.isLoading = true
    try await server.run { try await load() }
  }

  /// A model that is being read when the server ends is left where it is, and the others are not begun.
  private func load() async throws {
    reading.begin()
    defer { reading.end() }
    for source in sources {
      try Task.checkCancellation()
      try await load(source)
    }
    shelf.isLoading = false
  }

  private func load(_ source: Source) async throws {
    let start = ContinuousClock.now
    for model in try await thread.run({ try open(source) }) { shelf.put(model) }
    let seconds = ((ContinuousClock.now - start) / .milliseconds(1)).rounded() / 1000
    logger.info("loaded", metadata: ["model": .string(source.name), "seconds": .stringConvertible(seconds)])
  }

  /// Loads all again; a model that cannot be loaded stays what it was.
  private func reload() async {
    reading.begin()
    defer { reading.end() }
    for source in sources where !Task.isCancelled {
      do { try await load(source) } catch {
        logger.error(
          "not loaded; the former model stays", metadata: ["model": .string(source.name), "error": .string("\(error)")])
      }
    }
  }

  private func open(_ source: Source) throws -> [ServedModel] {
    guard let model = try Self.network(source) else {
      return try ServedModel.open(
        source.path, name: source.name, adapters: adapters.map { ($0.name, $0.path) },
        quantization: weights.quantization, keepsBlocks: weights.keepsBlocks(of: source.path))
    }
    for (option, isGiven) in [("--adapter", !adapters.isEmpty), ("--weights", weights.weights != nil)] where isGiven {
      throw CommandFailure("\(shown(source.path)): expected a Hugging Face folder or a GGUF file for \(option)")
    }
    return [model]
  }

  /// A network of tensors; nil for a model of texts or sounds.
  private static func network(_ source: Source) throws -> ServedModel? {
    if (try? RunFolder(source.path).configuration()) != nil { return try run(source) }
    if source.path.hasSuffix(".json") { return try frozen(source) }
    if source.path.hasSuffix(".onnx") { return ServedModel(source.name, prediction: try ONNXEngine(source.path)) }
    return nil
  }

  /// A network of `weft train`: probabilities of images.
  private static func run(_ source: Source) throws -> ServedModel {
    let trained = try TrainedRun(source.path)
    let example = [Tensor(zeros: Shape([1] + trained.architecture.imageShape.sizes))]
    let frozen = try trained.model.frozen(forBatchesOf: example) { [trained.model($0[0]).softmax(axis: 1)] }
    let engine = try FrozenEngine(
      frozen, example: example, inputNames: ["image"], outputNames: ["probabilities"])
    return ServedModel(source.name, prediction: engine)
  }

  /// A frozen model that a program wrote.
  private static func frozen(_ source: Source) throws -> ServedModel {
    let url = URL(fileURLWithPath: source.path)
    let bytes = try FileBytes(contentsOf: source.path).bytes
    let model: FrozenModel
    do { model = try JSONDecoder().decode(FrozenModel.self, from: Data(bytes)) } catch {
      throw CommandFailure("\(shown(source.path)): expected a frozen model's program; found \("\(error)".onOneLine)")
    }
    let name = url.deletingPathExtension().lastPathComponent
    return ServedModel(
      source.name == url.lastPathComponent ? name : source.name, prediction: try FrozenEngine(model))
  }
}

/// How many models are being read.
private final class Reading: Sendable {
  private let count = Guarded(0)
  var isUnderWay: Bool { count.withLock { $0 > 0 } }
  func begin() { count.withLock { $0 += 1 } }
  func end() { count.withLock { $0 -= 1 } }
}
