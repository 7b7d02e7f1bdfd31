import WeftTensor

/// The windows of an image as columns (im2col): a convolution is a product with these.
///
/// Shape: [N, C, H, W] to [N, C·kernel elements, windows], or both without N.
public final class Unfold: Module {
  public let kernelSize: PerAxis
  public let stride: PerAxis
  public let padding: PerAxis
  public let dilation: PerAxis

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
  public let outputSize: [Int]
  public let kernelSize: PerAxis
  public let stride: PerAxis
  public let padding: PerAxis
  public let dilation: PerAxis

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
