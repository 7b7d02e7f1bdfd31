import WeftTensor

/// The function between the two linear maps of a transformer layer, or that of a gate.
public enum TransformerActivation: Sendable {
  /// max(x, 0).
  case relu
  /// x · Φ(x), with the normal distribution's Φ.
  case gelu
  /// GELU by its approximation with tanh, as in the first GPT models.
  case geluTanh
  /// x · σ(x), also called swish.
  case silu
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The input itself.
  case identity
  /// One of your own, of any shape to the same.
  case function(@Sendable (Tensor) -> Tensor)

  /// f(x), element by element.
  public func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .relu: x.relu()
    case .gelu: x.gelu()
    case .geluTanh: x.gelu(approximation: .tanh)
    case .silu: x.silu()
    case .sigmoid: x.sigmoid()
    case .identity: x
    case .function(let function): function(x)
    }
  }
}
