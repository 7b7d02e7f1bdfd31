import Weft

/// The ready models in small, each with a batch for it.
enum ReadyModels {
  static func images(_ sizes: Int...) -> Tensor {
    Tensor(normal: Shape(sizes), using: RandomStream(seed: 1))
  }
  static func tokens(_ sizes: Int...) -> Tensor {
    Tensor(integers: Shape(sizes), in: 1..<20, using: RandomStream(seed: 2))
  }

  static let all: [(String, @Sendable () -> (Module, Tensor))] = [
    ("LeNet", { (LeNet(), images(3, 1, 32, 32)) }),
    ("ResNet", { (ResNet(.resNet18, classes: 5, stem: .small, width: 8), images(2, 3, 16, 16)) }),
    ("VGG", { (VGG(.vgg11, batchNorm: true, classes: 4, width: 4, hiddenSize: 8), images(1, 3, 32, 32)) }),
    (
      "ViT",
      {
        (
          ViT(imageSize: 8, patchSize: 4, numLayers: 2, numHeads: 2, hiddenDim: 8, mlpDim: 8, classes: 3),
          images(2, 3, 8, 8)
        )
      }
    ),
    ("UNet", { (UNet(channels: 1, classes: 2, width: 4), images(1, 1, 32, 32)) }),
    ("UNet bilinear", { (UNet(channels: 1, classes: 2, bilinear: true, width: 4), images(1, 1, 32, 32)) }),
    ("VAE", { (VAE(inputs: 12, hidden: 8, latent: 3), images(2, 12).sigmoid()) }),
    ("Autoencoder", { (Autoencoder(), images(2, 1, 28, 28).sigmoid()) }),
    ("DCGAN", { (DCGANGenerator(latent: 6, features: 4), images(2, 6, 1, 1)) }),
    (
      "GPT",
      {
        (
          GPT(vocabularySize: 20, contextLength: 8, numLayers: 2, numHeads: 2, embedDim: 8, dropout: 0.1),
          tokens(2, 8)
        )
      }
    ),
    (
      "BERT",
      {
        (
          BERT(vocabularySize: 20, maxPositions: 8, numLayers: 2, numHeads: 2, embedDim: 8, dimFeedforward: 16),
          tokens(2, 8)
        )
      }
    ),
    ("CharLSTM", { (CharLSTM(tokens: 20, embedding: 8, hidden: 8), tokens(2, 6)) }),
  ]
}
