import WeftTensor

/// A change of an image, the same each time or at random: what stands between a file and a network.
///
/// ```swift
/// let training: [any ImageTransform] = [
///   RandomResizedCrop(width: 224, height: 224), RandomFlip(), ColorJitter(brightness: 0.2, contrast: 0.2),
/// ]
/// let data = try ImageFolder("flowers/train", transforms: training, normalization: .imageNet)
/// ```
/// What is random follows from (seed, epoch, sample) alone: a loader of any number of threads gives the same images.
public protocol ImageTransform: Sendable {
  /// The changed image; whatever is random is drawn from `generator`.
  func applied(to image: Image, using generator: inout RandomGenerator) -> Image
}

extension Image {
  /// The image after all of these, one after the other.
  public func transformed(
    by transforms: [any ImageTransform], using generator: inout RandomGenerator
  ) -> Image {
    transforms.reduce(self) { $1.applied(to: $0, using: &generator) }
  }
}

extension RandomGenerator {
  /// A number from `low` to below `high`, evenly: the same on every version of Swift.
  mutating func number(from low: Double, to high: Double) -> Double {
    low + (high - low) * (Double(next() >> 11) * 0x1p-53)
  }

  /// A whole number from 0 to below `count`, evenly but for 2⁻⁵³.
  mutating func whole(below count: Int) -> Int { min(count - 1, Int(number(from: 0, to: Double(count)))) }

  /// True with this probability.
  mutating func happens(_ probability: Double) -> Bool { number(from: 0, to: 1) < probability }
}

extension ClosedRange<Double> {
  /// Whether these are widths to heights of parts that an image can have.
  var isProportion: Bool { lowerBound >= 0.001 && upperBound <= 1000 }
}

/// Ends misuse of a transform's numbers.
func checkTransform(_ name: String, _ isRight: Bool, _ expected: String, _ got: Any) {
  if !isRight { report(TensorError(.value, operation: name, expected: expected, got: "\(got)")) }
}
