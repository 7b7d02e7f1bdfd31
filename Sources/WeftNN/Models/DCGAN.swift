import WeftTensor

/// The generator of a deep convolutional GAN (Radford, Metz and Chintala, 2016), with the names and sizes of PyTorch's
/// example: noise becomes images of 64 by 64.
///
/// Shape: [N, latent, 1, 1] to [N, channels, 64, 64] with values from −1 through 1. Parameters `main.0.weight`, ... :
/// transposed convolutions, normal with deviation 0.02 at first, and batch normalizations between them.
public final class DCGANGenerator: Module {
  /// All of it, under PyTorch's name.
  public var main: Sequential

  /// - Parameter features: The channels of the last layer but one.
  public init(latent: Int = 100, features: Int = 64, channels: Int = 3) {
    let features = LayerCheck.size(features, "features", layer: "DCGANGenerator")
    main = Sequential {
      ConvTranspose2d(latent, features * 8, kernelSize: 4, bias: false); BatchNorm2d(features * 8); ReLU()
      for size in [4, 2, 1] {
        ConvTranspose2d(features * size * 2, features * size, kernelSize: 4, stride: 2, padding: 1, bias: false)
        BatchNorm2d(features * size); ReLU()
      }
      ConvTranspose2d(features, channels, kernelSize: 4, stride: 2, padding: 1, bias: false); Tanh()
    }
    super.init()
    initializeDCGAN(self)
  }

  public override func forward(_ input: Tensor) -> Tensor { main(input) }
}

/// The discriminator of a deep convolutional GAN (Radford, Metz and Chintala, 2016), with the names and sizes of PyTorch's
/// example: how likely images of 64 by 64 are real ones.
///
/// Shape: [N, channels, 64, 64] to [N], from 0 through 1. Parameters `main.0.weight`, ... as in `DCGANGenerator`.
public final class DCGANDiscriminator: Module {
  /// All of it but the last reshaping, under PyTorch's name.
  public var main: Sequential

  /// - Parameter features: The channels of the first layer.
  public init(features: Int = 64, channels: Int = 3) {
    let features = LayerCheck.size(features, "features", layer: "DCGANDiscriminator")
    main = Sequential {
      Conv2d(channels, features, kernelSize: 4, stride: 2, padding: 1, bias: false); LeakyReLU(0.2)
      for size in [1, 2, 4] {
        Conv2d(features * size, features * size * 2, kernelSize: 4, stride: 2, padding: 1, bias: false)
        BatchNorm2d(features * size * 2); LeakyReLU(0.2)
      }
      Conv2d(features * 8, 1, kernelSize: 4, bias: false); Sigmoid()
    }
    super.init()
    initializeDCGAN(self)
  }

  public override func forward(_ input: Tensor) -> Tensor { main(input).flattened() }
}

/// Convolutions normal around 0, factors of normalizations normal around 1.
private func initializeDCGAN(_ model: Module) {
  for (_, parameter) in model.namedParameters() where parameter.shape.rank == 4 {
    parameter.initialize(.normal(deviation: 0.02))
  }
  for case let (_, layer as BatchNorm2d) in model.namedModules() {
    layer.weight?.initialize(.normal(mean: 1, deviation: 0.02))
  }
}
