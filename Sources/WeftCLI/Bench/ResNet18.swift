import Weft

/// Two 3x3 convolutions beside a shortcut (He et al., 2016).
final class ResidualBlock: Module {
  let conv1: Conv2d
  let bn1: BatchNorm2d
  let conv2: Conv2d
  let bn2: BatchNorm2d
  let shortcut: Sequential?

  init(_ input: Int, _ output: Int, stride: Int) {
    conv1 = Conv2d(input, output, kernelSize: 3, stride: PerAxis(stride), padding: 1, bias: false)
    bn1 = BatchNorm2d(output)
    conv2 = Conv2d(output, output, kernelSize: 3, padding: 1, bias: false)
    bn2 = BatchNorm2d(output)
    let changesShape = stride != 1 || input != output
    shortcut =
      changesShape
      ? Sequential {
        Conv2d(input, output, kernelSize: 1, stride: PerAxis(stride), bias: false); BatchNorm2d(output)
      } : nil
  }

  override func forward(_ x: Tensor) -> Tensor {
    bn2.rectified(conv2(bn1.rectified(conv1(x))), adding: shortcut?(x) ?? x)
  }
}

/// The network of 18 layers for images of 32x32: a 3x3 stem and no pool before the blocks.
func makeResNet18() -> Module {
  let widths = [(64, 64, 1), (64, 128, 2), (128, 256, 2), (256, 512, 2)]
  return Sequential {
    Conv2d(3, 64, kernelSize: 3, padding: 1, bias: false); BatchNorm2d(64); ReLU()
    for (input, output, stride) in widths {
      ResidualBlock(input, output, stride: stride); ResidualBlock(output, output, stride: 1)
    }
    AdaptiveAvgPool2d(1); Flatten()
    Linear(512, 10)
  }
}
