import WeftTensor

/// What `MaxPool1d`, `MaxPool2d` and `MaxPool3d` share: the maximum of each window.
///
/// Shape: [N, C, spatial...] to [N, C, spatial'...], or the same without N, with
/// spatial' = ⌊(spatial + 2·padding - dilation·(kernel - 1) - 1) / stride⌋ + 1 (⌈ ⌉ with `ceilMode`).
public class MaxPoolLayer: Module {
  let axes: Int
  /// The size of a window.
  public let kernelSize: PerAxis
  /// From one window's beginning to the next's.
  public let stride: PerAxis
  /// How much stands at both ends of each spatial axis; it is never the maximum.
  public let padding: PerAxis
  /// How far a window's elements lie apart.
  public let dilation: PerAxis
  /// Whether a window that hangs over the end counts too.
  public let ceilMode: Bool

  init(
    axes: Int, _ kernelSize: PerAxis, _ stride: PerAxis?, _ padding: PerAxis, _ dilation: PerAxis, _ ceilMode: Bool
  ) {
    (self.axes, self.kernelSize, self.stride) = (axes, kernelSize, stride ?? kernelSize)
    (self.padding, self.dilation, self.ceilMode) = (padding, dilation, ceilMode)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    input.maxPooled(
      kernel: kernelSize, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode, spatialAxes: axes)
  }

  /// The maxima, and their indices in the flattened spatial axes, for `MaxUnpool1d` and the like.
  public func withIndices(_ input: Tensor) -> (values: Tensor, indices: Tensor) {
    inPath {
      input.maxPooledWithIndices(
        kernel: kernelSize, stride: stride, padding: padding, dilation: dilation, ceilMode: ceilMode, spatialAxes: axes)
    }
  }
}

/// The maxima of windows over one spatial axis; see `MaxPoolLayer`.
///
/// Shape: [N, C, L] to [N, C, L'].
public final class MaxPool1d: MaxPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(
    _ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1, ceilMode: Bool = false
  ) {
    super.init(axes: 1, kernelSize, stride, padding, dilation, ceilMode)
  }
}

/// The maxima of windows over two spatial axes; see `MaxPoolLayer`.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class MaxPool2d: MaxPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(
    _ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1, ceilMode: Bool = false
  ) {
    super.init(axes: 2, kernelSize, stride, padding, dilation, ceilMode)
  }
}

/// The maxima of windows over three spatial axes; see `MaxPoolLayer`.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class MaxPool3d: MaxPoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(
    _ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0, dilation: PerAxis = 1, ceilMode: Bool = false
  ) {
    super.init(axes: 3, kernelSize, stride, padding, dilation, ceilMode)
  }
}
