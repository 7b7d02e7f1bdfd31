import WeftTensor

/// y = (x - E[x]) / √(Var[x] + ε) · γ + β, with mean and variance of each sample over groups of channels and all
/// positions (Wu and He, 2018).
///
/// Shape: [N, C, ...] to the same; `weight` (γ, ones at first) and `bias` (β, zeros) [C].
public final class GroupNorm: Module {
  /// γ, [C]; nil without `affine`.
  public var weight: Parameter?
  /// β, [C]; nil without `affine` or `bias`.
  public var bias: Parameter?
  /// How many groups the channels are in; it divides their number.
  public let numGroups: Int
  /// ε, added to the variance.
  public let epsilon: Double
  private let channels: Int

  /// - Parameter affine: Whether channels have a learned scale and, with `bias`, a learned shift.
  ///
  /// Misuse: groups that do not divide the channels.
  public init(_ numGroups: Int, _ channels: Int, epsilon: Double = 1e-5, affine: Bool = true, bias: Bool = true) {
    let channels = LayerCheck.size(channels, "channels", layer: "GroupNorm")
    (self.numGroups, self.channels, self.epsilon) = (numGroups, channels, epsilon)
    weight = affine ? Parameter(Tensor(ones: [channels])) : nil
    self.bias = affine && bias ? Parameter(Tensor(zeros: [channels])) : nil
    super.init()
    LayerCheck.groups(numGroups, [("input", channels)], layer: "GroupNorm")
  }

  public override func forward(_ input: Tensor) -> Tensor {
    guard input.rank >= 2, input.shape[1] == channels else {
      return .failed(
        TensorError(
          .shape, operation: "GroupNorm", operands: [("input", input.spec)],
          expected: "an input [batch, \(channels), ...]", got: "\(input.shape)",
          hint: input.rank > 0 && input.shape[-1] == channels ? "channels last? They belong to axis 1" : ""))
    }
    return input.groupNormalized(groups: numGroups, weight: weight?.tensor, bias: bias?.tensor, epsilon: epsilon)
  }
}
