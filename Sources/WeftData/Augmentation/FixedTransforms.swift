import WeftTensor

/// The shorter side at this length, the proportions kept; or both sides as given.
public struct Resize: ImageTransform {
  private let shorterSide: Int?
  private let size: (width: Int, height: Int)
  private let filter: ImageFilter

  /// Proportions kept.
  /// - Parameter shorterSide: Its length in pixels.
  public init(shorterSide: Int, filter: ImageFilter = .bilinear) {
    checkTransform("Resize", (1...65_535).contains(shorterSide), "a side from 1 through 65535", shorterSide)
    (self.shorterSide, size, self.filter) = (shorterSide, (0, 0), filter)
  }

  /// Proportions as they come.
  public init(width: Int, height: Int, filter: ImageFilter = .bilinear) {
    checkTransform(
      "Resize", (1...65_535).contains(width) && (1...65_535).contains(height), "sizes from 1 through 65535",
      "\(width)x\(height)")
    (shorterSide, size, self.filter) = (nil, (width, height), filter)
  }

  public func applied(to image: Image, using generator: inout RandomGenerator) -> Image {
    guard let shorterSide else { return image.resized(width: size.width, height: size.height, filter: filter) }
    return image.resized(shorterSide: shorterSide, filter: filter)
  }
}

/// The middle of an image; black where the image is smaller.
public struct CenterCrop: ImageTransform {
  private let width: Int
  private let height: Int

  /// A part of this size, in pixels.
  public init(width: Int, height: Int) {
    checkTransform(
      "CenterCrop", (1...65_535).contains(width) && (1...65_535).contains(height), "sizes from 1 through 65535",
      "\(width)x\(height)")
    (self.width, self.height) = (width, height)
  }

  public func applied(to image: Image, using generator: inout RandomGenerator) -> Image {
    image.centerCropped(width, height)
  }
}
