import WeftTensor

/// A convolutional autoencoder of small images: three by three features of eight channels, and back from them.
///
/// Shape: [N, channels, 28, 28] with values from −1 through 1 to the same; `encode` gives [N, 8, 2, 2]. Parameters:
/// `encoder.0`, `encoder.3`, `decoder.0`, `decoder.2`, `decoder.4`, with sizes and names as they are common in PyTorch.
public final class Autoencoder: Module {
  /// Two convolutions with strides, each rectified and followed by a maximum pool.
  public var encoder: Sequential
  /// Three transposed convolutions, the last followed by tanh.
  public var decoder: Sequential

  /// - Parameter channels: Those of the images.
  public init(channels: Int = 1) {
    encoder = Sequential {
      Conv2d(channels, 16, kernelSize: 3, stride: 3, padding: 1); ReLU()
      MaxPool2d(2, stride: 2)
      Conv2d(16, 8, kernelSize: 3, stride: 2, padding: 1); ReLU()
      MaxPool2d(2, stride: 1)
    }
    decoder = Sequential {
      ConvTranspose2d(8, 16, kernelSize: 3, stride: 2); ReLU()
      ConvTranspose2d(16, 8, kernelSize: 5, stride: 3, padding: 1); ReLU()
      ConvTranspose2d(8, channels, kernelSize: 2, stride: 2, padding: 1); Tanh()
    }
  }

  /// The features of images.
  public func encode(_ images: Tensor) -> Tensor { encoder(images) }

  /// The images of features.
  public func decode(_ features: Tensor) -> Tensor { decoder(features) }

  public override func forward(_ input: Tensor) -> Tensor { decode(encode(input)) }
}
