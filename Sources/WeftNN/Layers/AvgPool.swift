import WeftTensor

/// What `AvgPool1d`, `AvgPool2d` and `AvgPool3d` share: the mean of each window.
///
/// Shape: [N, C, spatial...] to [N, C, spatial'...], or the same without N, with
/// spatial' = ⌊(spatial + 2·padding - kernel) / stride⌋ + 1 (⌈ ⌉ with `ceilMode`).
public class AvgPoolLayer: Module {
  let axes: Int
  /// The size of a window.
  public let kernelSize: PerAxis
  /// From one window's beginning to the next's.
  public let stride: PerAxis
  /// How many elements are added at both ends of each spatial axis.
  public let padding: PerAxis
  /// Whether a window that hangs over the end counts too.
  public let ceilMode: Bool
  /// Whether the zeros of the padding count as elements of a window.
  public let countIncludePad: Bool
  /// What each window's sum is divided by instead of its size.
  public let divisorOverride: Int?

  init(
    axes: Int, _ kernelSize: PerAxis, _ stride: PerAxis?, _ padding: PerAxis, _ ceilMode: Bool, _ countIncludePad: Bool,
    _ divisorOverride: Int? = nil
  ) {
    self.divisorOverride = divisorOverride
    (self.axes, self.kernelSize, self.stride) = (axes, kernelSize, stride ?? kernelSize)
    (self.padding, self.ceilMode, self.countIncludePad) = (padding, ceilMode, countIncludePad)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    input.averagePooled(
      kernel: kernelSize, stride: stride, padding: padding, ceilMode: ceilMode, countsPadding: countIncludePad,
      divisor: divisorOverride, spatialAxes: axes)
  }
}

/// The means of windows over one spatial axis; see `AvgPoolLayer`.
///
/// Shape: [N, C, L] to [N, C, L'].
public final class AvgPool1d: AvgPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(
    _ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true
  ) {
    super.init(axes: 1, kernelSize, stride, padding, ceilMode, countIncludePad)
  }
}

/// The means of windows over two spatial axes; see `AvgPoolLayer`.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class AvgPool2d: AvgPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(
    _ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true, divisorOverride: Int? = nil
  ) {
    super.init(axes: 2, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride)
  }
}

/// The means of windows over three spatial axes; see `AvgPoolLayer`.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class AvgPool3d: AvgPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(
    _ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, ceilMode: Bool = false,
    countIncludePad: Bool = true, divisorOverride: Int? = nil
  ) {
    super.init(axes: 3, kernelSize, stride, padding, ceilMode, countIncludePad, divisorOverride)
  }
}
