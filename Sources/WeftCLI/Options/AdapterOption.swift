import ArgumentParser
import WeftModels
import WeftNN

/// An adapter that a model is asked with.
struct AdapterOption: ParsableArguments {
  @Option(help: "The folder of an adapter (LoRA), as PEFT or `weft tune` writes it, which the model is asked with.")
  var adapter: String?

  /// Gives the model its adapter, where one was named.
  func adapt(_ model: Module) throws {
    if let adapter { try model.adapt(from: adapter) }
  }
}
