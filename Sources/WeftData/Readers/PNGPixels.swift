/// Pixels as a PNG file stores them, 8 bits a channel: gray or color, with or without alpha behind.
struct PNGPixels {
  let size: PNGChunks.Size
  /// Gray, gray and alpha, color, or color and alpha: 1 to 4 bytes.
  let depth: Int
  var bytes: [UInt8]

  var isColor: Bool { depth > 2 }
  var hasAlpha: Bool { depth % 2 == 0 }

  /// Gray or RGB.
  ///
  /// What is seen through is mixed as the numbers in the file are, and grays are those of Pillow: a network that was
  /// trained on pixels which others decoded is given the same ones.
  ///
  /// - Parameters:
  ///   - channels: 1 or 3.
  ///   - background: The gray behind; nil leaves colors as the file has them.
  func converted(to channels: Int, background: UInt8?) -> [UInt8] {
    if depth == channels { return bytes }
    let (count, target, colors) = (size.width * size.height, channels, isColor ? 3 : 1)
    let isMixed = hasAlpha && background != nil
    let behind = Int(background ?? 0)
    return [UInt8](unsafeUninitializedCapacity: count * target) { result, initialized in
      bytes.withUnsafeBufferPointer { bytes in
        for pixel in 0..<count {
          let start = pixel * depth
          let alpha = isMixed ? Int(bytes[start + depth - 1]) : 255
          func color(_ channel: Int) -> Int {
            (Int(bytes[start + channel]) * alpha + behind * (255 - alpha) + 127) / 255
          }
          if target == 1 {
            let gray = colors == 1 ? UInt8(color(0)) : luminance(color(0), color(1), color(2))
            result.initializeElement(at: pixel, to: gray)
          } else {
            for channel in 0..<3 {
              result.initializeElement(at: 3 * pixel + channel, to: UInt8(color(min(channel, colors - 1))))
            }
          }
        }
      }
      initialized = count * target
    }
  }
}
