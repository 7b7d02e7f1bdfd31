import WeftTensor

/// A part of random size and place, resized: what networks for photographs are trained on (Szegedy and others, 2015).
public struct RandomResizedCrop: ImageTransform {
  private let width: Int
  private let height: Int
  private let area: ClosedRange<Double>
  private let ratio: ClosedRange<Double>
  private let filter: ImageFilter

  /// - Parameters:
  ///   - width: The result's width in pixels.
  ///   - height: The result's height in pixels.
  ///   - area: The part's area as a share of the image's.
  ///   - ratio: The part's width to its height.
  public init(
    width: Int, height: Int, area: ClosedRange<Double> = 0.08...1, ratio: ClosedRange<Double> = 3.0 / 4...4.0 / 3,
    filter: ImageFilter = .bilinear
  ) {
    checkTransform(
      "RandomResizedCrop", (1...65_535).contains(width) && (1...65_535).contains(height),
      "sizes from 1 through 65535", "\(width)x\(height)")
    checkTransform(
      "RandomResizedCrop", area.lowerBound > 0 && area.upperBound <= 1 && ratio.isProportion,
      "an area above 0 and at most 1, and a ratio from 0.001 to 1000", "\(area) and \(ratio)")
    (self.width, self.height, self.filter) = (min(max(width, 1), 65_535), min(max(height, 1), 65_535), filter)
    (self.area, self.ratio) = (area.clamped(to: 0...1), ratio.clamped(to: 0.001...1000))
  }

  public func applied(to image: Image, using generator: inout RandomGenerator) -> Image {
    let part = part(of: image, using: &generator)
    return image.cropped(x: part.x, y: part.y, width: part.width, height: part.height)
      .resized(width: width, height: height, filter: filter)
  }

  private typealias Part = (x: Int, y: Int, width: Int, height: Int)

  /// Ten tries for a part that fits, then the largest one in the middle.
  private func part(of image: Image, using generator: inout RandomGenerator) -> Part {
    for _ in 0..<10 {
      let pixels = Double(image.width * image.height) * generator.number(from: area.lowerBound, to: area.upperBound)
      // The logarithm is drawn evenly, so that wide parts are as likely as tall ones.
      let share = generator.number(from: 0, to: 1)
      let ratio = Exponentials.between(ratio.lowerBound, ratio.upperBound, share)
      let width = Int((pixels * ratio).squareRoot().rounded())
      let height = Int((pixels / ratio).squareRoot().rounded())
      if (1...image.width).contains(width), (1...image.height).contains(height) {
        let x = generator.whole(below: image.width - width + 1)
        return (x, generator.whole(below: image.height - height + 1), width, height)
      }
    }
    let whole = Double(image.width) / Double(image.height)
    var (width, height) = (image.width, image.height)
    if whole < ratio.lowerBound { height = max(1, min(height, Int((Double(width) / ratio.lowerBound).rounded()))) }
    if whole > ratio.upperBound { width = max(1, min(width, Int((Double(height) * ratio.upperBound).rounded()))) }
    return ((image.width - width) / 2, (image.height - height) / 2, width, height)
  }
}

/// A part of fixed size at a random place, often with black around the image first: what small images are trained on.
public struct RandomCrop: ImageTransform {
  private let width: Int
  private let height: Int
  private let padding: Int

  /// - Parameters:
  ///   - width: The result's width in pixels.
  ///   - height: The result's height in pixels.
  ///   - padding: Pixels of black on each side.
  public init(width: Int, height: Int, padding: Int = 0) {
    checkTransform(
      "RandomCrop",
      (1...65_535).contains(width) && (1...65_535).contains(height) && (0...65_535).contains(padding),
      "sizes from 1 through 65535 and a padding from 0", "\(width)x\(height) and \(padding)")
    (self.width, self.height) = (min(max(width, 1), 65_535), min(max(height, 1), 65_535))
    self.padding = max(0, min(padding, 65_535))
  }

  public func applied(to image: Image, using generator: inout RandomGenerator) -> Image {
    // Where the image is too small, it lies anywhere inside the part.
    let roomX = image.width + 2 * padding - width
    let roomY = image.height + 2 * padding - height
    let x = generator.whole(below: abs(roomX) + 1) * (roomX < 0 ? -1 : 1) - padding
    let y = generator.whole(below: abs(roomY) + 1) * (roomY < 0 ? -1 : 1) - padding
    return image.cropped(x: x, y: y, width: width, height: height)
  }
}
