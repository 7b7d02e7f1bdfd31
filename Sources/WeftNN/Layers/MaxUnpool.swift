import WeftTensor

/// What `MaxUnpool1d`, `MaxUnpool2d` and `MaxUnpool3d` share: maxima put back where they were found, between zeros.
///
/// ```swift
/// let pool = MaxPool2d(2)
/// let (maxima, indices) = pool.withIndices(images)
/// let sparse = MaxUnpool2d(2)(maxima, indices: indices, outputSize: [32, 32])
/// ```
/// Shape: [N, C, windows...] and indices of the same shape to [N, C, spatial...], or all without N.
public class MaxUnpoolLayer: Module {
  let axes: Int
  /// The size of the pool's windows.
  public let kernelSize: PerAxis
  /// From one window's beginning to the next's.
  public let stride: PerAxis
  /// How much stood at both ends of each spatial axis of the pool's input.
  public let padding: PerAxis

  init(axes: Int, _ kernelSize: PerAxis, _ stride: PerAxis?, _ padding: PerAxis) {
    (self.axes, self.kernelSize, self.stride, self.padding) = (axes, kernelSize, stride ?? kernelSize, padding)
  }

  /// - Parameters:
  ///   - indices: In the flattened spatial axes of the result, from the pool's `withIndices`.
  ///   - outputSize: The spatial axes; left out, the smallest that the pool makes this many windows of.
  public func callAsFunction(_ input: Tensor, indices: Tensor, outputSize: [Int]? = nil) -> Tensor {
    inPath {
      input.maxUnpooled(
        indices, kernel: kernelSize, stride: stride, padding: padding, outputSize: outputSize, spatialAxes: axes)
    }
  }
}

/// Puts maxima over one spatial axis back; see `MaxUnpoolLayer`.
///
/// Shape: [N, C, L] to [N, C, L'].
public final class MaxUnpool1d: MaxUnpoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(_ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0) {
    super.init(axes: 1, kernelSize, stride, padding)
  }
}

/// Puts maxima over two spatial axes back; see `MaxUnpoolLayer`.
///
/// Shape: [N, C, H, W] to [N, C, H', W'].
public final class MaxUnpool2d: MaxUnpoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(_ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0) {
    super.init(axes: 2, kernelSize, stride, padding)
  }
}

/// Puts maxima over three spatial axes back; see `MaxUnpoolLayer`.
///
/// Shape: [N, C, D, H, W] to [N, C, D', H', W'].
public final class MaxUnpool3d: MaxUnpoolLayer {
  /// - Parameter stride: Left out, the kernel's size: windows that touch.
  public init(_ kernelSize: PerAxis, stride: PerAxis? = nil, padding: PerAxis = 0) {
    super.init(axes: 3, kernelSize, stride, padding)
  }
}
