import ArgumentParser
import Weft
import WeftModels

/// Whether a model learns as a whole or by an adapter, and by which.
struct LoRAOptions: ParsableArguments {
  @Option(name: .customLong("lora"), help: "Learn an adapter of this rank instead of the whole model.")
  var rank: Int?
  @Option(name: .customLong("lora-alpha"), help: "What the adapter counts, over its rank; twice the rank if not given.")
  var alpha: Double?
  @Option(name: .customLong("lora-dropout"), help: "The share of features that the adapter does not see in a step.")
  var dropout = 0.0
  @Option(
    name: .customLong("lora-targets"),
    help: "The layers that are adapted: names with commas between, a regular expression, or all-linear.")
  var targets = "all-linear"
  @Flag(name: .customLong("adapter"), help: "Write the adapter by itself, in PEFT's files, instead of a whole model.")
  var writesAdapter = false

  func validate() throws {
    guard rank == nil else { return }
    if writesAdapter { throw ValidationError("--adapter needs --lora.") }
    if alpha != nil || dropout != 0 || targets != "all-linear" {
      throw ValidationError("--lora-alpha, --lora-dropout and --lora-targets need --lora.")
    }
  }

  /// The rate at which such a training begins well.
  var standardRate: Double { rank == nil ? 2e-5 : 5e-4 }

  /// The settings; nil where the whole model learns.
  ///
  /// - Parameter saved: The modules that learn as a whole all the same.
  func settings(saving saved: [String]) throws -> LoRA? {
    guard let rank else { return nil }
    let isPattern = targets.contains { "*+?()[]|\\^$".contains($0) }
    let names = targets.split(separator: ",").map(String.init)
    return try LoRA(
      rank: rank, alpha: alpha ?? 2 * Double(rank), dropout: dropout,
      targets: isPattern || targets == "all-linear" ? AdapterTargets(stringLiteral: targets) : .names(names),
      modulesToSave: saved)
  }
}

/// What learns of a model: all of it, or an adapter.
struct Learner {
  let parameters: [Parameter]
  private let adapters: Adapters?

  /// - Parameters:
  ///   - inner: The part that is adapted.
  ///   - head: The modules of it that learn as a whole beside an adapter.
  init(_ model: Module, adapting inner: Module, _ options: LoRAOptions, keeping head: [String] = []) throws {
    adapters = try options.settings(saving: head).map { try Adapters(inner, $0) }
    parameters = adapters?.parameters ?? model.parameters()
  }

  /// Writes what was learned, and says so.
  func finish(_ options: LoRAOptions, _ folder: String, _ output: String, _ save: () throws -> Void) throws {
    if options.writesAdapter, let adapters {
      try adapters.save(to: output, base: folder)
      return print("\(shown(output)): an adapter of \(adapters.layers(of: "default").count) layers")
    }
    try adapters?.mergeAndRemove()
    try save()
    print("\(shown(output)): a model of \(parameters.reduce(0) { $0 + $1.elementCount }) numbers that learned")
  }
}
