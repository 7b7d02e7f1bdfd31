import WeftTensor

/// A small network for images of 32x32 (LeCun et al., 1998), in the form of PyTorch's tutorials: two convolutions of 5x5,
/// each rectified and followed by a maximum pool, and three linear layers.
///
/// Shape: [N, channels, 32, 32] to logits [N, classes].
public final class LeNet: Module {
  /// 5x5, to 6 channels.
  public var conv1: Conv2d
  /// 5x5, to 16 channels.
  public var conv2: Conv2d
  /// 400 features to 120.
  public var fc1: Linear
  /// 120 features to 84.
  public var fc2: Linear
  /// 84 features to the logits.
  public var fc3: Linear

  /// - Parameter channels: Those of the images.
  public init(channels: Int = 1, classes: Int = 10) {
    conv1 = Conv2d(channels, 6, kernelSize: 5)
    conv2 = Conv2d(6, 16, kernelSize: 5)
    fc1 = Linear(16 * 5 * 5, 120)
    fc2 = Linear(120, 84)
    fc3 = Linear(84, classes)
  }

  public override func forward(_ input: Tensor) -> Tensor {
    // The maximum is rectified rather than each element: the same, with a quarter of the work.
    let first = conv1(input).maxPooled(kernel: 2).relu()
    let second = conv2(first).maxPooled(kernel: 2).relu()
    return fc3(fc2(fc1(second.flattened(from: 1)).relu()).relu())
  }
}
