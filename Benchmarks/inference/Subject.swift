import Weft

/// What is measured: a network, or a model from a file.
protocol Subject {
  var name: String { get }

  /// What runs the frozen network once, and gives its first result.
  func frozen(isExact: Bool) throws -> () throws -> Tensor

  /// Writes NAME.onnx, and a tensor for each of its inputs beside it; `:` in the name is `-` there.
  func export(to folder: String) throws
}

extension Subject {
  /// A JSON line.
  func measured(seconds: Double, isExact: Bool) throws -> String {
    let run = try frozen(isExact: isExact)
    let first = try run().flattened().scalars(as: Float.self).prefix(64)
    let times = try measuredTimes(seconds: seconds) { _ = try run() }
    return "{\"peer\": \"weft\", \"case\": \"\(name)\", \"median_ms\": \(times[times.count / 2]), "
      + "\"min_ms\": \(times[0]), \"steps\": \(times.count), \"results\": \(Array(first))}"
  }

  /// What takes the time of twenty runs.
  func profile(isExact: Bool) throws -> String {
    let run = try frozen(isExact: isExact)
    for _ in 0..<3 { _ = try run() }
    return "\(try Weft.profile { for _ in 0..<20 { _ = try run() } })"
  }
}

/// How long a run takes, in milliseconds, from the shortest.
func measuredTimes(seconds: Double, _ step: () throws -> Void) rethrows -> [Double] {
  let clock = ContinuousClock()
  for _ in 0..<3 { try step() }
  var times: [Double] = []
  let start = clock.now
  while times.count < 5 || start.duration(to: clock.now) < .seconds(seconds) {
    times.append(try clock.measure(step) / .milliseconds(1))
  }
  return times.sorted()
}
