import WeftTensor

// Parts, mirror images and turns.

extension Image {
  /// The part of `width` x `height` pixels from (x, y) on. What lies outside of the image is black.
  ///
  /// Misuse: a size below 1.
  public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Image {
    guard newWidth > 0, newHeight > 0, newWidth <= 65_535, newHeight <= 65_535 else {
      report(
        TensorError(
          .value, operation: "cropped", expected: "sizes from 1 through 65535", got: "\(newWidth)x\(newHeight)"))
      return self
    }
    let isInside = x >= 0 && y >= 0 && x <= width - newWidth && y <= height - newHeight
    if isInside { return Image(grid.cropped(x: x, y: y, width: newWidth, height: newHeight), channels) }
    let depth = channels.rawValue
    var bytes = [UInt8](repeating: 0, count: newWidth * newHeight * depth)
    let x = max(-newWidth, min(x, width))
    let y = max(-newHeight, min(y, height))
    let first = max(0, -x)
    let columns = first..<max(first, min(newWidth, width - x))
    for row in 0..<newHeight where (0..<height).contains(y + row) && !columns.isEmpty {
      let from = ((y + row) * width + x + columns.lowerBound) * depth
      let to = (row * newWidth + columns.lowerBound) * depth
      bytes.replaceSubrange(to..<to + columns.count * depth, with: pixels[from..<from + columns.count * depth])
    }
    return Image(checked: bytes, newWidth, newHeight, channels)
  }

  /// The middle of the image; where that is larger than the image, with black around it.
  ///
  /// Misuse: a size below 1.
  public func centerCropped(_ newWidth: Int, _ newHeight: Int) -> Image {
    // Halves go to the even pixel, as in Python's `round`.
    let x = (Double(width - newWidth) / 2).rounded(.toNearestOrEven)
    let y = (Double(height - newHeight) / 2).rounded(.toNearestOrEven)
    return cropped(x: Int(x), y: Int(y), width: newWidth, height: newHeight)
  }

  /// The mirror image, left and right exchanged.
  public func flippedHorizontally() -> Image { Image(grid.upright(from: 2), channels) }

  /// The mirror image, above and below exchanged.
  public func flippedVertically() -> Image { Image(grid.upright(from: 4), channels) }

  /// Turned clockwise by a quarter of a turn, as often as said; negative numbers turn the other way.
  public func turned(quarters: Int) -> Image {
    let way = [1, 6, 3, 8][((quarters % 4) + 4) % 4]
    return Image(grid.upright(from: way), channels)
  }

  /// Rows and columns exchanged.
  public func transposed() -> Image { Image(grid.upright(from: 5), channels) }

  /// The image in gray, or its gray in three channels.
  public func converted(to channels: PNG.Channels) -> Image {
    if channels == self.channels { return self }
    if channels == .rgb { return Image(checked: pixels.flatMap { [$0, $0, $0] }, width, height, .rgb) }
    return Image(checked: grays, width, height, .gray)
  }

  /// How bright each pixel is.
  var grays: [UInt8] {
    if channels == .gray { return pixels }
    return (0..<width * height).map { luminance(Int(pixels[3 * $0]), Int(pixels[3 * $0 + 1]), Int(pixels[3 * $0 + 2])) }
  }
}
