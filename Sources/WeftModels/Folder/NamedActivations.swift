import WeftNN
import WeftTensor

extension ModelConfiguration {
  /// The function between a layer's maps, by the name that configurations give it.
  ///
  /// - Throws: `ModelError` with the list of names for another.
  public func activation(_ key: String, default standard: String? = nil) throws(ModelError) -> TransformerActivation {
    try choice(key, of: Self.activations, default: standard)
  }

  private static let activations: [(String, TransformerActivation)] = [
    ("gelu", .gelu), ("gelu_python", .gelu), ("gelu_new", .geluTanh), ("gelu_pytorch_tanh", .geluTanh),
    ("gelu_fast", .geluTanh), ("gelu_accurate", .geluTanh), ("quick_gelu", .function { $0 * (1.702 * $0).sigmoid() }),
    ("relu", .relu), ("relu2", .function { $0.relu().squared() }), ("silu", .silu), ("swish", .silu),
    ("mish", .function { $0.mish() }), ("tanh", .function { $0.tanh() }), ("sigmoid", .sigmoid),
    ("linear", .identity), ("identity", .identity),
  ]
}
