import Weft

/// A gray picture: what a network is shown. 0 is black, 1 white.
struct GrayImage {
  let width: Int
  let height: Int
  let values: [Double]

  init(width: Int, height: Int, values: [Double]) {
    self.width = width
    self.height = height
    self.values = values
  }

  /// - Throws: `DataFileError` if the file is no readable PNG image.
  init(png path: String) throws {
    let image = try PNG.read(path, as: .gray)
    let sizes = image.shape
    self.init(width: sizes[1], height: sizes[0], values: image.floats.map { Double($0) / 255 })
  }

  /// This image in the middle of a square, the new part as light as the border is on average.
  func squared() -> GrayImage {
    let size = max(width, height)
    let (left, top) = ((size - width) / 2, (size - height) / 2)
    let ground = borderMean
    let result = (0..<size * size).map { place in
      let (x, y) = (place % size - left, place / size - top)
      return (0..<width).contains(x) && (0..<height).contains(y) ? values[y * width + x] : ground
    }
    return GrayImage(width: size, height: size, values: result)
  }

  /// Each pixel the mean of the area of this image that it covers.
  func resized(width newWidth: Int, height newHeight: Int) -> GrayImage {
    let columns = (0..<newWidth).map { Self.coverage(of: $0, in: newWidth, from: width) }
    let rows = (0..<newHeight).map { Self.coverage(of: $0, in: newHeight, from: height) }
    let result = rows.flatMap { row in
      columns.map { column in
        var sum = 0.0
        for (y, rowShare) in row { for (x, share) in column { sum += values[y * width + x] * share * rowShare } }
        return sum
      }
    }
    return GrayImage(width: newWidth, height: newHeight, values: result)
  }

  /// The old pixels that new pixel `index` covers, with the share of each (they add up to 1).
  private static func coverage(of index: Int, in newSize: Int, from oldSize: Int) -> [(Int, Double)] {
    let scale = Double(oldSize) / Double(newSize)
    let (start, end) = (Double(index) * scale, Double(index + 1) * scale)
    return (Int(start)..<min(oldSize, max(Int(end.rounded(.up)), Int(start) + 1))).map { pixel in
      (pixel, (min(end, Double(pixel + 1)) - max(start, Double(pixel))) / scale)
    }
  }

  /// Whether the border is light: the networks learned light digits on dark ground.
  var isDarkOnLight: Bool { borderMean > 0.5 }

  /// The mean of the outermost pixels.
  private var borderMean: Double {
    let border = values.indices.filter {
      let (x, y) = ($0 % width, $0 / width)
      return x == 0 || y == 0 || x == width - 1 || y == height - 1
    }
    return border.reduce(0) { $0 + values[$1] } / Double(max(1, border.count))
  }

  func inverted() -> GrayImage { GrayImage(width: width, height: height, values: values.map { 1 - $0 }) }

  var bytes: [UInt8] { values.map { UInt8(max(0, min(255, ($0 * 255).rounded()))) } }

  /// The picture in characters, two for a pixel, darker to lighter.
  var text: String {
    let shades = Array(" .:-=+*#%@")
    return (0..<height).map { y in
      values[(y * width)..<((y + 1) * width)].map { value in
        let shade = shades[min(9, Int(max(0, value) * 10))]
        return "\(shade)\(shade)"
      }.joined()
    }.joined(separator: "\n")
  }
}
