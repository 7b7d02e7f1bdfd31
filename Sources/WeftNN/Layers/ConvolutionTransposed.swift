import WeftTensor

/// What `ConvTranspose1d`, `ConvTranspose2d` and `ConvTranspose3d` share: the adjoint of a convolution of the same stride,
/// padding and dilation, plus a bias. It makes the spatial axes larger.
///
/// Shape: [N, in, spatial...] to [N, out, spatial'...], or the same without N, with
/// spatial' = (spatial - 1)·stride - 2·padding + dilation·(kernel - 1) + outputPadding + 1; weight
/// [in, out / groups, kernel...] and bias [out], both even within 1/√(out / groups · kernel) at first, as in PyTorch.
public class ConvolutionTransposedLayer: Module {
  public var weight: Parameter
  public var bias: Parameter?
  public let stride: PerAxis
  public let padding: PerAxis
  public let outputPadding: PerAxis
  public let dilation: PerAxis
  public let groups: Int

  init(
    axes: Int, _ inChannels: Int, _ outChannels: Int, _ kernelSize: PerAxis, _ stride: PerAxis, _ padding: PerAxis,
    _ outputPadding: PerAxis, _ groups: Int, _ bias: Bool, _ dilation: PerAxis
  ) {
    let kernel = LayerCheck.kernel(kernelSize, axes, layer: "ConvTranspose\(axes)d")
    LayerCheck.groups(groups, [("input", inChannels), ("output", outChannels)], layer: "ConvTranspose\(axes)d")
    let shape = Shape([inChannels, outChannels / max(groups, 1)] + kernel)
    let initializer = Initializer.uniform(fanIn: Fan(shape).fanIn)
    weight = Parameter(initializer(shape))
    self.bias = bias ? Parameter(initializer([outChannels])) : nil
    (self.stride, self.padding, self.outputPadding) = (stride, padding, outputPadding)
    (self.dilation, self.groups) = (dilation, groups)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    input.asBatch(axes: weight.shape.rank - 2) { input in
      convolutionTransposed(
        input, weight: weight.tensor, bias: bias?.tensor, stride: stride, padding: Padding(padding),
        outputPadding: outputPadding, dilation: dilation, groups: groups)
    }
  }

  /// The same with spatial axes of `outputSize`, one number for each: several sizes have a convolution of this one.
  public func callAsFunction(_ input: Tensor, outputSize: [Int]) -> Tensor {
    inPath {
      input.asBatch(axes: weight.shape.rank - 2) { input in
        convolutionTransposed(
          input, weight: weight.tensor, bias: bias?.tensor, stride: stride, padding: padding, outputSize: outputSize,
          dilation: dilation, groups: groups)
      }
    }
  }
}

/// A transposed convolution over one spatial axis; see `ConvolutionTransposedLayer`.
///
/// Shape: [N, in, L] to [N, out, L'].
public final class ConvTranspose1d: ConvolutionTransposedLayer {
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, groups: Int = 1, bias: Bool = true, dilation: PerAxis = 1
  ) {
    super.init(axes: 1, inChannels, outChannels, kernelSize, stride, padding, outputPadding, groups, bias, dilation)
  }
}

/// A transposed convolution over two spatial axes; see `ConvolutionTransposedLayer`.
///
/// Shape: [N, in, H, W] to [N, out, H', W'].
///
/// ```swift
/// let layer = ConvTranspose2d(16, 3, kernelSize: 2, stride: 2)
/// let images = layer(features)   // [N, 16, 8, 8] to [N, 3, 16, 16]
/// ```
public final class ConvTranspose2d: ConvolutionTransposedLayer {
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, groups: Int = 1, bias: Bool = true, dilation: PerAxis = 1
  ) {
    super.init(axes: 2, inChannels, outChannels, kernelSize, stride, padding, outputPadding, groups, bias, dilation)
  }
}

/// A transposed convolution over three spatial axes; see `ConvolutionTransposedLayer`.
///
/// Shape: [N, in, D, H, W] to [N, out, D', H', W'].
public final class ConvTranspose3d: ConvolutionTransposedLayer {
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, groups: Int = 1, bias: Bool = true, dilation: PerAxis = 1
  ) {
    super.init(axes: 3, inChannels, outChannels, kernelSize, stride, padding, outputPadding, groups, bias, dilation)
  }
}
