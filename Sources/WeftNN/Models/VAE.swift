import WeftTensor

/// A variational autoencoder (Kingma and Welling, 2014) of one hidden layer, with the names and sizes of PyTorch's example.
///
/// Shape: images of `inputs` values from 0 through 1, [N, ...], to [N, inputs]. Parameters: `fc1` (to the hidden layer),
/// `fc21` and `fc22` (mean and logarithm of the variance), `fc3` and `fc4` (back).
///
/// ```swift
/// let (images, mean, logVariance) = model(batch)
/// let loss = model.loss(images, of: batch, mean: mean, logVariance: logVariance)
/// ```
public final class VAE: Module {
  /// The image to the hidden layer, [hidden, inputs].
  public var fc1: Linear
  /// The hidden layer to the mean, [latent, hidden].
  public var fc21: Linear
  /// The hidden layer to the logarithm of the variance, [latent, hidden].
  public var fc22: Linear
  /// The latent place to the hidden layer, [hidden, latent].
  public var fc3: Linear
  /// The hidden layer to the image, [inputs, hidden].
  public var fc4: Linear

  /// - Parameters:
  ///   - inputs: The pixels of an image.
  ///   - latent: The numbers that an image stands for.
  public init(inputs: Int = 784, hidden: Int = 400, latent: Int = 20) {
    fc1 = Linear(inputs, hidden)
    fc21 = Linear(hidden, latent)
    fc22 = Linear(hidden, latent)
    fc3 = Linear(latent, hidden)
    fc4 = Linear(hidden, inputs)
  }

  /// What images stand for: the mean and the logarithm of the variance of each place, [N, latent].
  public func encode(_ images: Tensor) -> (mean: Tensor, logVariance: Tensor) {
    let hidden = fc1(images.flattened(from: 1)).relu()
    return (fc21(hidden), fc22(hidden))
  }

  /// The images, [N, inputs], of places [N, latent].
  public func decode(_ places: Tensor) -> Tensor { fc4(fc3(places).relu()).sigmoid() }

  /// Images decoded from places that are drawn around those of the given ones; in evaluation from their means.
  ///
  /// - Parameter noise: Standard normal numbers [N, latent]; drawn if left out.
  public func callAsFunction(
    _ images: Tensor, noise: Tensor? = nil
  ) -> (images: Tensor, mean: Tensor, logVariance: Tensor) {
    inPath {
      let (mean, logVariance) = encode(images)
      guard isTraining || noise != nil else { return (decode(mean), mean, logVariance) }
      let noise = noise ?? Tensor(normal: mean.shape, dtype: mean.dtype)
      return (decode(mean + noise * (0.5 * logVariance).exp()), mean, logVariance)
    }
  }

  /// The images alone.
  public override func forward(_ input: Tensor) -> Tensor { callAsFunction(input).images }

  /// The negative evidence lower bound, summed over the batch: the binary cross-entropy of the images, and the divergence
  /// of the places from a standard normal distribution, −½Σ(1 + log σ² − μ² − σ²).
  public func loss(_ images: Tensor, of originals: Tensor, mean: Tensor, logVariance: Tensor) -> Tensor {
    let targets = originals.flattened(from: 1)
    let reconstruction = binaryCrossEntropy(probabilities: images, targets, reduction: .sum)
    return reconstruction - 0.5 * (1 + logVariance - mean * mean - logVariance.exp()).sum()
  }
}
