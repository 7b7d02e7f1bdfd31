import WeftTensor

/// The windows of an image as columns (im2col): a convolution is a product with these.
///
/// Shape: [N, C, H, W] to [N, C·kernel elements, windows], or both without N.
public final class Unfold: Module {
  /// The size of a window.
  public let kernelSize: PerAxis
  /// From one window's beginning to the next's.
  public let stride: PerAxis
  /// How many zeros stand at both ends of each spatial axis.
  public let padding: PerAxis
  /// How far a window's elements lie apart in the image.
  public let dilation: PerAxis

  /// The same windows as those of a convolution with these numbers.
  public init(_ kernelSize: PerAxis, dilation: PerAxis = 1, padding: PerAxis = 0, stride: PerAxis = 1) {
    (self.kernelSize, self.dilation, self.padding, self.stride) = (kernelSize, dilation, padding, stride)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    input.unfolded(kernel: kernelSize, stride: stride, padding: padding, dilation: dilation, spatialAxes: 2)
  }
}

/// Lays the columns of windows back over an image and adds them up where they overlap: the adjoint of `Unfold`.
///
/// Shape: [N, C·kernel elements, windows] to [N, C] + `outputSize`, or both without N.
public final class Fold: Module {
  /// The height and width of the image.
  public let outputSize: [Int]
  /// The size of a window.
  public let kernelSize: PerAxis
  /// From one window's beginning to the next's.
  public let stride: PerAxis
  /// How many zeros stand at both ends of each spatial axis.
  public let padding: PerAxis
  /// How far a window's elements lie apart in the image.
  public let dilation: PerAxis

  /// The windows that `Unfold` with the same numbers cuts from an image of `outputSize`.
  public init(
    outputSize: [Int], _ kernelSize: PerAxis, dilation: PerAxis = 1, padding: PerAxis = 0, stride: PerAxis = 1
  ) {
    (self.outputSize, self.kernelSize, self.stride) = (outputSize, kernelSize, stride)
    (self.padding, self.dilation) = (padding, dilation)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    input.asBatch(axes: 1) {
      $0.folded(outputSize: outputSize, kernel: kernelSize, stride: stride, padding: padding, dilation: dilation)
    }
  }
}
