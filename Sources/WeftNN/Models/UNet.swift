import WeftTensor

/// A network that labels each pixel (Ronneberger et al., "U-Net: Convolutional Networks for Biomedical Image Segmentation",
/// 2015): down to a sixteenth of the size and up again, each step up seeing what the step down of that size gave. Padded,
/// with batch normalization, and with the names of the well-known PyTorch version: `inc.double_conv.0.weight`,
/// `down1.maxpool_conv.1.double_conv.0.weight`, `up1.up.weight`, `outc.conv.weight`.
///
/// Shape: [N, channels, H, W] to logits [N, classes, H, W], H and W at least 16.
public final class UNet: Module {
  /// The convolutions at full size.
  public var inc: UNetConvolutions
  /// To half the size.
  public var down1: UNetDown
  /// To a quarter.
  public var down2: UNetDown
  /// To an eighth.
  public var down3: UNetDown
  /// To a sixteenth.
  public var down4: UNetDown
  /// Back to an eighth.
  public var up1: UNetUp
  /// Back to a quarter.
  public var up2: UNetUp
  /// Back to half the size.
  public var up3: UNetUp
  /// Back to full size.
  public var up4: UNetUp
  /// The logits of each pixel.
  public var outc: UNetOutput

  /// - Parameters:
  ///   - bilinear: Whether steps up interpolate, rather than learn how.
  ///   - width: The channels at full size; each step down doubles them.
  public init(channels: Int = 3, classes: Int, bilinear: Bool = false, width: Int = 64) {
    let factor = bilinear ? 2 : 1
    let width = LayerCheck.size(width, "a width", layer: "UNet")
    inc = UNetConvolutions(channels, width)
    down1 = UNetDown(width, 2 * width)
    down2 = UNetDown(2 * width, 4 * width)
    down3 = UNetDown(4 * width, 8 * width)
    down4 = UNetDown(8 * width, 16 * width / factor)
    up1 = UNetUp(16 * width, 8 * width / factor, bilinear: bilinear)
    up2 = UNetUp(8 * width, 4 * width / factor, bilinear: bilinear)
    up3 = UNetUp(4 * width, 2 * width / factor, bilinear: bilinear)
    up4 = UNetUp(2 * width, width, bilinear: bilinear)
    outc = UNetOutput(width, classes)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    let full = inc(input)
    let half = down1(full)
    let quarter = down2(half)
    let eighth = down3(quarter)
    let up = up2(up1(down4(eighth), beside: eighth), beside: quarter)
    return outc(up4(up3(up, beside: half), beside: full))
  }
}

/// Two convolutions of 3x3, each normalized and rectified.
///
/// Shape: [N, in, H, W] to [N, out, H, W].
public final class UNetConvolutions: Module {
  /// Both convolutions, under the well-known name.
  public var doubleConv: Sequential

  /// - Parameter middle: The channels between the two; left out, as many as the output's.
  public init(_ input: Int, _ output: Int, middle: Int? = nil) {
    let middle = middle ?? output
    doubleConv = Sequential {
      Conv2d(input, middle, kernelSize: 3, padding: 1, bias: false); BatchNorm2d(middle); ReLU()
      Conv2d(middle, output, kernelSize: 3, padding: 1, bias: false); BatchNorm2d(output); ReLU()
    }
  }

  public override func forward(_ input: Tensor) -> Tensor { doubleConv(input) }
}

/// A pool that halves the size, then two convolutions.
///
/// Shape: [N, in, H, W] to [N, out, ⌊H/2⌋, ⌊W/2⌋].
public final class UNetDown: Module {
  /// The pool and the convolutions, under the well-known name.
  public var maxpoolConv: Sequential

  /// - Parameters:
  ///   - input: The channels that come in.
  ///   - output: Those that go out.
  public init(_ input: Int, _ output: Int) {
    maxpoolConv = Sequential {
      MaxPool2d(2); UNetConvolutions(input, output)
    }
  }

  public override func forward(_ input: Tensor) -> Tensor { maxpoolConv(input) }
}

/// Twice the size, beside what had that size on the way down, then two convolutions.
///
/// Shape: [N, in, H, W] (or [N, in / 2, H, W] with `bilinear`) beside [N, in / 2, H', W'] to [N, out, H', W'].
public final class UNetUp: Module {
  /// Twice the size: an interpolation, or a transposed convolution that halves the channels.
  public var up: Module
  /// The convolutions of both sides together.
  public var conv: UNetConvolutions

  /// - Parameters:
  ///   - input: The channels of both sides together.
  ///   - output: Those that go out.
  ///   - bilinear: Whether the step interpolates, rather than learns how.
  public init(_ input: Int, _ output: Int, bilinear: Bool = false) {
    up =
      bilinear
      ? Upsample(scale: 2, mode: .linear, alignCorners: true)
      : ConvTranspose2d(input, input / 2, kernelSize: 2, stride: 2)
    conv = UNetConvolutions(input, output, middle: bilinear ? input / 2 : nil)
  }

  /// - Parameter skip: What had the larger size on the way down.
  public func callAsFunction(_ input: Tensor, beside skip: Tensor) -> Tensor {
    inPath {
      let larger = up(input)
      // An odd size lost a row or a column on the way down: zeros stand for it.
      let missing = [-2, -1].map { skip.shape[$0] - larger.shape[$0] }
      let amounts = missing.map { (before: $0 / 2, after: $0 - $0 / 2) }
      return conv(concatenated([skip, missing == [0, 0] ? larger : larger.padded(amounts)], axis: 1))
    }
  }
}

/// A convolution of 1x1: each pixel's features to logits.
///
/// Shape: [N, in, H, W] to [N, classes, H, W].
public final class UNetOutput: Module {
  /// 1x1, with a bias.
  public var conv: Conv2d

  /// - Parameters:
  ///   - input: The channels that come in.
  ///   - classes: The logits of a pixel.
  public init(_ input: Int, _ classes: Int) { conv = Conv2d(input, classes, kernelSize: 1) }
  public override func forward(_ input: Tensor) -> Tensor { conv(input) }
}
