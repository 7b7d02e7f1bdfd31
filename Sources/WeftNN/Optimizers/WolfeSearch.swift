import WeftTensor

/// Finds a length along a direction at which the strong Wolfe conditions hold (Nocedal and Wright, 2006, algorithms 3.5
/// and 3.6): the loss fell by at least c₁ of what the slope promised, and the slope is at most c₂ of the first one.
///
/// The next length is the least place of the cubic through two points. Constants and rules of thumb are those of
/// Schmidt's minFunc, which Torch and PyTorch follow.
struct WolfeSearch {
  /// The loss at a length, its slope along the direction and its gradient.
  struct Point {
    var length: Double
    var value: Double
    var slope: Double
    var gradient: Tensor
  }

  let start: Point
  /// The largest element of the direction.
  let directionSize: Double
  /// A bracket smaller than this is not searched.
  let tolerance: Double
  /// The most refinements.
  let limit: Int
  let evaluate: (Double) -> Point
  private(set) var evaluations = 0
  private var refinements = 0

  private static let c1 = 1e-4
  private static let c2 = 0.9

  init(
    start: Point, directionSize: Double, tolerance: Double, limit: Int, evaluate: @escaping (Double) -> Point
  ) {
    (self.start, self.directionSize, self.tolerance) = (start, directionSize, tolerance)
    (self.limit, self.evaluate) = (limit, evaluate)
  }

  /// - Parameter length: The first one tried.
  mutating func run(from length: Double) -> Point {
    var previous = start
    var present = measure(length)
    while refinements < limit {
      if isTooHigh(present) || (refinements > 1 && present.value >= previous.value) {
        return zoom(between: previous, and: present)
      }
      if isFlat(present) { return present }
      if present.slope >= 0 { return zoom(between: previous, and: present) }
      let least = present.length + 0.01 * (present.length - previous.length)
      let next = Self.least(previous, present, from: least, to: present.length * 10)
      previous = present
      present = measure(next)
      refinements += 1
    }
    return start.value <= present.value ? start : present
  }

  /// Narrows a bracket until a point in it meets the conditions.
  private mutating func zoom(between a: Point, and b: Point) -> Point {
    var (first, second) = (a, b)
    var wasClose = false
    while refinements < limit, abs(second.length - first.length) * directionSize >= tolerance {
      let length = inside(first, second, &wasClose)
      let found = measure(length)
      refinements += 1
      let (low, high) = first.value <= second.value ? (first, second) : (second, first)
      let lowIsFirst = first.value <= second.value
      if isTooHigh(found) || found.value >= low.value {
        (first, second) = lowIsFirst ? (first, found) : (found, second)
        continue
      }
      if isFlat(found) { return found }
      let other = found.slope * (high.length - low.length) >= 0 ? low : high
      (first, second) = lowIsFirst ? (found, other) : (other, found)
    }
    return first.value <= second.value ? first : second
  }

  /// The next length to try. One near an end of the bracket is accepted once; then it is moved a tenth inward.
  private func inside(_ a: Point, _ b: Point, _ wasClose: inout Bool) -> Double {
    let (low, high) = (min(a.length, b.length), max(a.length, b.length))
    let found = Self.least(a, b, from: low, to: high)
    let margin = 0.1 * (high - low)
    guard min(high - found, found - low) < margin else {
      wasClose = false
      return found
    }
    if wasClose || found >= high || found <= low {
      wasClose = false
      return abs(found - high) < abs(found - low) ? high - margin : low + margin
    }
    wasClose = true
    return found
  }

  private mutating func measure(_ length: Double) -> Point {
    evaluations += 1
    return evaluate(length)
  }

  private func isTooHigh(_ point: Point) -> Bool {
    point.value > start.value + Self.c1 * point.length * start.slope
  }

  private func isFlat(_ point: Point) -> Bool { abs(point.slope) <= -Self.c2 * start.slope }

  /// The least place of the cubic that has the values and slopes of two points; the middle where there is none.
  private static func least(_ a: Point, _ b: Point, from low: Double, to high: Double) -> Double {
    let (left, right) = a.length <= b.length ? (a, b) : (b, a)
    let width = right.length - left.length
    let bend = left.slope + right.slope + 3 * (left.value - right.value) / width
    let square = bend * bend - left.slope * right.slope
    guard square >= 0 else { return (low + high) / 2 }
    let root = square.squareRoot()
    let place = right.length - width * (right.slope + root - bend) / (right.slope - left.slope + 2 * root)
    return min(max(place, low), high)
  }
}
