import WeftTensor

/// x where positive, else a · x with a learned slope a for all elements or for each channel (He et al., 2015).
///
/// Shape: any to the same, with channels on axis 1; `weight` [1] or [C], 0.25 at first. Weight decay does not suit it.
public final class PReLU: Module {
  public var weight: Parameter

  public init(_ channels: Int = 1, initialSlope: Double = 0.25) {
    weight = Parameter(Tensor(full: [channels], initialSlope))
  }

  public override func forward(_ input: Tensor) -> Tensor { input.prelu(weight: weight.tensor) }
}
