import WeftTensor

/// down(f(gate(x)) · up(x)): the network of a transformer's layer with a gate (Shazeer, "GLU Variants Improve
/// Transformer", 2020): SwiGLU with SiLU as f, GEGLU with `.gelu`, ReGLU with `.relu`, the first GLU with `.sigmoid`.
///
/// Shape: [..., E] to the same. Parts are named as in the Llama models: `gate_proj` [F, E], `up_proj` [F, E],
/// `down_proj` [E, F].
public final class GatedFeedForward: Module {
  public var gateProj: Linear
  public var upProj: Linear
  public var downProj: Linear
  public let activation: TransformerActivation

  public init(_ dim: Int, _ hiddenDim: Int, activation: TransformerActivation = .silu, bias: Bool = false) {
    gateProj = Linear(dim, hiddenDim, bias: bias)
    upProj = Linear(dim, hiddenDim, bias: bias)
    downProj = Linear(hiddenDim, dim, bias: bias)
    self.activation = activation
  }

  public override func forward(_ input: Tensor) -> Tensor {
    downProj(activation(gateProj(input)) * upProj(input))
  }
}
