import WeftTensor

/// What `LPPool1d`, `LPPool2d` and `LPPool3d` share: (Σ xᵖ)^(1/p) over each window: for p = 1 the sum, towards ∞ the maximum.
///
/// Shape: [N, C, spatial...] to [N, C, spatial'...], or the same without N, with
/// spatial' = ⌊(spatial - kernel) / stride⌋ + 1 (⌈ ⌉ with `ceilMode`).
public class LPPoolLayer: Module {
  let axes: Int
  /// p, the power that elements are raised to.
  public let order: Double
  /// The size of a window.
  public let kernelSize: PerAxis
  /// From one window's beginning to the next's.
  public let stride: PerAxis
  /// Whether a window that hangs over the end counts too.
  public let ceilMode: Bool

  init(axes: Int, _ order: Double, _ kernelSize: PerAxis, _ stride: PerAxis?, _ ceilMode: Bool) {
    (self.axes, self.order, self.kernelSize) = (axes, order, kernelSize)
    (self.stride, self.ceilMode) = (stride ?? kernelSize, ceilMode)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    input.lpPooled(order: order, kernel: kernelSize, stride: stride, ceilMode: ceilMode, spatialAxes: axes)
  }
}

/// The norms of windows over one spatial axis; see `LPPoolLayer`.
///
/// Shape: [N, C, L] to [N, C, L'].
public final class LPPool1d: LPPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(order: Double, _ kernelSize: PerAxis, stride: PerAxis? = nil, ceilMode: Bool = false) {
    super.init(axes: 1, order, kernelSize, stride, ceilMode)
  }
}

/// The norms of windows over two spatial axes; see `LPPoolLayer`.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class LPPool2d: LPPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(order: Double, _ kernelSize: PerAxis, stride: PerAxis? = nil, ceilMode: Bool = false) {
    super.init(axes: 2, order, kernelSize, stride, ceilMode)
  }
}

/// The norms of windows over three spatial axes; see `LPPoolLayer`.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class LPPool3d: LPPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(order: Double, _ kernelSize: PerAxis, stride: PerAxis? = nil, ceilMode: Bool = false) {
    super.init(axes: 3, order, kernelSize, stride, ceilMode)
  }
}
