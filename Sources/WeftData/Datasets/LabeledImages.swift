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
  /// What its bytes stand for.
  public let scale: PixelScale
  private let pixels: [UInt8]
  private let labels: [UInt8]
  /// The number that stands for each byte.
  private let table: [Float]

  package init(
    name: String, pixels: [UInt8], labels: [UInt8], size: (channels: Int, height: Int, width: Int), classCount: Int,
    scale: PixelScale
  ) {
    self.name = name
    self.pixels = pixels
    self.labels = labels
    (channels, height, width) = size
    self.classCount = classCount
    table = (0...255).map { Float(scale.normalized(Double($0) / scale.white)) }
    self.scale = scale
  }

  public var count: Int { labels.count }
  private var imageSize: Int { channels * height * width }

  public func batch(at indices: [Int], context: LoadingContext = LoadingContext()) -> Batch {
    var values: [Float] = []
    values.reserveCapacity(indices.count * imageSize)
    for index in indices {
      for pixel in pixels[(index * imageSize)..<((index + 1) * imageSize)] { values.append(table[Int(pixel)]) }
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
      size: (channels, height, width), classCount: classCount, scale: scale)
  }
}

/// How the bytes of a dataset's images become numbers: a byte b stands for b/white, of which the mean is taken off and
/// the rest divided by the deviation.
public struct PixelScale: Sendable, Hashable {
  /// The byte that is white.
  public let white: Double
  public let mean: Double
  public let deviation: Double

  /// What the network gets for a value from 0, black, through 1, white.
  public func normalized(_ value: Double) -> Double { (value - mean) / deviation }
}
