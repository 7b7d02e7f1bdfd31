import WeftTensor

/// x where positive, else a · x with a learned slope a for all elements or for each channel (He et al., 2015).
///
/// Shape: any to the same, with channels on axis 1; `weight` [1] or [C], 0.25 at first. Weight decay does not suit it.
public final class PReLU: Module {
  /// The slopes a, [1] or [C].
  public var weight: Parameter

  /// - Parameter channels: 1 for one slope, or the size of axis 1 for a slope of each channel.
  public init(_ channels: Int = 1, initialSlope: Double = 0.25) {
    weight = Parameter(Tensor(full: [LayerCheck.size(channels, "channels", layer: "PReLU")], initialSlope))
  }

  public override func forward(_ input: Tensor) -> Tensor { input.prelu(weight: weight.tensor) }
}
