/// Bytes in rows of pixels, and the ways to put them into another order: what images are turned and cut with.
struct PixelGrid {
  var width: Int
  var height: Int
  /// The bytes of a pixel.
  var depth: Int
  var bytes: [UInt8]

  /// A grid of this size whose pixel at (x, y) is the one of this grid that `source` names, which must exist.
  func picked(width: Int, height: Int, _ source: (_ x: Int, _ y: Int) -> (x: Int, y: Int)) -> PixelGrid {
    let picked = [UInt8](unsafeUninitializedCapacity: width * height * depth) { target, count in
      bytes.withUnsafeBufferPointer { bytes in
        for y in 0..<height {
          for x in 0..<width {
            let from = source(x, y)
            let (start, end) = ((from.y * self.width + from.x) * depth, (y * width + x) * depth)
            for channel in 0..<depth { target.initializeElement(at: end + channel, to: bytes[start + channel]) }
          }
        }
      }
      count = width * height * depth
    }
    return PixelGrid(width: width, height: height, depth: depth, bytes: picked)
  }

  /// The part of `width` x `height` pixels from (x, y) on, which must lie inside.
  func cropped(x: Int, y: Int, width: Int, height: Int) -> PixelGrid {
    var part: [UInt8] = []
    part.reserveCapacity(width * height * depth)
    for row in y..<y + height {
      let start = (row * self.width + x) * depth
      part += bytes[start..<start + width * depth]
    }
    return PixelGrid(width: width, height: height, depth: depth, bytes: part)
  }

  /// The image upright, as Exif numbers the ways in which a camera can be held.
  func upright(from orientation: Int) -> PixelGrid {
    let (right, bottom) = (width - 1, height - 1)
    return switch orientation {
    case 2: picked(width: width, height: height) { (right - $0, $1) }
    case 3: picked(width: width, height: height) { (right - $0, bottom - $1) }
    case 4: picked(width: width, height: height) { ($0, bottom - $1) }
    case 5: picked(width: height, height: width) { ($1, $0) }
    case 6: picked(width: height, height: width) { ($1, bottom - $0) }
    case 7: picked(width: height, height: width) { (right - $1, bottom - $0) }
    case 8: picked(width: height, height: width) { (right - $1, $0) }
    default: self
    }
  }
}

/// How bright a color is (ITU-R BT.601), in the whole numbers that Pillow uses.
func luminance(_ red: Int, _ green: Int, _ blue: Int) -> UInt8 {
  UInt8(clamping: (red * 19_595 + green * 38_470 + blue * 7_471 + 0x8000) >> 16)
}
