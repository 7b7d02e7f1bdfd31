import WeftTensor

/// A picture in memory: 8-bit pixels, gray or RGB.
///
/// ```swift
/// let image = try Image(contentsOf: "cat.jpg")                       // PNG or JPEG, by its first bytes
/// let input = image.resized(shorterSide: 256).centerCropped(224, 224).tensor()   // [3, 224, 224] from 0 to 1
/// try image.flippedHorizontally().write(to: "tac.png")
/// ```
public struct Image: Hashable, Sendable {
  /// The pixels of a row.
  public let width: Int
  /// The rows.
  public let height: Int
  /// What a pixel is made of.
  public let channels: PNG.Channels
  /// The bytes, row by row, in each pixel by pixel.
  public let pixels: [UInt8]

  /// An image of these bytes.
  ///
  /// - Parameter pixels: Row by row, in each pixel by pixel.
  /// - Throws: `TensorError` where bytes and sizes do not fit together.
  public init(width: Int, height: Int, channels: PNG.Channels, pixels: [UInt8]) throws(TensorError) {
    guard width > 0, height > 0, product(of: [width, height, channels.rawValue]) == pixels.count else {
      throw TensorError(
        .shape, operation: "Image", expected: "sizes from 1, and as many bytes as they ask for",
        got: "\(width)x\(height)x\(channels.rawValue) and \(pixels.count) bytes")
    }
    self.init(checked: pixels, width, height, channels)
  }

  init(checked pixels: [UInt8], _ width: Int, _ height: Int, _ channels: PNG.Channels) {
    (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
  }

  /// An image of one color.
  ///
  /// Misuse: a size below 1, or another number of channels than 1 or 3.
  public init(width: Int, height: Int, color: [UInt8]) {
    guard width > 0, height > 0, let channels = PNG.Channels(rawValue: color.count),
      let count = product(of: [width, height]), product(of: [count, color.count]) != nil
    else {
      report(
        TensorError(
          .shape, operation: "Image", expected: "sizes from 1 and a color of 1 or 3 bytes",
          got: "\(width)x\(height) and \(color.count)"))
      self.init(checked: [0], 1, 1, .gray)
      return
    }
    self.init(checked: (0..<count).flatMap { _ in color }, width, height, channels)
  }

  /// The picture in a tensor.
  ///
  /// - Parameter tensor: [1, height, width] or [3, height, width], or [height, width] for gray: numbers from 0, black,
  ///   to 1, white, or bytes. What lies outside becomes black or white.
  /// - Throws: `TensorError` for another shape.
  public init(_ tensor: Tensor) throws(TensorError) {
    let shape = tensor.rank == 2 ? [1] + tensor.shape.sizes : tensor.shape.sizes
    guard shape.count == 3, let channels = PNG.Channels(rawValue: shape[0]), shape[1] > 0, shape[2] > 0 else {
      throw TensorError(
        .shape, operation: "Image", operands: [("tensor", tensor.spec)],
        expected: "[1, height, width], [3, height, width] or [height, width]", got: "\(tensor.shape)",
        hint: tensor.rank == 4 ? "a batch has several images: take one of them, as in `images[0]`" : "")
    }
    let rows = noGrad { tensor.detach().reshaped(to: Shape(Array(shape))).permuted([1, 2, 0]) }
    let pixels: [UInt8] =
      tensor.dtype.isFloatingPoint
      ? rows.scalars(as: Float.self).map { UInt8(max(0, min(255, ($0.isNaN ? 0 : $0 * 255).rounded()))) }
      : rows.scalars(as: Int.self).map { UInt8(clamping: $0) }
    self.init(checked: pixels, shape[2], shape[1], channels)
  }

  /// [channels, height, width], numbers from 0, black, to 1, white.
  public func tensor() -> Tensor {
    Tensor(planes.map { Float($0) / 255 }, shape: [channels.rawValue, height, width])
  }

  /// The bytes channel by channel, in each row by row: as tensors hold images.
  public var planes: [UInt8] {
    let depth = channels.rawValue
    if depth == 1 { return pixels }
    return [UInt8](unsafeUninitializedCapacity: pixels.count) { target, count in
      let area = width * height
      pixels.withUnsafeBufferPointer { pixels in
        for channel in 0..<depth {
          for place in 0..<area {
            target.initializeElement(at: channel * area + place, to: pixels[place * depth + channel])
          }
        }
      }
      count = pixels.count
    }
  }

  /// The image of bytes that lie channel by channel.
  init(planes: [UInt8], _ width: Int, _ height: Int, _ channels: PNG.Channels) {
    let (depth, area) = (channels.rawValue, width * height)
    guard depth > 1 else {
      self.init(checked: planes, width, height, channels)
      return
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: planes.count) { target, count in
      for channel in 0..<depth {
        for place in 0..<area {
          target.initializeElement(at: place * depth + channel, to: planes[channel * area + place])
        }
      }
      count = planes.count
    }
    self.init(checked: pixels, width, height, channels)
  }

  var grid: PixelGrid { PixelGrid(width: width, height: height, depth: channels.rawValue, bytes: pixels) }

  init(_ grid: PixelGrid, _ channels: PNG.Channels) {
    self.init(checked: grid.bytes, grid.width, grid.height, channels)
  }
}
