import CoreMetrics
@_spi(Locks) import WeftTensor

/// The values of one name.
struct PrometheusFamily {
  enum Kind: String { case counter, gauge, histogram }
  let kind: Kind
  var values: [String: PrometheusValue] = [:]

  /// A label of swift-metrics as a name of Prometheus.
  static func name(_ label: String) -> String {
    let letters = label.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return letters.first?.isNumber == true ? "_" + String(letters) : String(letters)
  }

  static func labels(_ dimensions: [(String, String)]) -> String {
    dimensions.map { "\(name($0.0))=\"\(escaped($0.1))\"" }.joined(separator: ",")
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  func text(name: String) -> String {
    var lines = "# TYPE \(name) \(kind.rawValue)\n"
    for (labels, value) in values.sorted(by: { $0.key < $1.key }) {
      lines += kind == .histogram ? value.histogram(name, labels) : value.line(name, labels)
    }
    return lines
  }
}

/// One value: a sum, and for a histogram how many of what it was made of are below each bound.
final class PrometheusValue: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
  private struct State {
    var sum = 0.0
    var count = 0
    var buckets: [Int]
  }
  private let bounds: [Double]
  private let state: Guarded<State>

  init(bounds: [Double]) {
    self.bounds = bounds
    state = Guarded(State(buckets: Array(repeating: 0, count: bounds.count)))
  }

  func increment(by amount: Int64) { increment(by: Double(amount)) }
  func increment(by amount: Double) { state.withLock { $0.sum += amount } }
  func decrement(by amount: Double) { state.withLock { $0.sum -= amount } }
  func set(_ value: Int64) { set(Double(value)) }
  func set(_ value: Double) { state.withLock { $0.sum = value } }
  func reset() { set(0.0) }
  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) {
    guard !bounds.isEmpty else { return set(value) }
    let place = bounds.firstIndex { value <= $0 }
    state.withLock { state in
      state.sum += value
      state.count += 1
      if let place { state.buckets[place] += 1 }
    }
  }

  func line(_ name: String, _ labels: String) -> String {
    "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.text(state.withLock { $0.sum }))\n"
  }

  func histogram(_ name: String, _ labels: String) -> String {
    let state = state.withLock { $0 }
    let before = labels.isEmpty ? "" : labels + ","
    var (lines, count) = ("", 0)
    for (bound, bucket) in zip(bounds, state.buckets) {
      count += bucket
      lines += "\(name)_bucket{\(before)le=\"\(Self.text(bound))\"} \(count)\n"
    }
    let own = labels.isEmpty ? "" : "{\(labels)}"
    return lines + "\(name)_bucket{\(before)le=\"+Inf\"} \(state.count)\n"
      + "\(name)_sum\(own) \(Self.text(state.sum))\n\(name)_count\(own) \(state.count)\n"
  }

  private static func text(_ value: Double) -> String {
    if let whole = Int(exactly: value) { return "\(whole)" }
    return value.isNaN ? "NaN" : value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
  }
}
