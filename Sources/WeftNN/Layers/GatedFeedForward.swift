import WeftTensor

/// down(f(gate(x)) · up(x)): the network of a transformer's layer with a gate (Shazeer, "GLU Variants Improve
/// Transformer", 2020): SwiGLU with SiLU as f, GEGLU with `.gelu`, ReGLU with `.relu`, the first GLU with `.sigmoid`.
///
/// Shape: [..., E] to the same. Parts are named as in the Llama models: `gate_proj` [F, E], `up_proj` [F, E],
/// `down_proj` [E, F].
public final class GatedFeedForward: Module {
  /// The map whose result the function gates, [F, E].
  public var gateProj: Linear
  /// The map whose result is gated, [F, E].
  public var upProj: Linear
  /// The map back, [E, F].
  public var downProj: Linear
  /// f, between the gate's map and the product.
  public let activation: TransformerActivation

  /// - Parameters:
  ///   - dim: E, the features of a position.
  ///   - hiddenDim: F, the features between the maps.
  ///   - bias: Whether all three maps add one.
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
