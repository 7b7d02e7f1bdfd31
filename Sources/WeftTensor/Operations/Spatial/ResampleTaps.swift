/// How an axis is resampled, whichever axis of whatever tensor it is: all that decides places and weights.
struct ResampleRule: Hashable, Sendable {
  typealias Tap = (place: Int, weight: Double)

  /// The result's size.
  let size: Int
  let mode: InterpolationMode
  let alignCorners: Bool
  let scale: Double?
  let antialias: Bool

  /// The input's elements per element of the result.
  private func step(from length: Int) -> Double {
    if alignCorners { return size > 1 ? Double(length - 1) / Double(size - 1) : 0 }
    return scale.map { 1 / $0 } ?? Double(length) / Double(size)
  }

  func taps(at place: Int, from length: Int) -> [Tap] {
    let step = step(from: length)
    if antialias { return smoothTaps(place, step, length) }
    let center = alignCorners ? step * Double(place) : step * (Double(place) + 0.5) - 0.5
    switch mode {
    case .nearest: return [(Self.whole(nearestStep(length) * Float(place), below: length), 1)]
    case .nearestExact: return [(Self.whole(nearestStep(length) * (Float(place) + 0.5), below: length), 1)]
    case .cubic: return Self.cubicTaps(center, length)
    default: return Self.linearTaps(Swift.max(center, 0), length)
    }
  }

  /// PyTorch finds the nearest element in single precision.
  private func nearestStep(_ length: Int) -> Float {
    scale.map { Float(1 / $0) } ?? Float(length) / Float(size)
  }

  private static func whole(_ place: Float, below length: Int) -> Int { Swift.min(Int(place), length - 1) }

  private static func linearTaps(_ center: Double, _ length: Int) -> [Tap] {
    let first = Swift.min(Int(center), length - 1)
    let share = Swift.min(Swift.max(center - Double(first), 0), 1)
    return [(first, 1 - share), (Swift.min(first + 1, length - 1), share)]
  }

  private static func cubicTaps(_ center: Double, _ length: Int) -> [Tap] {
    let first = center.rounded(.down)
    return (-1...2).map { offset in
      let place = Swift.min(Swift.max(Int(first) + offset, 0), length - 1)
      return (place, cubic(Swift.abs(center - first - Double(offset)), -0.75))
    }
  }

  /// The filter stretched over all elements that one of the result covers.
  private func smoothTaps(_ place: Int, _ step: Double, _ length: Int) -> [Tap] {
    let stretch = Swift.max(step, 1)
    let reach = (mode == .cubic ? 2 : 1) * stretch
    let center = step * (Double(place) + 0.5)
    let first = Swift.max(Int(center - reach + 0.5), 0)
    let last = Swift.max(Swift.min(Int(center + reach + 0.5), length), first + 1)
    let weights = (first..<last).map { place in
      let distance = Swift.abs((Double(place) - center + 0.5) / stretch)
      return mode == .cubic ? Self.cubic(distance, -0.5) : Swift.max(1 - distance, 0)
    }
    let total = weights.reduce(0, +)
    return zip(first..<last, weights).map { (Swift.min($0, length - 1), total == 0 ? $1 : $1 / total) }
  }

  /// Keys' kernel.
  private static func cubic(_ x: Double, _ a: Double) -> Double {
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}

/// Which elements of an axis each element of the resampled axis is made of, and their weights.
struct ResampleTaps {
  /// For each element of the result, as many of both as for any other.
  let places: [[Int]]
  let weights: [[Double]]

  var count: Int { places.first?.count ?? 0 }

  init(_ rule: ResampleRule, from length: Int) {
    let taps = (0..<rule.size).map { rule.taps(at: $0, from: length) }
    let count = taps.map(\.count).max() ?? 0
    // A tap of weight 0 takes the element that counts most: 0 times another, which may be NaN, would be seen.
    places = taps.map { row in
      let most = row.max { Swift.abs($0.weight) < Swift.abs($1.weight) }?.place ?? 0
      return row.map { $0.weight == 0 ? most : $0.place } + Array(repeating: most, count: count - row.count)
    }
    weights = taps.map { row in row.map(\.weight) + Array(repeating: 0, count: count - row.count) }
  }

  /// The whole map as a matrix [result, input].
  func matrix(from length: Int, _ dtype: DType) -> Tensor {
    var values = Array(repeating: 0.0, count: weights.count * length)
    for row in weights.indices {
      for (place, weight) in zip(places[row], weights[row]) { values[row * length + place] += weight }
    }
    return Tensor(values, shape: [weights.count, length], dtype: dtype)
  }
}

extension ResampleSums {
  /// The elements of the result, made of those of the input.
  init(_ taps: ResampleTaps) {
    for (places, weights) in zip(taps.places, taps.weights) {
      // 0 times ∞ would be seen.
      for (place, weight) in zip(places, weights) where weight != 0 {
        self.places.append(Int32(place))
        self.weights.append(weight)
      }
      starts.append(Int64(self.places.count))
    }
  }

  /// The other way: the `length` elements of the input, made of those of the result.
  init(adjointOf taps: ResampleTaps, length: Int) {
    var lists = Array(repeating: [ResampleRule.Tap](), count: length)
    for (row, (places, weights)) in zip(taps.places, taps.weights).enumerated() {
      for (place, weight) in zip(places, weights) where weight != 0 { lists[place].append((row, weight)) }
    }
    for list in lists {
      places += list.map { Int32($0.place) }
      weights += list.map(\.weight)
      starts.append(Int64(places.count))
    }
  }
}
