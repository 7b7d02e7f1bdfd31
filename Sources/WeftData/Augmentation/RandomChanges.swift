import WeftTensor

/// The mirror image with a probability.
public struct RandomFlip: ImageTransform {
  /// Which sides change places.
  public enum Direction: Sendable {
    /// Left and right.
    case horizontal
    /// Above and below.
    case vertical
  }

  private let direction: Direction
  private let probability: Double

  /// By default left and right, for every second image.
  public init(_ direction: Direction = .horizontal, probability: Double = 0.5) {
    checkTransform("RandomFlip", (0...1).contains(probability), "a probability from 0 to 1", probability)
    (self.direction, self.probability) = (direction, probability)
  }

  public func applied(to image: Image, using generator: inout RandomGenerator) -> Image {
    guard generator.happens(probability) else { return image }
    return direction == .horizontal ? image.flippedHorizontally() : image.flippedVertically()
  }
}

/// A random turn, shift, stretch and shear.
public struct RandomAffine: ImageTransform {
  private let degrees: Double
  private let shift: Double
  private let scale: ClosedRange<Double>
  private let shear: Double
  private let fill: UInt8

  /// - Parameters:
  ///   - degrees: The largest turn in either direction.
  ///   - shift: The largest shift, as a share of the image's size.
  ///   - scale: The stretch, from 0.001 to 1000.
  ///   - shear: The largest shear of rows, in degrees, at most 89.
  ///   - fill: The gray of what comes from outside.
  public init(
    degrees: Double, shift: Double = 0, scale: ClosedRange<Double> = 1...1, shear: Double = 0, fill: UInt8 = 0
  ) {
    checkTransform(
      "RandomAffine",
      degrees >= 0 && degrees.isFinite && (0...1).contains(shift) && scale.isProportion && (0...89).contains(shear),
      "degrees from 0, a shift from 0 to 1, a scale from 0.001 to 1000, a shear from 0 to 89",
      "\(degrees), \(shift), \(scale), \(shear)")
    // What was reported may be applied all the same: nothing then leaves the range of numbers.
    self.degrees = degrees >= 0 && degrees.isFinite ? degrees : 0
    self.shift = (0...1).contains(shift) ? shift : 0
    self.scale = scale.clamped(to: 0.001...1000)
    self.shear = (0...89).contains(shear) ? shear : 0
    self.fill = fill
  }

  public func applied(to image: Image, using generator: inout RandomGenerator) -> Image {
    let (reachX, reachY) = (shift * Double(image.width), shift * Double(image.height))
    let map = AffineMap(
      angle: generator.number(from: -degrees, to: degrees),
      shiftX: generator.number(from: -reachX, to: reachX).rounded(),
      shiftY: generator.number(from: -reachY, to: reachY).rounded(),
      scale: generator.number(from: scale.lowerBound, to: scale.upperBound),
      shearX: generator.number(from: -shear, to: shear))
    return image.warped(by: map, fill: fill)
  }
}

/// Random light and color: brightness, contrast, saturation and hue, in a random order.
public struct ColorJitter: ImageTransform {
  private let brightness: Double
  private let contrast: Double
  private let saturation: Double
  private let hue: Double

  /// - Parameters:
  ///   - brightness: 0.2 for factors from 0.8 to 1.2; never below 0.
  ///   - contrast: The same of contrast.
  ///   - saturation: The same of saturation.
  ///   - hue: The largest part of the circle of hues, at most 0.5.
  public init(brightness: Double = 0, contrast: Double = 0, saturation: Double = 0, hue: Double = 0) {
    checkTransform(
      "ColorJitter",
      [brightness, contrast, saturation].allSatisfy { $0 >= 0 && $0.isFinite } && (0...0.5).contains(hue),
      "numbers from 0, and a hue to 0.5", "\(brightness), \(contrast), \(saturation), \(hue)")
    (self.brightness, self.contrast, self.saturation, self.hue) = (brightness, contrast, saturation, hue)
  }

  public func applied(to image: Image, using generator: inout RandomGenerator) -> Image {
    var order = [0, 1, 2, 3]
    for place in [3, 2, 1] { order.swapAt(place, generator.whole(below: place + 1)) }
    return order.reduce(image) { image, change in
      switch change {
      case 0: image.withBrightness(factor(brightness, &generator))
      case 1: image.withContrast(factor(contrast, &generator))
      case 2: image.withSaturation(factor(saturation, &generator))
      default: image.withHue(shiftedBy: generator.number(from: -hue, to: hue))
      }
    }
  }

  private func factor(_ reach: Double, _ generator: inout RandomGenerator) -> Double {
    generator.number(from: max(0, 1 - reach), to: 1 + reach)
  }
}

/// A rectangle of an image painted over (Zhong and others, "Random Erasing Data Augmentation", 2017).
public struct RandomErasing: ImageTransform {
  private let probability: Double
  private let area: ClosedRange<Double>
  private let ratio: ClosedRange<Double>
  private let fill: UInt8?

  /// - Parameters:
  ///   - probability: How often.
  ///   - area: The rectangle's area as a share of the image's.
  ///   - ratio: The rectangle's width to its height.
  ///   - fill: The gray to paint with; nil for random pixels.
  public init(
    probability: Double = 0.5, area: ClosedRange<Double> = 0.02...0.33, ratio: ClosedRange<Double> = 0.3...3.3,
    fill: UInt8? = 0
  ) {
    checkTransform(
      "RandomErasing",
      (0...1).contains(probability) && area.lowerBound >= 0 && area.upperBound <= 1 && ratio.isProportion,
      "a probability and an area from 0 to 1, and a ratio from 0.001 to 1000", "\(probability), \(area), \(ratio)")
    (self.probability, self.fill) = (probability, fill)
    (self.area, self.ratio) = (area.clamped(to: 0...1), ratio.clamped(to: 0.001...1000))
  }

  public func applied(to image: Image, using generator: inout RandomGenerator) -> Image {
    guard generator.happens(probability) else { return image }
    for _ in 0..<10 {
      let pixels = Double(image.width * image.height) * generator.number(from: area.lowerBound, to: area.upperBound)
      let ratio = Exponentials.between(ratio.lowerBound, ratio.upperBound, generator.number(from: 0, to: 1))
      let width = Int((pixels * ratio).squareRoot().rounded())
      let height = Int((pixels / ratio).squareRoot().rounded())
      guard (1..<image.width).contains(width), (1..<image.height).contains(height) else { continue }
      let x = generator.whole(below: image.width - width + 1)
      let y = generator.whole(below: image.height - height + 1)
      return erased(image, x..<x + width, y..<y + height, &generator)
    }
    return image
  }

  private func erased(
    _ image: Image, _ columns: Range<Int>, _ rows: Range<Int>, _ generator: inout RandomGenerator
  ) -> Image {
    let depth = image.channels.rawValue
    var pixels = image.pixels
    for row in rows {
      for place in (row * image.width + columns.lowerBound) * depth..<(row * image.width + columns.upperBound) * depth {
        pixels[place] = fill ?? UInt8(truncatingIfNeeded: generator.next())
      }
    }
    return Image(checked: pixels, image.width, image.height, image.channels)
  }
}
