import WeftTensor

/// Images of bytes with a class each, in memory, given out as normalized float32 batches.
public struct LabeledImages: Dataset {
  /// A batch: images [N, channels, height, width] in float32, labels [N] in int64.
  public struct Batch: Sendable {
    public var images: Tensor
    public var labels: Tensor
  }

  public let name: String
  public let channels: Int
  public let height: Int
  public let width: Int
  public let classCount: Int
  /// What stands for black and for the unit: a byte b becomes (b/scale - mean)/deviation.
  public let scale: Float
  public let mean: Float
  public let deviation: Float
  private let pixels: [UInt8]
  private let labels: [UInt8]

  package init(
    name: String, pixels: [UInt8], labels: [UInt8], size: (channels: Int, height: Int, width: Int), classCount: Int,
    scale: Float, mean: Float, deviation: Float
  ) {
    self.name = name
    self.pixels = pixels
    self.labels = labels
    (channels, height, width) = size
    self.classCount = classCount
    self.scale = scale
    self.mean = mean
    self.deviation = deviation
  }

  public var count: Int { labels.count }
  private var imageSize: Int { channels * height * width }

  public func batch(at indices: [Int], context: LoadingContext = LoadingContext()) -> Batch {
    let (factor, shift) = (1 / (scale * deviation), -mean / deviation)
    var values: [Float] = []
    values.reserveCapacity(indices.count * imageSize)
    for index in indices {
      for pixel in pixels[(index * imageSize)..<((index + 1) * imageSize)] {
        values.append(Float(pixel) * factor + shift)
      }
    }
    return Batch(
      images: Tensor(values, shape: [indices.count, channels, height, width]),
      labels: Tensor(indices.map { Int64(labels[$0]) }))
  }

  /// The class of a sample.
  public func label(at index: Int) -> Int { Int(labels[index]) }

  /// The bytes of a sample's image, row by row.
  public func pixels(at index: Int) -> [UInt8] { Array(pixels[(index * imageSize)..<((index + 1) * imageSize)]) }

  /// The samples at `indices` as a dataset of their own.
  public func subset(_ indices: [Int]) -> LabeledImages {
    LabeledImages(
      name: name, pixels: indices.flatMap { pixels(at: $0) }, labels: indices.map { labels[$0] },
      size: (channels, height, width), classCount: classCount, scale: scale, mean: mean, deviation: deviation)
  }

  /// An image from outside as a batch of one, normalized as this dataset's.
  ///
  /// - Parameter bytes: As many as an image of this dataset has, row by row, in its range (0 through `scale`).
  public func batch(ofImage bytes: [UInt8]) -> Tensor {
    let values = bytes.map { (Float($0) / scale - mean) / deviation }
    return Tensor(values, shape: [1, channels, height, width])
  }
}
