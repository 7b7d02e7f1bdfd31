import WeftTensor

/// How the pixels of a resized image are found.
public enum ImageFilter: String, Hashable, Sendable, Codable, CaseIterable {
  /// The pixel whose place is nearest.
  case nearest
  /// The mean of what a pixel covers.
  case box
  /// A triangle over the pixels around.
  case bilinear
  /// Keys' cubic with a = -0.5 over the pixels around.
  case bicubic
  /// A windowed sinc of three lobes.
  case lanczos

  /// How far from a pixel's center its neighbours count, in pixels.
  var reach: Double {
    switch self {
    case .nearest: 0
    case .box: 0.5
    case .bilinear: 1
    case .bicubic: 2
    case .lanczos: 3
    }
  }

  /// The weight of a neighbour at a distance.
  func weight(at distance: Double) -> Double {
    let x = abs(distance)
    switch self {
    case .nearest: return 0
    case .box: return distance > -0.5 && distance <= 0.5 ? 1 : 0
    case .bilinear: return max(0, 1 - x)
    case .bicubic:
      if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
    case .lanczos: return x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
    }
  }

  private static func sinc(_ x: Double) -> Double { x == 0 ? 1 : Trigonometry.sin(x * .pi) / (x * .pi) }
}

extension Image {
  /// The image in another size. When it shrinks, every pixel counts (antialiasing): the numbers are those of Pillow 13,
  /// rounded to bytes after each axis as there. Versions before 13 always resampled rows first, which may differ by a
  /// level or two.
  ///
  /// Misuse: a size below 1 or above 65,535.
  public func resized(width newWidth: Int, height newHeight: Int, filter: ImageFilter = .bilinear) -> Image {
    guard (1...65_535).contains(newWidth), (1...65_535).contains(newHeight) else {
      report(
        TensorError(
          .value, operation: "resized", expected: "sizes from 1 through 65535", got: "\(newWidth)x\(newHeight)"))
      return self
    }
    if filter == .nearest { return nearest(newWidth, newHeight) }
    // The order of the axes decides what is rounded in between: Pillow's was found by comparing with its results.
    if newHeight < height, height - newHeight > 2 * (width - newWidth) {
      return resized(height: newHeight, filter).resized(width: newWidth, filter)
    }
    return resized(width: newWidth, filter).resized(height: newHeight, filter)
  }

  private func resized(width newWidth: Int, _ filter: ImageFilter) -> Image {
    if newWidth == width { return self }
    let taps = FixedPointTaps(from: width, to: newWidth, filter)
    let bytes = taps.rows(pixels, lines: height, length: width, depth: channels.rawValue)
    return Image(checked: bytes, newWidth, height, channels)
  }

  private func resized(height newHeight: Int, _ filter: ImageFilter) -> Image {
    if newHeight == height { return self }
    let taps = FixedPointTaps(from: height, to: newHeight, filter)
    return Image(checked: taps.columns(pixels, rowLength: width * channels.rawValue), width, newHeight, channels)
  }

  /// The image with its shorter side this long and its proportions kept; the longer side is rounded down,
  /// and cut to 65,535: no image's proportions end the program.
  ///
  /// Misuse: a side below 1 or above 65,535.
  public func resized(shorterSide side: Int, filter: ImageFilter = .bilinear) -> Image {
    let (short, long) = (min(width, height), max(width, height))
    let (scaled, overflows) = side.multipliedReportingOverflow(by: long)
    let longer = overflows ? 65_535 : min(65_535, scaled / short)
    return width <= height
      ? resized(width: side, height: longer, filter: filter) : resized(width: longer, height: side, filter: filter)
  }

  private func nearest(_ newWidth: Int, _ newHeight: Int) -> Image {
    let (stepX, stepY) = (Double(width) / Double(newWidth), Double(height) / Double(newHeight))
    let columns = (0..<newWidth).map { min(width - 1, Int((Double($0) + 0.5) * stepX)) }
    let rows = (0..<newHeight).map { min(height - 1, Int((Double($0) + 0.5) * stepY)) }
    return Image(grid.picked(width: newWidth, height: newHeight) { (columns[$0], rows[$1]) }, channels)
  }
}

/// The weights of an axis' pixels for each pixel of the resized one, as whole numbers of 2⁻²².
private struct FixedPointTaps {
  private static let bits = 22
  let starts: [Int]
  let weights: [[Int]]

  init(from length: Int, to size: Int, _ filter: ImageFilter) {
    let step = Double(length) / Double(size)
    let stretch = max(step, 1)
    let reach = filter.reach * stretch
    var (starts, weights) = ([Int](), [[Int]]())
    for place in 0..<size {
      let center = (Double(place) + 0.5) * step
      let first = max(Int(center - reach + 0.5), 0)
      let last = max(min(Int(center + reach + 0.5), length), first + 1)
      let exact = (first..<last).map { filter.weight(at: (Double($0) - center + 0.5) / stretch) }
      let total = exact.reduce(0, +)
      starts.append(first)
      weights.append(
        exact.map { Int((($0 / (total == 0 ? 1 : total)) * Double(1 << Self.bits)).rounded(.toNearestOrAwayFromZero)) })
    }
    (self.starts, self.weights) = (starts, weights)
  }

  private static func byte(_ sum: Int) -> UInt8 { UInt8(clamping: (sum + 1 << (bits - 1)) >> bits) }

  /// Each line of `length` pixels, resampled.
  func rows(_ bytes: [UInt8], lines: Int, length: Int, depth: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: lines * starts.count * depth) { target, count in
      var place = 0
      bytes.withUnsafeBufferPointer { bytes in
        for line in 0..<lines {
          for (start, weights) in zip(starts, weights) {
            for channel in 0..<depth {
              var (from, sum) = ((line * length + start) * depth + channel, 0)
              for weight in weights {
                sum += Int(bytes[from]) * weight
                from += depth
              }
              target.initializeElement(at: place, to: Self.byte(sum))
              place += 1
            }
          }
        }
      }
      count = place
    }
  }

  /// The lines themselves, resampled.
  func columns(_ bytes: [UInt8], rowLength: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: starts.count * rowLength) { target, count in
      var sums = [Int](repeating: 0, count: rowLength)
      bytes.withUnsafeBufferPointer { bytes in
        for (row, (start, weights)) in zip(starts, weights).enumerated() {
          for place in 0..<rowLength { sums[place] = 0 }
          for (line, weight) in weights.enumerated() {
            let from = (start + line) * rowLength
            for place in 0..<rowLength { sums[place] += Int(bytes[from + place]) * weight }
          }
          for place in 0..<rowLength {
            target.initializeElement(at: row * rowLength + place, to: Self.byte(sums[place]))
          }
        }
      }
      count = starts.count * rowLength
    }
  }
}
