import WeftNN
import WeftTensor

/// The network of a decoder's layer: down(f(gate(x)) · up(x)), or down(f(up(x))) without a gate.
///
/// Shape: [..., E] to the same. Parts are named as in the Llama models.
public final class DecoderFeedForward: Module {
  /// The map whose result the function gates, [F, E]; nil without a gate.
  public var gateProj: Linear?
  /// The map into the network, [F, E].
  public var upProj: Linear
  /// The map back, [E, F].
  public var downProj: Linear
  /// The function f.
  public let activation: DecoderOptions.Activation

  /// The network that the options ask for.
  public init(_ options: DecoderOptions) {
    let (width, hidden, bias) = (options.width, options.hiddenWidth, options.hasFeedForwardBias)
    gateProj = options.feedForward == .gated ? Linear(width, hidden, bias: bias) : nil
    upProj = Linear(width, hidden, bias: bias)
    downProj = Linear(hidden, width, bias: bias)
    activation = options.activation
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard let gateProj else { return downProj(activation(upProj(input))) }
    return downProj(activation(gateProj(input)) * upProj(input))
  }
}

extension DecoderOptions.Activation {
  func callAsFunction(_ x: Tensor) -> Tensor {
    switch self {
    case .silu: x.silu()
    case .gelu: x.gelu()
    case .geluTanh: x.gelu(approximation: .tanh)
    case .relu: x.relu()
    }
  }
}
