import WeftData
import WeftTensor

/// Makes tensors of pictures as a model was trained on them: resized, cut, in the model's colors, scaled and normalized, as
/// the folder's `preprocessor_config.json` says. `ModelFolder.imagePreprocessor()` reads it.
///
/// ```swift
/// let preprocessor = try ModelFolder(path).imagePreprocessor()
/// let pixels = try preprocessor([Image(contentsOf: "cat.jpg")])     // [1, 3, 224, 224]
/// ```
/// The numbers are those of transformers with Pillow. Gray pictures become colored where the model reads colors, colored
/// ones gray where it does not. What is transparent is mixed with white when `Image` reads a file;
/// `Image(contentsOf: path, background: nil)` passes transparency over, as transformers does, and so do `weft embed` and
/// `weft classify`.
public struct ImagePreprocessor: Hashable, Sendable {
  let settings: ImagePreprocessing
  /// What a pixel is made of.
  let channels: PNG.Channels

  /// The most pixels that a picture may have when it is resized, before its middle is cut out.
  private static let mostPixels = 1 << 26

  /// The sides of all pictures that it makes; nil where they depend on the picture's.
  var sides: ImagePreprocessing.Sides? {
    if let crop = settings.crop { return crop }
    if case .exact(let sides) = settings.size { return sides }
    return nil
  }

  /// The pictures as a model reads them.
  ///
  /// Shape: [images, channels, height, width] of float32.
  /// - Throws: `ModelError` for pictures that do not get one size, or become too large.
  public func callAsFunction(_ images: [Image]) throws(ModelError) -> Tensor {
    var prepared: [Image] = []
    for image in images { prepared.append(try fitted(image)) }
    do { return try ImageNormalization.tensor(of: prepared) { tables($0) } } catch {
      throw ModelError(
        .input, path: "images", expected: error.expected, found: error.got,
        hint: "the folder's settings keep proportions: give the pictures one by one")
    }
  }

  /// A picture in the model's size and colors.
  private func fitted(_ image: Image) throws(ModelError) -> Image {
    var image = image.converted(to: channels)
    if let size = settings.size {
      let (height, width) = size.sides(height: image.height, width: image.width)
      guard 1...65_535 ~= height, 1...65_535 ~= width, height * width <= Self.mostPixels else {
        throw ModelError(
          .input, path: "images", expected: "a picture that keeps 1 to \(Self.mostPixels) pixels when it is resized",
          found: "\(image.width)x\(image.height), which becomes \(width)x\(height)")
      }
      image = image.resized(width: width, height: height, filter: settings.filter)
    }
    guard let crop = settings.crop else { return image }
    // Rounded down, also below 0: what is missing is put on the left and above first.
    let (x, y) = ((image.width - crop.width) >> 1, (image.height - crop.height) >> 1)
    return image.cropped(x: x, y: y, width: crop.width, height: crop.height)
  }

  /// The number for each byte, by channel; rounded to float32 after each step, as transformers does.
  private func tables(_ channels: Int) -> [[Float]] {
    (0..<channels).map { channel in
      (0...255).map { byte in
        let scaled = settings.factor.map { Float(Double(byte) * $0) } ?? Float(byte)
        guard let means = settings.means, let deviations = settings.deviations else { return scaled }
        let (mean, deviation) = (means[channel % means.count], deviations[channel % deviations.count])
        return (scaled - Float(mean)) / Float(deviation)
      }
    }
  }
}

extension ImagePreprocessing.Size {
  /// The sides of a picture that had these.
  func sides(height: Int, width: Int) -> (height: Int, width: Int) {
    switch self {
    case .exact(let sides): return (sides.height, sides.width)
    case .shortestSide(let side, let longest):
      let (short, long) = Self.sides(side, longest, Double(min(height, width)), Double(max(height, width)))
      return width < height ? (long, short) : (short, long)
    case .within(let most):
      let scale = min(Double(most.height) / Double(height), Double(most.width) / Double(width))
      return (Int(Double(height) * scale), Int(Double(width) * scale))
    }
  }

  /// The shorter and the longer side. Where the longer one would be above `longest`, the shorter one is what follows,
  /// rounded; the longer one is worked out before that.
  private static func sides(_ side: Int, _ longest: Int?, _ short: Double, _ long: Double) -> (Int, Int) {
    var exact = Double(side)
    if let longest, long / short * exact > Double(longest) { exact = Double(longest) * short / long }
    let rounded = exact.rounded(.toNearestOrEven)
    return (Int(rounded), rounded == short ? Int(long) : Int(exact * long / short))
  }
}

extension ModelFolder {
  /// What prepares pictures for the folder's model: its `preprocessor_config.json`, or the part for pictures of
  /// `processor_config.json`.
  ///
  /// - Throws: `ModelError` where neither is there, or for settings that are not known.
  public func imagePreprocessor() throws(ModelError) -> ImagePreprocessor {
    let family = try ImageFamily(of: configuration)
    var file = try configuration("preprocessor_config.json")
    if file == nil { file = try configuration("processor_config.json")?.part(optional: "image_processor") }
    guard let file else {
      throw ModelError(
        .unreadable, file: path, expected: "preprocessor_config.json, which says how pictures are prepared",
        found: "none", hint: "the download may not be complete")
    }
    let count = try family.plan(configuration, false).grid.channels
    guard let channels = PNG.Channels(rawValue: count) else {
      throw configuration.failure(
        "num_channels", .unsupported, expected: "1 or 3, as pictures have", found: "\(count)")
    }
    return ImagePreprocessor(settings: try ImagePreprocessing(file, default: family.preprocessing), channels: channels)
  }
}
