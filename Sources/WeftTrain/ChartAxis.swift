#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
import WeftTensor

/// An axis: the range it shows, its ticks, and where a value lies on it.
struct ChartAxis: Hashable {
  let range: ClosedRange<Double>
  let ticks: [Double]
  let isLogarithmic: Bool
  /// Digits after the point that tell the ticks apart.
  let digits: Int

  /// The place of a value: 0 at the low end, 1 at the high one.
  func fraction(_ value: Double) -> Double {
    let (low, high) = (transformed(range.lowerBound), transformed(range.upperBound))
    return high > low ? (transformed(value) - low) / (high - low) : 0.5
  }

  private func transformed(_ value: Double) -> Double { isLogarithmic ? log10(value) : value }

  /// A tick's label, with as many digits as tell it from the next one.
  func label(_ tick: Double) -> String {
    if isLogarithmic { return NumberText.significant(tick, 1) }
    let largest = max(range.lowerBound.magnitude, range.upperBound.magnitude)
    if (1e-3..<1e6).contains(largest) { return NumberText.fixed(tick, digits) }
    guard ticks.count > 1, largest > 0 else { return NumberText.significant(tick, 3) }
    let step = ticks[1] - ticks[0]
    let needed = NumberText.exponent(of: largest) - NumberText.exponent(of: step) + 2
    return NumberText.significant(tick, min(max(needed, 3), 8))
  }

  /// The room that labels of these lengths take at the left of an axis: letters of their size are about 7 wide.
  static func room(for labels: [String]) -> Double { 7.6 * Double(labels.map(\.count).max() ?? 0) + 16 }
}

extension ChartAxis {
  /// An axis over steps or epochs: it begins and ends with the data, and whole numbers have whole ticks.
  static func horizontal(_ values: [Double]) -> ChartAxis {
    guard let (low, high) = extent(of: values) else { return horizontal([0, 1]) }
    guard high > low else {
      return ChartAxis(range: low - 0.5...high + 0.5, ticks: [low], isLogarithmic: false, digits: 0)
    }
    let isWhole = values.allSatisfy { $0 == $0.rounded() }
    let step = niceStep(for: high - low, count: 6, whole: isWhole || high - low == 1)
    let ticks = multiples(of: step, from: low, to: high)
    return ChartAxis(range: low...high, ticks: ticks, isLogarithmic: false, digits: digits(for: step))
  }

  /// An axis of values: it begins and ends with a tick, and with zero where the values come near to it.
  static func vertical(_ values: [Double], scale: Chart.Scale = .linear) -> ChartAxis {
    guard let (low, high) = extent(of: values) else { return vertical([0, 1]) }
    if scale == .logarithmic, low > 0 { return logarithmic(low, high) }
    // Nothing at all is the low end of something.
    if low == 0, high == 0 { return vertical([0, 1]) }
    guard high > low else { return vertical([low - 0.5 * max(low.magnitude, 1), high + 0.5 * max(high.magnitude, 1)]) }
    let start = low >= 0 && low < 0.4 * high ? 0 : low
    let step = niceStep(for: high - start, count: 5, whole: false)
    let range = (start / step).rounded(.down) * step...(high / step - 1e-9).rounded(.up) * step
    let ticks = multiples(of: step, from: range.lowerBound, to: range.upperBound)
    return ChartAxis(range: range, ticks: ticks, isLogarithmic: false, digits: digits(for: step))
  }

  private static func logarithmic(_ low: Double, _ high: Double) -> ChartAxis {
    let (lowest, highest) = (log10(max(low, least)).rounded(.down), log10(max(high, least)).rounded(.down))
    let decades = Int(lowest)...Int(highest) + 1
    let factors = decades.count > 7 ? [1.0] : decades.count > 4 ? [1, 3] : [1, 2, 5]
    let candidates = stride(from: decades.lowerBound, through: decades.upperBound, by: decades.count / 12 + 1)
      .flatMap { decade in factors.map { $0 * NumberText.power(decade) } }
    let start = candidates.last { $0 <= low } ?? low
    let end = candidates.first { $0 >= high && $0 > start } ?? high
    return ChartAxis(
      range: start...max(start, end), ticks: candidates.filter { (start...max(start, end)).contains($0) },
      isLogarithmic: true, digits: 0)
  }
}

extension Chart.Scale {
  /// The scale that is drawn: what `automatic` means for these values.
  package func chosen(for values: [Double], _ unit: Chart.Unit) -> Chart.Scale {
    guard self == .automatic else { return self }
    guard unit == .number, let low = values.min(), let high = values.max(), low > 0 else { return .linear }
    if high / low >= 100 { return .logarithmic }
    let lowest = values.count { $0 < high / 10 }
    return high / low >= 10 && lowest * 4 >= values.count * 3 ? .logarithmic : .linear
  }
}

extension ChartAxis {
  /// The smallest number that axes tell from zero; its inverse is the largest they show. Between the two no step
  /// overflows or vanishes.
  private static let least = 1e-290

  /// The lowest and the highest value; the same where they differ by no more than rounding.
  private static func extent(of values: [Double]) -> (low: Double, high: Double)? {
    let shown = values.map { min(max($0, -1 / least), 1 / least) }
    guard let low = shown.min(), let high = shown.max() else { return nil }
    let isFlat = high - low <= max(1e-12 * max(low.magnitude, high.magnitude), least)
    return (low, isFlat ? low : high)
  }

  /// A step of 1, 2, 2.5 or 5 times a power of ten that divides the extent into about `count` parts.
  private static func niceStep(for extent: Double, count: Int, whole: Bool) -> Double {
    let rough = extent / Double(count)
    let power = NumberText.power(NumberText.exponent(of: rough))
    let step = [1, 2, 2.5, 5, 10].first { $0 * power >= rough * 0.999 } ?? 10
    return whole ? max(1, (step * power).rounded(.up)) : step * power
  }

  private static func multiples(of step: Double, from low: Double, to high: Double) -> [Double] {
    let (first, last) = ((low / step - 1e-9).rounded(.up), (high / step + 1e-9).rounded(.down))
    guard first.magnitude < 0x1p53, last.magnitude < 0x1p53, last - first < 100 else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }

  private static func digits(for step: Double) -> Int {
    let exponent = NumberText.exponent(of: step)
    let isHalf = (step / NumberText.power(exponent) - 2.5).magnitude < 1e-6
    return max(0, -exponent + (isHalf ? 1 : 0))
  }
}
