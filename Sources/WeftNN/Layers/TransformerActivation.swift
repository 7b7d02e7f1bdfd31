import WeftTensor

/// The function between the two linear maps of a transformer layer, or that of a gate.
public enum TransformerActivation: Sendable {
  case relu
  case gelu
  /// GELU by its approximation with tanh, as in the first GPT models.
  case geluTanh
  case silu
  case sigmoid
  case identity
  case function(@Sendable (Tensor) -> Tensor)

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
