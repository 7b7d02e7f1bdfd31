import WeftTensor

// Light and color. Each factor 1 changes nothing, 0 takes all of it away.

extension Image {
  /// Darker below a factor of 1, lighter above.
  ///
  /// Misuse: a factor below 0, here and below.
  public func withBrightness(_ factor: Double) -> Image { blended(with: [UInt8](repeating: 0, count: 1), factor) }

  /// Nearer to the image's mean gray below a factor of 1, further from it above.
  public func withContrast(_ factor: Double) -> Image {
    if factor == 1 { return self }
    let grays = grays
    let mean = Double(grays.reduce(0) { $0 + Int($1) }) / Double(grays.count)
    return blended(with: [UInt8(mean + 0.5)], factor)
  }

  /// Grayer below a factor of 1, more colorful above.
  public func withSaturation(_ factor: Double) -> Image {
    channels == .gray || factor == 1 ? self : blended(with: grays, factor)
  }

  /// The colors moved along the circle of hues.
  ///
  /// Misuse: a number that is not finite.
  /// - Parameter turns: A part of the whole circle, usually from -0.5 to 0.5.
  public func withHue(shiftedBy turns: Double) -> Image {
    guard turns.isFinite else {
      report(TensorError(.value, operation: "withHue", expected: "a finite number", got: "\(turns)"))
      return self
    }
    if channels == .gray || turns == 0 { return self }
    var result = pixels
    for place in stride(from: 0, to: pixels.count, by: 3) {
      let color = HSV(pixels[place], pixels[place + 1], pixels[place + 2]).turned(by: turns).rgb
      (result[place], result[place + 1], result[place + 2]) = color
    }
    return Image(checked: result, width, height, .rgb)
  }

  /// other + (self - other)·factor, the other image having one gray for each pixel, or one for all.
  private func blended(with other: [UInt8], _ factor: Double) -> Image {
    guard factor >= 0, factor.isFinite else {
      report(TensorError(.value, operation: "blended", expected: "a factor from 0", got: "\(factor)"))
      return self
    }
    if factor == 1 { return self }
    let (depth, isOne) = (channels.rawValue, other.count == 1)
    let bytes = pixels.indices.map { place in
      let ground = Double(other[isOne ? 0 : place / depth])
      // Cut off, not rounded, as Pillow does.
      return UInt8(max(0, min(255, ground + (Double(pixels[place]) - ground) * factor)))
    }
    return Image(checked: bytes, width, height, channels)
  }
}

/// A color as hue, saturation and value, each from 0 to 1.
private struct HSV {
  var hue: Double
  let saturation: Double
  let value: Double

  init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    let (r, g, b) = (Double(red) / 255, Double(green) / 255, Double(blue) / 255)
    let (top, bottom) = (max(r, g, b), min(r, g, b))
    let range = top - bottom
    value = top
    saturation = top > 0 ? range / top : 0
    guard range > 0 else {
      hue = 0
      return
    }
    let sixths = top == r ? (g - b) / range : top == g ? (b - r) / range + 2 : (r - g) / range + 4
    hue = sixths / 6 - (sixths / 6).rounded(.down)
  }

  func turned(by turns: Double) -> HSV {
    var color = self
    color.hue = (hue + turns) - (hue + turns).rounded(.down)
    return color
  }

  var rgb: (UInt8, UInt8, UInt8) {
    let sector = min(hue * 6, 5.999999)
    let share = sector - sector.rounded(.down)
    let low = value * (1 - saturation)
    let falling = value * (1 - saturation * share)
    let rising = value * (1 - saturation * (1 - share))
    let (r, g, b) =
      switch Int(sector) {
      case 0: (value, rising, low)
      case 1: (falling, value, low)
      case 2: (low, value, rising)
      case 3: (low, falling, value)
      case 4: (rising, low, value)
      default: (value, low, falling)
      }
    func byte(_ x: Double) -> UInt8 { UInt8(max(0, min(255, (x * 255).rounded()))) }
    return (byte(r), byte(g), byte(b))
  }
}
