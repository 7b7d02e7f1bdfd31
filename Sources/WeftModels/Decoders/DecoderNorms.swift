import WeftNN
import WeftTensor

/// y = x / √(E[x²] + ε) · (1 + γ), the norm of Gemma's models: γ is 0 at first.
///
/// Shape: [..., E] to the same; `weight` (γ) [E].
public final class RMSNormAroundOne: Module {
  /// γ, [E].
  public var weight: Parameter
  /// ε, added to the mean square.
  public let epsilon: Double

  /// Over the last axis, of `size` elements.
  public init(_ size: Int, epsilon: Double = 1e-6) {
    weight = Parameter(Initializer.zeros([size]))
    self.epsilon = epsilon
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard input.rank > 0, [input.shape[-1]] == weight.shape else {
      return .failed(
        TensorError(
          .shape, operation: "RMSNormAroundOne", operands: [("input", input.spec)],
          expected: "an input whose last axis is \(weight.shape)", got: "\(input.shape)"))
    }
    return input.rmsNormalized(axisCount: 1, weight: weight.tensor + 1, epsilon: epsilon)
  }
}

extension DecoderOptions {
  /// A norm over features.
  func makeNorm(_ size: Int) -> Module {
    switch norm {
    case .rms: RMSNorm(size, epsilon: epsilon)
    case .rmsAroundOne: RMSNormAroundOne(size, epsilon: epsilon)
    case .layer: LayerNorm(size, epsilon: epsilon)
    }
  }
}
