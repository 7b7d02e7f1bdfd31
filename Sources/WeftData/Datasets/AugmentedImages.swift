import WeftTensor

/// Images in memory, changed at random each time they are given out.
///
/// ```swift
/// let (learned, validation) = try cifar.split(validation: 0.1, seed: 7)
/// let train = AugmentedImages(learned, transforms: [RandomCrop(width: 32, height: 32, padding: 4), RandomFlip()])
/// ```
public struct AugmentedImages: LabeledDataset, SampleDataset {
  /// An image with its class.
  public typealias Sample = LabeledImage
  /// A batch: images [N, channels, height, width] in float32, labels [N] in int64.
  public typealias Batch = LabeledBatch

  let source: LabeledImages
  let transforms: [any ImageTransform]

  /// The images of `source` after these changes, normalized as there.
  public init(_ source: LabeledImages, transforms: [any ImageTransform]) {
    (self.source, self.transforms) = (source, transforms)
  }

  public var count: Int { source.count }
  public var classCount: Int { source.classCount }

  public func sample(at index: Int, context: LoadingContext) throws -> LabeledImage {
    var generator = RandomGenerator(seed: context.seed(forSample: index))
    let image = try source.image(at: index)
    return LabeledImage(
      image: image.transformed(by: transforms, using: &generator), label: source.label(at: index))
  }

  public func collate(_ samples: [LabeledImage]) throws -> LabeledBatch {
    let scale = source.scale
    // What is white there is 255 here: x·white/255 is what b/white was.
    let normalization = ImageNormalization(
      means: [scale.mean * scale.white / 255], deviations: [scale.deviation * scale.white / 255])
    return try LabeledImage.batch(samples, normalization)
  }
}

/// An image with its class.
public struct LabeledImage: Sendable {
  /// The picture.
  public var image: Image
  /// The number of its class.
  public var label: Int

  /// An image of this class.
  public init(image: Image, label: Int) { (self.image, self.label) = (image, label) }

  static func batch(_ samples: [LabeledImage], _ normalization: ImageNormalization) throws(TensorError) -> LabeledBatch
  {
    LabeledBatch(
      inputs: try normalization.tensor(of: samples.map(\.image)),
      labels: Tensor(samples.map { Int64($0.label) }))
  }
}

extension LabeledImages {
  /// A sample's image; its bytes are as they are, whatever stands for white.
  ///
  /// - Throws: `TensorError` where there is no such sample, or the images have another number of channels than 1 or 3.
  public func image(at index: Int) throws(TensorError) -> Image {
    if let error = TensorError.place([index], of: count, "samples", operation: "LabeledImages") { throw error }
    guard let channels = PNG.Channels(rawValue: self.channels) else {
      throw TensorError(
        .shape, operation: "LabeledImages", expected: "images of 1 or 3 channels", got: "\(self.channels)")
    }
    return Image(planes: pixels(at: index), width, height, channels)
  }
}
