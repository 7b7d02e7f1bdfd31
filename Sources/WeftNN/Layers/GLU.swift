import WeftTensor

/// a · σ(b), where a and b are the halves of the input along an axis (Dauphin et al., 2017).
///
/// Shape: [..., 2n, ...] to [..., n, ...].
public final class GLU: Module {
  public let axis: Int

  public init(axis: Int = -1) { self.axis = axis }
  public override func forward(_ input: Tensor) -> Tensor { input.glu(axis: axis) }
}
