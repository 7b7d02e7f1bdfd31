import WeftTensor

/// Images of bytes with a class each, in memory, given out as normalized float32 batches.
///
/// ```swift
/// let data = try LabeledImages(
///   name: "leaves", pixels: bytes, labels: species, size: (channels: 3, height: 64, width: 64), classCount: 12,
///   scale: PixelScale(of: bytes))
/// ```
public struct LabeledImages: LabeledDataset {
  /// A batch: images [N, channels, height, width] in float32, labels [N] in int64.
  public typealias Batch = LabeledBatch

  /// What the dataset is called in run folders and on charts.
  public let name: String
  /// The numbers of a pixel: 1 for gray, 3 for color.
  public let channels: Int
  /// The rows of each image.
  public let height: Int
  /// The pixels of a row.
  public let width: Int
  public let classCount: Int
  /// What its bytes stand for.
  public let scale: PixelScale
  private let pixels: [UInt8]
  private let labels: [Int]
  /// The number that stands for each byte.
  private let table: [Float]

  /// Images of one size.
  ///
  /// - Parameters:
  ///   - pixels: The bytes of all images: image by image, in each channel by channel, in each row by row.
  ///   - labels: The class of each image, from 0 to `classCount - 1`.
  ///   - scale: What the bytes stand for.
  /// - Throws: `TensorError` where pixels, labels, size and number of classes do not fit together.
  public init(
    name: String, pixels: [UInt8], labels: [Int], size: (channels: Int, height: Int, width: Int), classCount: Int,
    scale: PixelScale
  ) throws(TensorError) {
    let shape = Shape([labels.count, size.channels, size.height, size.width])
    guard size.channels > 0, size.height > 0, size.width > 0, let expected = shape.validElementCount else {
      throw Self.error("sizes from 1 of images that memory can hold", "\(shape)")
    }
    guard pixels.count == expected else {
      throw Self.error(
        "\(expected) pixels: \(labels.count) images of \(Shape(Array(shape.dropFirst())))", "\(pixels.count)")
    }
    try checkLabels(labels, classCount, operation: "LabeledImages")
    self.init(checked: name, pixels, labels, size, classCount, scale)
  }

  /// Images that are known to fit together.
  init(
    checked name: String, _ pixels: [UInt8], _ labels: [Int], _ size: (channels: Int, height: Int, width: Int),
    _ classCount: Int, _ scale: PixelScale
  ) {
    self.name = name
    self.pixels = pixels
    self.labels = labels
    (channels, height, width) = size
    self.classCount = classCount
    table = (0...255).map { Float(scale.normalized(Double($0) / scale.white)) }
    self.scale = scale
  }

  private static func error(_ expected: String, _ got: String) -> TensorError {
    TensorError(.shape, operation: "LabeledImages", expected: expected, got: got)
  }

  public var count: Int { labels.count }
  private var imageSize: Int { channels * height * width }

  public func batch(at indices: [Int], context: LoadingContext) -> LabeledBatch {
    let indices = existing(indices, of: count, "samples", operation: "LabeledImages")
    var values: [Float] = []
    values.reserveCapacity(indices.count * imageSize)
    for index in indices {
      for pixel in pixels[(index * imageSize)..<((index + 1) * imageSize)] { values.append(table[Int(pixel)]) }
    }
    return LabeledBatch(
      inputs: Tensor(values, shape: [indices.count, channels, height, width]),
      labels: Tensor(indices.map { Int64(labels[$0]) }))
  }

  /// The class of a sample. Misuse: an index that the dataset does not have.
  public func label(at index: Int) -> Int {
    exists(index, of: count, "samples", operation: "LabeledImages") ? labels[index] : 0
  }

  /// The bytes of a sample's image, row by row. Misuse: an index that the dataset does not have.
  public func pixels(at index: Int) -> [UInt8] {
    guard exists(index, of: count, "samples", operation: "LabeledImages") else {
      return [UInt8](repeating: 0, count: imageSize)
    }
    return Array(pixels[(index * imageSize)..<((index + 1) * imageSize)])
  }

  /// The same with rows and columns of each image exchanged.
  func transposed() -> LabeledImages {
    var turned = [UInt8](repeating: 0, count: pixels.count)
    for place in pixels.indices {
      let (row, column) = (place / width % height, place % width)
      turned[place - row * width - column + column * height + row] = pixels[place]
    }
    return LabeledImages(checked: name, turned, labels, (channels, width, height), classCount, scale)
  }

  /// The samples at `indices` as a dataset of their own, with its own copy of them. Misuse: an index that the dataset
  /// does not have.
  public func subset(_ indices: [Int]) -> LabeledImages {
    let indices = existing(indices, of: count, "samples", operation: "subset")
    return LabeledImages(
      checked: name, indices.flatMap { pixels(at: $0) }, indices.map { labels[$0] }, (channels, height, width),
      classCount, scale)
  }
}

/// How the bytes of a dataset's images become numbers: a byte b stands for b/white, of which the mean is taken off and
/// the rest divided by the deviation.
public struct PixelScale: Sendable, Hashable, Codable {
  /// The byte that is white.
  public let white: Double
  /// The mean of b/white over all bytes, which is taken off.
  public let mean: Double
  /// The standard deviation of b/white over all bytes, which is divided by.
  public let deviation: Double

  /// A scale with these numbers, mean and deviation being those of b/white.
  ///
  /// Misuse: a `white` or a deviation that is not above zero, or a number that is not finite.
  public init(white: Double = 255, mean: Double, deviation: Double) {
    if !(white > 0 && deviation > 0 && white.isFinite && deviation.isFinite && mean.isFinite) {
      report(
        TensorError(
          .value, operation: "PixelScale", expected: "finite numbers, white and deviation above 0",
          got: "white \(white), mean \(mean), deviation \(deviation)"))
    }
    (self.white, self.mean, self.deviation) = (white, mean, deviation)
  }

  /// The scale that gives these pixels, those of the training images, the mean 0 and the deviation 1. Pixels that are
  /// all the same keep their distances: the deviation is 1.
  public init(of pixels: [UInt8], white: Double = 255) {
    var counts = [Int](repeating: 0, count: 256)
    for pixel in pixels { counts[Int(pixel)] += 1 }
    let total = Double(max(1, pixels.count))
    let mean = counts.indices.reduce(0.0) { $0 + Double($1) * Double(counts[$1]) } / total
    let square = counts.indices.reduce(0.0) { sum, value in
      sum + (Double(value) - mean) * (Double(value) - mean) * Double(counts[value])
    }
    let deviation = (square / total).squareRoot() / white
    self.init(white: white, mean: mean / white, deviation: deviation > 0 ? deviation : 1)
  }

  /// What the network gets for a value from 0, black, through 1, white.
  public func normalized(_ value: Double) -> Double { (value - mean) / deviation }
}

/// - Throws: `TensorError` that names the first label that is no class.
func checkLabels(_ labels: [Int], _ classCount: Int, operation: String) throws(TensorError) {
  guard classCount > 0 else {
    throw TensorError(.value, operation: operation, expected: "at least one class", got: "classCount \(classCount)")
  }
  if let wrong = labels.firstIndex(where: { !(0..<classCount).contains($0) }) {
    throw TensorError(
      .index, operation: operation, expected: "labels from 0 through \(classCount - 1)",
      got: "label \(labels[wrong]) for sample \(wrong)")
  }
}
