import WeftTensor

/// An adapter's parameters under the names that they have in PEFT's files: a module of their own, so that what reads and
/// writes modules reads and writes adapters.
package final class AdapterFileModule: Module {
  /// What stands before every name.
  private static let prefix = "base_model.model."
  private let parts: [(name: String, value: Any)]
  private let value: (Parameter) -> Tensor

  fileprivate init(_ adapter: Adapters.Adapter, value: @escaping (Parameter) -> Tensor) {
    let matrices = adapter.layers.flatMap { part -> [(name: String, value: Any)] in
      let names =
        part.layer is Embedding ? ["lora_embedding_A", "lora_embedding_B"] : ["lora_A.weight", "lora_B.weight"]
      let adapter = part.adapter
      let parameters = [adapter.a, adapter.b, adapter.bias, adapter.magnitude]
      return zip(names + ["lora_B.bias", "lora_magnitude_vector"], parameters).compactMap { name, parameter in
        parameter.map { (Self.prefix + part.name + "." + name, $0) }
      }
    }
    parts = matrices + adapter.saved.map { (Self.prefix + $0.name, $0.module) }
    self.value = value
  }

  package override var properties: [(name: String, value: Any)] { parts }

  /// The values by their names.
  package var tensors: [(name: String, tensor: Tensor)] {
    namedParameters().map { ($0.name, value($0.parameter)) }
  }
}

extension Adapters {
  /// The parameters of an adapter under their names in files; nil where there is none of this name. What is loaded into
  /// them counts for an adapter that is active.
  package func fileModule(of name: String) -> AdapterFileModule? {
    self[name].map { adapter in AdapterFileModule(adapter) { self.savedModules.value(of: $0, in: name) } }
  }
}
