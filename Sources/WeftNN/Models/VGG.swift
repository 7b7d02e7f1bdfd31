import WeftTensor

/// A network of 3x3 convolutions and pools (Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image
/// Recognition", 2015), with torchvision's names: `features.0.weight`, `classifier.6.bias`.
///
/// Shape: [N, channels, H, W] with H and W at least 32 to logits [N, classes].
public final class VGG: Module {
  /// How many layers with weights it has.
  public enum Depth: Sendable, CaseIterable {
    /// 8, 10, 13 and 16 convolutions before the three linear layers.
    case vgg11, vgg13, vgg16, vgg19

    /// How many convolutions stand before each pool.
    var convolutions: [Int] {
      switch self {
      case .vgg11: [1, 1, 2, 2, 2]
      case .vgg13: [2, 2, 2, 2, 2]
      case .vgg16: [2, 2, 3, 3, 3]
      case .vgg19: [2, 2, 4, 4, 4]
      }
    }
  }

  /// The convolutions, each rectified, and the pools.
  public var features: Sequential
  /// Three linear layers with dropout between them.
  public var classifier: Sequential

  /// - Parameters:
  ///   - batchNorm: Whether each convolution is normalized (torchvision's `vgg11_bn` and so on).
  ///   - dropout: The rate at which the classifier's hidden features are dropped in training.
  ///   - width: The channels of the first convolution; those after it have 2, 4, 8 and 8 times as many.
  ///   - hiddenSize: The features of the classifier's hidden layers.
  public init(
    _ depth: Depth, batchNorm: Bool = false, classes: Int = 1000, channels: Int = 3, dropout: Double = 0.5,
    width: Int = 64, hiddenSize: Int = 4096
  ) {
    var input = LayerCheck.size(channels, "channels", layer: "VGG")
    let width = LayerCheck.size(width, "a width", layer: "VGG")
    features = Sequential {
      for (count, scale) in zip(depth.convolutions, [1, 2, 4, 8, 8]) {
        for _ in 0..<count { Self.convolution(from: &input, to: scale * width, batchNorm) }
        MaxPool2d(2)
      }
    }
    classifier = Sequential {
      Linear(input * 49, hiddenSize); ReLU(); Dropout(dropout)
      Linear(hiddenSize, hiddenSize); ReLU(); Dropout(dropout)
      Linear(hiddenSize, classes)
    }
    super.init()
    for (_, module) in namedModules() {
      (module as? Conv2d)?.weight.initialize(.kaimingNormal(.relu, mode: .fanOut))
      (module as? Conv2d)?.bias?.initialize(.zeros)
      (module as? Linear)?.weight.initialize(.normal(deviation: 0.01))
      (module as? Linear)?.bias?.initialize(.zeros)
    }
  }

  public override func forward(_ input: Tensor) -> Tensor {
    classifier(features(input).adaptiveAveragePooled(to: 7).flattened(from: 1))
  }

  private static func convolution(from input: inout Int, to output: Int, _ batchNorm: Bool) -> [Module] {
    defer { input = output }
    let convolution = Conv2d(input, output, kernelSize: 3, padding: 1)
    return batchNorm ? [convolution, BatchNorm2d(output), ReLU()] : [convolution, ReLU()]
  }
}
