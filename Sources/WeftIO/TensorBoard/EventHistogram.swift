import WeftTensor

/// How many numbers of a tensor lie in each part of their range.
struct EventHistogram {
  private static let parts = 64

  private let low: Double
  private let high: Double
  private let count: Int
  private let sum: Double
  private let squares: Double
  /// The upper edge of each part, and how many numbers it has.
  private let edges: [Double]
  private let counts: [Double]

  /// Of the finite numbers among these.
  init(_ numbers: [Double]) {
    let finite = numbers.filter(\.isFinite)
    let (low, high) = (finite.min() ?? 0, finite.max() ?? 0)
    // Halves, since the range of large numbers is none.
    let width = (high / 2 - low / 2) / Double(Self.parts) * 2
    let parts = width > 0 && width.isFinite ? Self.parts : 1
    var counts = [Double](repeating: 0, count: parts)
    for number in finite {
      let place = parts == 1 ? 0 : (number - low) / width
      counts[min(parts - 1, max(0, place.isFinite ? Int(place) : parts - 1))] += 1
    }
    (self.low, self.high, count, self.counts) = (low, high, finite.count, counts)
    sum = finite.reduce(0, +)
    squares = finite.reduce(0) { $0 + $1 * $1 }
    edges = parts == 1 ? [high] : (1...parts).map { $0 == parts ? high : low + Double($0) * width }
  }

  func write(_ message: inout ProtobufWriter) {
    for (field, number) in [low, high, Double(count), sum, squares].enumerated() { message.double(field + 1, number) }
    message.doubles(6, edges)
    message.doubles(7, counts)
  }
}

extension EventMessages {
  static func histogram(_ tag: String, _ tensor: Tensor, step: Int) -> [UInt8] {
    let histogram = EventHistogram(tensor.detach().scalars(as: Double.self))
    return summary(tag, step: step) { value in value.message(5) { histogram.write(&$0) } }
  }
}
