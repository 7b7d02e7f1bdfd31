import Weft

/// A tensor of a file, and what its values are.
struct InspectedTensor {
  let entry: StoredTensor
  private(set) var distribution: Distribution?
  /// Why its values could not be read; nil where they could, or were not asked for.
  private(set) var damage: String?

  init(_ entry: StoredTensor, of file: TensorFile, withValues: Bool) {
    self.entry = entry
    // Few elements that stand in many places may stand for more than any memory holds.
    guard withValues, entry.type.isReadable, !entry.isRepeated else { return }
    do { distribution = Distribution(try file.tensor(named: entry.name)) } catch { damage = "\(error)" }
  }
}

/// How the values of a tensor lie.
struct Distribution {
  let least: Double
  let most: Double
  let mean: Double
  let deviation: Double
  /// How many are infinite or undefined.
  let nonFinite: Int
  /// Counts of the finite ones in bins of equal width from the least to the most.
  let bins: [Int]

  static let binCount = 16

  /// Nil for a tensor without elements.
  init?(_ tensor: Tensor) {
    guard tensor.elementCount > 0 else { return nil }
    var (least, most, sum, count) = (Double.infinity, -Double.infinity, 0.0, 0)
    Self.forEachPart(of: tensor) { values in
      for value in values where value.isFinite {
        (least, most) = (min(least, value), max(most, value))
        sum += value
        count += 1
      }
    }
    let mean = count > 0 ? sum / Double(count) : .nan
    var (squares, bins) = (0.0, [Int](repeating: 0, count: Self.binCount))
    let scale = most > least ? Double(Self.binCount) / (most - least) : 0
    Self.forEachPart(of: tensor) { values in
      for value in values where value.isFinite {
        squares += (value - mean) * (value - mean)
        let bin = (value - least) * scale
        bins[bin.isFinite ? min(Self.binCount - 1, Int(bin)) : 0] += 1
      }
    }
    (self.least, self.most, self.mean, self.bins) = (least, most, mean, bins)
    nonFinite = tensor.elementCount - count
    deviation = count > 0 ? (squares / Double(count)).squareRoot() : .nan
  }

  /// Calls `body` with the values part by part, so that a tensor of any size is never in memory as float64.
  private static func forEachPart(of tensor: Tensor, _ body: (UnsafeBufferPointer<Double>) -> Void) {
    let (flat, length) = (tensor.reshaped(tensor.elementCount), 1 << 20)
    for start in stride(from: 0, to: tensor.elementCount, by: length) {
      flat[start..<min(start + length, tensor.elementCount)].withUnsafeBufferPointer(as: Double.self, body)
    }
  }

  /// The bins as characters, taller for more.
  func picture(isUnicode: Bool) -> String {
    let shades = Array(isUnicode ? "▁▂▃▄▅▆▇█" : "_.,-+=*#")
    let highest = max(1, bins.max() ?? 1)
    return String(bins.map { $0 == 0 ? " " : shades[($0 * (shades.count - 1) + highest - 1) / highest] })
  }
}
