import WeftTensor

/// A residual network (He et al., "Deep Residual Learning for Image Recognition", 2016), with torchvision's names:
/// `conv1`, `bn1`, `layer1.0.conv1`, `layer2.0.downsample.0`, `fc`.
///
/// ```swift
/// let model = ResNet(.resNet18, classes: 10, stem: .small)
/// let logits = model(images)   // [N, 3, 32, 32] to [N, 10]
/// ```
/// Shape: [N, channels, H, W] to logits [N, classes]. Convolutions are drawn by `kaimingNormal(.relu, mode: .fanOut)`.
public final class ResNet: Module {
  /// How many layers it has.
  public enum Depth: Sendable, CaseIterable {
    /// Blocks of two convolutions (18 and 34 layers), or of three with a narrow middle (50).
    case resNet18, resNet34, resNet50

    /// How many blocks stand at each resolution.
    var blocks: [Int] { self == .resNet18 ? [2, 2, 2, 2] : [3, 4, 6, 3] }
    var usesBottlenecks: Bool { self == .resNet50 }
  }

  /// What stands before the blocks.
  public enum Stem: Sendable {
    /// A convolution of 7x7 and a pool, each halving height and width: for images of 224x224.
    case large
    /// A convolution of 3x3: for images of 32x32.
    case small
  }

  /// The stem's convolution.
  public var conv1: Conv2d
  /// The stem's normalization.
  public var bn1: BatchNorm2d
  /// The blocks at the stem's resolution.
  public var layer1: Sequential
  /// The blocks at half of that.
  public var layer2: Sequential
  /// The blocks at a quarter.
  public var layer3: Sequential
  /// The blocks at an eighth.
  public var layer4: Sequential
  /// The last layer: `Linear(512, 10)` in its place learns other classes, `Identity()` gives the features.
  public var fc: Module
  private let stem: Stem

  /// - Parameters:
  ///   - width: The channels after the stem; each halving of height and width doubles them.
  ///   - zeroInitResidual: Whether each block's last normalization starts at 0, so that the block is the identity at first
  ///     (Goyal et al., 2017).
  public init(
    _ depth: Depth, classes: Int = 1000, channels: Int = 3, stem: Stem = .large, width: Int = 64,
    zeroInitResidual: Bool = false
  ) {
    self.stem = stem
    let isLarge = stem == .large
    let width = LayerCheck.size(width, "a width", layer: "ResNet")
    conv1 = Conv2d(
      channels, width, kernelSize: isLarge ? 7 : 3, stride: isLarge ? 2 : 1, padding: isLarge ? 3 : 1, bias: false)
    bn1 = BatchNorm2d(width)
    var input = width
    let stages = depth.blocks.enumerated().map { place, count in
      let output = width << place
      return Sequential {
        for block in 0..<count {
          let stride = place > 0 && block == 0 ? 2 : 1
          Self.block(depth, from: &input, to: output, stride: stride)
        }
      }
    }
    (layer1, layer2, layer3, layer4) = (stages[0], stages[1], stages[2], stages[3])
    fc = Linear(input, classes)
    super.init()
    for (_, module) in namedModules() {
      (module as? Conv2d)?.weight.initialize(.kaimingNormal(.relu, mode: .fanOut))
      let last = (module as? BasicBlock)?.bn2 ?? (module as? Bottleneck)?.bn3
      if zeroInitResidual { last?.weight?.initialize(.zeros) }
    }
  }

  public override func forward(_ input: Tensor) -> Tensor {
    var x = bn1.rectified(conv1(input))
    if stem == .large { x = x.maxPooled(kernel: 3, stride: 2, padding: 1) }
    x = layer4(layer3(layer2(layer1(x))))
    return fc(x.globalAveragePooled().flattened(from: 1))
  }

  /// A block, after which there are as many channels as it gives.
  private static func block(_ depth: Depth, from input: inout Int, to output: Int, stride: Int) -> Module {
    defer { input = depth.usesBottlenecks ? 4 * output : output }
    return depth.usesBottlenecks
      ? Bottleneck(input, output, stride: stride) : BasicBlock(input, output, stride: stride)
  }
}

/// The shortcut of a block that changes the shape: a convolution of 1x1. Of others it is the input itself.
private func makeShortcut(_ input: Int, _ output: Int, stride: Int) -> Sequential? {
  guard stride != 1 || input != output else { return nil }
  return Sequential {
    Conv2d(input, output, kernelSize: 1, stride: PerAxis(stride), bias: false); BatchNorm2d(output)
  }
}

/// Two convolutions of 3x3 beside a shortcut; their sum is rectified.
///
/// Shape: [N, in, H, W] to [N, out, H / stride, W / stride].
public final class BasicBlock: Module {
  /// 3x3, with the block's stride.
  public var conv1: Conv2d
  /// Of the first convolution.
  public var bn1: BatchNorm2d
  /// 3x3.
  public var conv2: Conv2d
  /// Of the second convolution, before the sum.
  public var bn2: BatchNorm2d
  /// The shortcut of a block that changes the shape; nil where it is the input itself.
  public var downsample: Sequential?

  /// - Parameters:
  ///   - input: The channels that come in.
  ///   - output: Those that go out.
  public init(_ input: Int, _ output: Int, stride: Int = 1) {
    conv1 = Conv2d(input, output, kernelSize: 3, stride: PerAxis(stride), padding: 1, bias: false)
    bn1 = BatchNorm2d(output)
    conv2 = Conv2d(output, output, kernelSize: 3, padding: 1, bias: false)
    bn2 = BatchNorm2d(output)
    downsample = makeShortcut(input, output, stride: stride)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    bn2.rectified(conv2(bn1.rectified(conv1(input))), adding: downsample?(input) ?? input)
  }
}

/// A convolution of 3x3 between two of 1x1, of which the second gives four times the channels, beside a shortcut. Their sum
/// is rectified. The stride is the 3x3 convolution's, as in torchvision.
///
/// Shape: [N, in, H, W] to [N, 4·width, H / stride, W / stride].
public final class Bottleneck: Module {
  /// 1x1, to `width` channels.
  public var conv1: Conv2d
  /// Of the first convolution.
  public var bn1: BatchNorm2d
  /// 3x3, with the block's stride.
  public var conv2: Conv2d
  /// Of the second convolution.
  public var bn2: BatchNorm2d
  /// 1x1, to four times the channels.
  public var conv3: Conv2d
  /// Of the third convolution, before the sum.
  public var bn3: BatchNorm2d
  /// The shortcut of a block that changes the shape; nil where it is the input itself.
  public var downsample: Sequential?

  /// - Parameters:
  ///   - input: The channels that come in.
  ///   - width: Those in the middle; four times as many go out.
  public init(_ input: Int, _ width: Int, stride: Int = 1) {
    let width = LayerCheck.size(width, "a width", layer: "Bottleneck")
    conv1 = Conv2d(input, width, kernelSize: 1, bias: false)
    bn1 = BatchNorm2d(width)
    conv2 = Conv2d(width, width, kernelSize: 3, stride: PerAxis(stride), padding: 1, bias: false)
    bn2 = BatchNorm2d(width)
    conv3 = Conv2d(width, 4 * width, kernelSize: 1, bias: false)
    bn3 = BatchNorm2d(4 * width)
    downsample = makeShortcut(input, 4 * width, stride: stride)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    let inner = bn2.rectified(conv2(bn1.rectified(conv1(input))))
    return bn3.rectified(conv3(inner), adding: downsample?(input) ?? input)
  }
}
