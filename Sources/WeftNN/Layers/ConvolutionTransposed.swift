import WeftTensor

/// What `ConvTranspose1d`, `ConvTranspose2d` and `ConvTranspose3d` share: the adjoint of a convolution of the same stride,
/// padding and dilation, plus a bias. It makes the spatial axes larger.
///
/// Shape: [N, in, spatial...] to [N, out, spatial'...], or the same without N, with
/// spatial' = (spatial - 1)·stride - 2·padding + dilation·(kernel - 1) + outputPadding + 1; weight
/// [in, out / groups, kernel...] and bias [out], both even within 1/√(out / groups · kernel) at first, as in PyTorch.
public class ConvolutionTransposedLayer: Module {
  /// [in, out / groups, kernel...].
  public var weight: Parameter
  /// [out]; nil without one.
  public var bias: Parameter?
  /// How far the window moves in the result from one input to the next.
  public let stride: PerAxis
  /// How much is cut off at both ends of the result's spatial axes.
  public let padding: PerAxis
  /// How much is added at the end of the result's spatial axes, to choose among the sizes that one convolution maps to
  /// the input's.
  public let outputPadding: PerAxis
  /// How far a window's elements lie apart in the result.
  public let dilation: PerAxis
  /// How many groups the channels are in: an output sees the inputs of its group alone.
  public let groups: Int

  init(
    axes: Int, _ inChannels: Int, _ outChannels: Int, _ kernelSize: PerAxis, _ stride: PerAxis, _ padding: PerAxis,
    _ outputPadding: PerAxis, _ groups: Int, _ bias: Bool, _ dilation: PerAxis
  ) {
    let kernel = LayerCheck.kernel(kernelSize, axes, layer: "ConvTranspose\(axes)d")
    let inChannels = LayerCheck.size(inChannels, "input channels", layer: "ConvTranspose\(axes)d")
    let outChannels = LayerCheck.size(outChannels, "output channels", layer: "ConvTranspose\(axes)d")
    LayerCheck.groups(groups, [("input", inChannels), ("output", outChannels)], layer: "ConvTranspose\(axes)d")
    let shape = Shape([inChannels, outChannels / max(groups, 1)] + kernel)
    let initializer = Initializer.uniform(fanIn: Fan(shape).fanIn)
    weight = Parameter(initializer(shape))
    self.bias = bias ? Parameter(initializer([outChannels])) : nil
    (self.stride, self.padding, self.outputPadding) = (stride, padding, outputPadding)
    (self.dilation, self.groups) = (dilation, groups)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    if let error = misuse(input) { return .failed(error) }
    return input.asBatch(axes: weight.shape.rank - 2) { input in
      convolutionTransposed(
        input, weight: weight.tensor, bias: bias?.tensor, stride: stride, padding: Padding(padding),
        outputPadding: outputPadding, dilation: dilation, groups: groups)
    }
  }

  /// The same with spatial axes of `outputSize`, one number for each: several sizes have a convolution of this one.
  public func callAsFunction(_ input: Tensor, outputSize: [Int]) -> Tensor {
    inPath {
      if let error = misuse(input) { return .failed(error) }
      return input.asBatch(axes: weight.shape.rank - 2) { input in
        convolutionTransposed(
          input, weight: weight.tensor, bias: bias?.tensor, stride: stride, padding: padding, outputSize: outputSize,
          dilation: dilation, groups: groups)
      }
    }
  }

  private func misuse(_ input: Tensor) -> TensorError? {
    .wider(input, than: weight, layer: "\(type(of: self))")
  }
}

/// A transposed convolution over one spatial axis; see `ConvolutionTransposedLayer`.
///
/// Shape: [N, in, L] to [N, out, L'].
public final class ConvTranspose1d: ConvolutionTransposedLayer {
  /// - Parameters:
  ///   - kernelSize: The window's size.
  ///   - outputPadding: Below the stride or the dilation.
  ///   - groups: Divides `inChannels` and `outChannels`.
  ///   - bias: Whether a number is added to each output channel.
  ///
  /// Misuse: a kernel size below 1, or groups that do not divide the channels.
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
  /// - Parameters:
  ///   - kernelSize: The window's size.
  ///   - outputPadding: Below the stride or the dilation.
  ///   - groups: Divides `inChannels` and `outChannels`.
  ///   - bias: Whether a number is added to each output channel.
  ///
  /// Misuse: a kernel size below 1, or groups that do not divide the channels.
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
  /// - Parameters:
  ///   - kernelSize: The window's size.
  ///   - outputPadding: Below the stride or the dilation.
  ///   - groups: Divides `inChannels` and `outChannels`.
  ///   - bias: Whether a number is added to each output channel.
  ///
  /// Misuse: a kernel size below 1, or groups that do not divide the channels.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: PerAxis, stride: PerAxis = 1, padding: PerAxis = 0,
    outputPadding: PerAxis = 0, groups: Int = 1, bias: Bool = true, dilation: PerAxis = 1
  ) {
    super.init(axes: 3, inChannels, outChannels, kernelSize, stride, padding, outputPadding, groups, bias, dilation)
  }
}
