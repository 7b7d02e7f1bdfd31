import Weft

/// How long a step took, in milliseconds: medians say how long it takes, minimums how long it could.
struct Timing {
  private(set) var median = 0.0
  private(set) var minimum = 0.0
  private(set) var steps = 0

  /// Measures `step` for so many seconds, at least five times.
  init(seconds: Double, _ step: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    var times: [Double] = []
    let start = clock.now
    while times.count < 5 || start.duration(to: clock.now) < .seconds(seconds) {
      times.append(try clock.measure { try step() } / .milliseconds(1))
    }
    times.sort()
    (median, minimum, steps) = (times[times.count / 2], times[0], times.count)
  }

  /// The fields of a JSON line, as the other libraries' programs print them.
  var json: String {
    "\"median_ms\": \(NumberText.fixed(median, 4)), \"min_ms\": \(NumberText.fixed(minimum, 4)), \"steps\": \(steps), "
      + "\"peak_mb\": \(Machine.current.peakMemory >> 20)"
  }
}
