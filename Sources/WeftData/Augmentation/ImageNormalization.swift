import WeftTensor

/// What a network gets for a pixel: (b/255 - mean)/deviation, with numbers for each channel.
public struct ImageNormalization: Hashable, Sendable, Codable {
  /// What is taken off in each channel.
  public let means: [Double]
  /// What is divided by in each channel.
  public let deviations: [Double]

  /// Numbers for each channel, gray having one and color three; one number serves every channel.
  ///
  /// Misuse: other counts, deviations that are not above 0.
  public init(means: [Double], deviations: [Double]) {
    if !Self.fits(means, deviations) {
      report(
        TensorError(
          .value, operation: "ImageNormalization", expected: "1 or 3 means and as many deviations above 0",
          got: "\(means) and \(deviations)"))
    }
    (self.means, self.deviations) = (means, deviations)
  }

  private static func fits(_ means: [Double], _ deviations: [Double]) -> Bool {
    (means.count == 1 || means.count == 3) && means.count == deviations.count && means.allSatisfy(\.isFinite)
      && deviations.allSatisfy { $0 > 0 && $0.isFinite }
  }

  private enum CodingKeys: String, CodingKey { case means, deviations }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    means = try container.decode([Double].self, forKey: .means)
    deviations = try container.decode([Double].self, forKey: .deviations)
    guard Self.fits(means, deviations) else {
      throw DecodingError.dataCorruptedError(
        forKey: .means, in: container, debugDescription: "expected 1 or 3 means and as many deviations above 0")
    }
  }

  /// Bytes as numbers from 0 to 1.
  public static let unit = ImageNormalization(means: [0], deviations: [1])
  /// The means and deviations of ImageNet's colors, which published networks expect.
  public static let imageNet = ImageNormalization(
    means: [0.485, 0.456, 0.406], deviations: [0.229, 0.224, 0.225])

  /// The number for each byte, by channel.
  private func tables(_ channels: Int) -> [[Float]] {
    (0..<channels).map { channel in
      // After misuse inside an error scope there may be none.
      guard let place = (means.count == deviations.count ? means : []).indices.last.map({ min(channel, $0) }) else {
        return Array(repeating: 0, count: 256)
      }
      return (0...255).map { Float((Double($0) / 255 - means[place]) / deviations[place]) }
    }
  }

  /// Images of one size, [N, channels, height, width] in float32.
  ///
  /// - Throws: `TensorError` that says how the images differ.
  public func tensor(of images: [Image]) throws(TensorError) -> Tensor {
    try Self.tensor(of: images, tables: tables)
  }

  /// The same with any number for each byte.
  ///
  /// - Parameter tables: 256 numbers for each of so many channels.
  package static func tensor(of images: [Image], tables: (Int) -> [[Float]]) throws(TensorError) -> Tensor {
    guard let first = images.first else { return Tensor(zeros: [0, 3, 0, 0]) }
    if let other = images.first(where: {
      $0.width != first.width || $0.height != first.height || $0.channels != first.channels
    }) {
      throw TensorError(
        .shape, operation: "ImageNormalization", expected: "images of one size, as \(first.summary)",
        got: other.summary, hint: "transforms such as `Resize` and `CenterCrop` bring them to one size")
    }
    let (tables, area) = (tables(first.channels.rawValue), first.width * first.height)
    let depth = tables.count
    let values = [Float](unsafeUninitializedCapacity: images.count * depth * area) { target, count in
      for (number, image) in images.enumerated() {
        for (channel, table) in tables.enumerated() {
          let plane = UnsafeMutableBufferPointer(rebasing: target[((number * depth + channel) * area)...].prefix(area))
          fill(plane, from: image.pixels, channel, of: depth, by: table)
        }
      }
      count = images.count * depth * area
    }
    return Tensor(values, shape: [images.count, depth, first.height, first.width])
  }

  /// One channel of an image whose bytes stand pixel by pixel, as a table has it.
  private static func fill(
    _ plane: UnsafeMutableBufferPointer<Float>, from pixels: [UInt8], _ channel: Int, of depth: Int, by table: [Float]
  ) {
    pixels.withUnsafeBufferPointer { pixels in
      table.withUnsafeBufferPointer { table in
        for place in plane.indices {
          plane.initializeElement(at: place, to: table[Int(pixels[place * depth + channel])])
        }
      }
    }
  }
}

extension Image {
  fileprivate var summary: String { "\(width)x\(height) in \(channels == .gray ? "gray" : "color")" }
}
