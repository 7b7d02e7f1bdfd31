import WeftTensor

/// a · σ(b), where a and b are the halves of the input along an axis (Dauphin et al., 2017).
///
/// Shape: [..., 2n, ...] to [..., n, ...].
public final class GLU: Module {
  /// The axis that is halved; its size is even.
  public let axis: Int

  /// - Parameter axis: The axis that is halved.
  public init(axis: Int = -1) { self.axis = axis }
  public override func forward(_ input: Tensor) -> Tensor { input.glu(axis: axis) }
}
