import WeftTensor

/// A turn, a shift, a stretch and a shear about the middle of an image, in that order of application: shear first, then
/// stretch and turn, then shift.
public struct AffineMap: Hashable, Sendable, Codable {
  /// The turn in degrees, clockwise as seen.
  public var angle: Double
  /// The shift to the right, in pixels.
  public var shiftX: Double
  /// The shift down, in pixels.
  public var shiftY: Double
  /// How much larger things become.
  public var scale: Double
  /// The shear along rows, in degrees.
  public var shearX: Double
  /// The shear along columns, in degrees.
  public var shearY: Double

  /// By default, the map that changes nothing.
  public init(
    angle: Double = 0, shiftX: Double = 0, shiftY: Double = 0, scale: Double = 1, shearX: Double = 0,
    shearY: Double = 0
  ) {
    (self.angle, self.shiftX, self.shiftY) = (angle, shiftX, shiftY)
    (self.scale, self.shearX, self.shearY) = (scale, shearX, shearY)
  }

  /// Where the pixels come from: x' = a·x + b·y + c, y' = d·x + e·y + f, about `center`.
  func inverse(about center: (x: Double, y: Double)) -> [Double] {
    let radians = Double.pi / 180
    let (turn, shearX, shearY) = (angle * radians, self.shearX * radians, self.shearY * radians)
    // The turn and both shears without the scale, inverted (as torchvision composes them).
    let a = Trigonometry.cos(turn - shearY) / Trigonometry.cos(shearY)
    let b =
      -Trigonometry.cos(turn - shearY) * Trigonometry.tan(shearX) / Trigonometry.cos(shearY) - Trigonometry.sin(turn)
    let c = Trigonometry.sin(turn - shearY) / Trigonometry.cos(shearY)
    let d =
      -Trigonometry.sin(turn - shearY) * Trigonometry.tan(shearX) / Trigonometry.cos(shearY) + Trigonometry.cos(turn)
    var matrix = [d, -b, 0, -c, a, 0].map { $0 / scale }
    matrix[2] = matrix[0] * (-center.x - shiftX) + matrix[1] * (-center.y - shiftY) + center.x
    matrix[5] = matrix[3] * (-center.x - shiftX) + matrix[4] * (-center.y - shiftY) + center.y
    return matrix
  }
}

extension Image {
  /// The image turned, shifted, stretched and sheared, in a frame of the same size; between pixels as bilinear
  /// interpolation gives it.
  ///
  /// Misuse: a scale that is not above 0, or numbers that are not finite.
  /// - Parameter fill: The color of what comes from outside; one number for every channel.
  public func warped(by map: AffineMap, fill: UInt8 = 0) -> Image {
    let matrix = map.inverse(about: (Double(width) / 2, Double(height) / 2))
    guard map.scale > 0, matrix.allSatisfy({ $0.isFinite && abs($0) < 1e9 }) else {
      report(
        TensorError(
          .value, operation: "warped", expected: "finite numbers, a scale above 0 and shears below 90 degrees",
          got: "\(map)"))
      return self
    }
    let depth = channels.rawValue
    var result = [UInt8](repeating: fill, count: pixels.count)
    for y in 0..<height {
      for x in 0..<width {
        let (fromX, fromY) = (Double(x) + 0.5, Double(y) + 0.5)
        let place = (
          x: matrix[0] * fromX + matrix[1] * fromY + matrix[2], y: matrix[3] * fromX + matrix[4] * fromY + matrix[5]
        )
        let isInside = place.x >= 0 && place.x < Double(width) && place.y >= 0 && place.y < Double(height)
        guard isInside else { continue }
        for channel in 0..<depth {
          result[(y * width + x) * depth + channel] = between(place.x - 0.5, place.y - 0.5, channel)
        }
      }
    }
    return Image(checked: result, width, height, channels)
  }

  /// Turned clockwise by an angle in degrees, in a frame of the same size.
  public func rotated(degrees: Double, fill: UInt8 = 0) -> Image { warped(by: AffineMap(angle: degrees), fill: fill) }

  /// The value at a place between pixels.
  private func between(_ x: Double, _ y: Double, _ channel: Int) -> UInt8 {
    let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
    let (shareX, shareY) = (x - Double(left), y - Double(top))
    func pixel(_ x: Int, _ y: Int) -> Double {
      let place = max(0, min(y, height - 1)) * width + max(0, min(x, width - 1))
      return Double(pixels[place * channels.rawValue + channel])
    }
    let above = pixel(left, top) + (pixel(left + 1, top) - pixel(left, top)) * shareX
    let below = pixel(left, top + 1) + (pixel(left + 1, top + 1) - pixel(left, top + 1)) * shareX
    return UInt8(max(0, min(255, above + (below - above) * shareY + 0.5)))
  }
}
