import WeftTensor

/// What `Conv1d`, `Conv2d` and `Conv3d` share: y[n, o] = b[o] + Σ w[o, c] ⋆ x[n, c], the channels in `groups` groups.
///
/// Shape: [N, in, spatial...] to [N, out, spatial'...], or the same without N, with
/// spatial' = ⌊(spatial + 2·padding - dilation·(kernel - 1) - 1) / stride⌋ + 1; weight [out, in / groups, kernel...] and
/// bias [out], both even within 1/√(in / groups · kernel) at first.
///
/// Misuse: a float64 input of weights in a narrower type.
public class ConvolutionLayer: Module {
  /// w, [out, in / groups, kernel...].
  public var weight: Parameter
  /// b, [out]; nil without one.
  public var bias: Parameter?
  /// How far the window moves from one result to the next.
  public let stride: PerAxis
  /// How many elements stand around the input; `.same` for as many as keep the sizes.
  public let padding: Padding
  /// How far a window's elements lie apart in the input.
  public let dilation: PerAxis
  /// How many groups the channels are in: an output sees the inputs of its group alone.
  public let groups: Int
  /// What stands around the input: zeros, or its own elements again.
  public let paddingMode: PaddingMode

  init(
    axes: Int, _ inChannels: Int, _ outChannels: Int, _ kernelSize: PerAxis, _ stride: PerAxis, _ padding: Padding,
    _ dilation: PerAxis, _ groups: Int, _ bias: Bool, _ paddingMode: PaddingMode
  ) {
    let kernel = LayerCheck.kernel(kernelSize, axes, layer: "Conv\(axes)d")
    let inChannels = LayerCheck.size(inChannels, "input channels", layer: "Conv\(axes)d")
    let outChannels = LayerCheck.size(outChannels, "output channels", layer: "Conv\(axes)d")
    LayerCheck.groups(groups, [("input", inChannels), ("output", outChannels)], layer: "Conv\(axes)d")
    let shape = Shape([outChannels, inChannels / max(groups, 1)] + kernel)
    let initializer = Initializer.uniform(fanIn: Fan(shape).fanIn)
    weight = Parameter(initializer(shape))
    self.bias = bias ? Parameter(initializer([outChannels])) : nil
    (self.stride, self.padding, self.dilation) = (stride, padding, dilation)
    (self.groups, self.paddingMode) = (groups, paddingMode)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    input.asBatch(axes: weight.shape.rank - 2) { convolved($0, weight: weight.tensor, bias: bias?.tensor) }
  }

  /// A batch convolved as this layer does it, by a weight with its kernel.
  func convolved(_ input: Tensor, weight: Tensor, bias: Tensor?) -> Tensor {
    if let error = TensorError.wider(input, than: self.weight, layer: "\(type(of: self))") { return .failed(error) }
    let isZeros = paddingMode == .constant(0)
    return convolution(
      isZeros ? input : padded(input), weight: weight, bias: bias, stride: stride,
      padding: isZeros ? padding : 0, dilation: dilation, groups: groups)
  }

  private func padded(_ input: Tensor) -> Tensor {
    do {
      let kernel = weight.shape.sizes.dropFirst(2)
      let axes = kernel.count
      let dilation = try dilation.resolved(axes, "dilation", atLeast: 1, operation: "convolution")
      let stride = try stride.resolved(axes, "stride", atLeast: 1, operation: "convolution")
      let reach = zip(kernel, dilation).map { ($0 - 1) * $1 }
      let (before, after) = try padding.resolved(reach: reach, stride: stride, operation: "convolution")
      return input.padded(Array(zip(before, after)), mode: paddingMode)
    } catch {
      return .failed(error)
    }
  }
}

/// A convolution over one spatial axis; see `ConvolutionLayer`.
///
/// Shape: [N, in, L] to [N, out, L'].
public final class Conv1d: ConvolutionLayer {
  /// - Parameters:
  ///   - kernelSize: The window's size.
  ///   - groups: Divides `inChannels` and `outChannels`; as many as `inChannels` convolve each channel by itself.
  ///   - bias: Whether a number is added to each output channel.
  ///
  /// Misuse: a kernel size below 1, or groups that do not divide the channels.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: PerAxis, stride: PerAxis = 1, padding: Padding = 0,
    dilation: PerAxis = 1, groups: Int = 1, bias: Bool = true, paddingMode: PaddingMode = .constant(0)
  ) {
    super.init(axes: 1, inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias, paddingMode)
  }
}

/// A convolution over two spatial axes; see `ConvolutionLayer`.
///
/// Shape: [N, in, H, W] to [N, out, H', W'].
///
/// ```swift
/// let layer = Conv2d(3, 16, kernelSize: 3, padding: 1)
/// let features = layer(images)   // [N, 3, 32, 32] to [N, 16, 32, 32]
/// ```
public final class Conv2d: ConvolutionLayer {
  /// - Parameters:
  ///   - kernelSize: The window's size.
  ///   - groups: Divides `inChannels` and `outChannels`; as many as `inChannels` convolve each channel by itself.
  ///   - bias: Whether a number is added to each output channel.
  ///
  /// Misuse: a kernel size below 1, or groups that do not divide the channels.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: PerAxis, stride: PerAxis = 1, padding: Padding = 0,
    dilation: PerAxis = 1, groups: Int = 1, bias: Bool = true, paddingMode: PaddingMode = .constant(0)
  ) {
    super.init(axes: 2, inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias, paddingMode)
  }
}

/// A convolution over three spatial axes; see `ConvolutionLayer`.
///
/// Shape: [N, in, D, H, W] to [N, out, D', H', W'].
public final class Conv3d: ConvolutionLayer {
  /// - Parameters:
  ///   - kernelSize: The window's size.
  ///   - groups: Divides `inChannels` and `outChannels`; as many as `inChannels` convolve each channel by itself.
  ///   - bias: Whether a number is added to each output channel.
  ///
  /// Misuse: a kernel size below 1, or groups that do not divide the channels.
  public init(
    _ inChannels: Int, _ outChannels: Int, kernelSize: PerAxis, stride: PerAxis = 1, padding: Padding = 0,
    dilation: PerAxis = 1, groups: Int = 1, bias: Bool = true, paddingMode: PaddingMode = .constant(0)
  ) {
    super.init(axes: 3, inChannels, outChannels, kernelSize, stride, padding, dilation, groups, bias, paddingMode)
  }
}
