#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// The learning rate at a step, counted from 0: a plain function.
///
/// ```swift
/// let schedule = Schedules.warmUp(over: 100, then: Schedules.cosine(from: 1e-3, over: 10_000))
/// optimizer.learningRate = schedule(optimizer.stepCount)
/// ```
public typealias Schedule = @Sendable (_ step: Int) -> Double

/// The schedules in use. What runs over some steps holds its last rate afterwards.
public enum Schedules {
  /// The same rate throughout.
  public static func constant(_ rate: Double) -> Schedule { { _ in rate } }

  /// The rate multiplied by `factor` for some steps, then the rate itself.
  public static func constant(_ rate: Double, by factor: Double, for steps: Int) -> Schedule {
    { step in step < steps ? rate * factor : rate }
  }

  /// The rate multiplied by `factor` after every `interval` steps.
  public static func step(from rate: Double, every interval: Int, by factor: Double = 0.1) -> Schedule {
    { step in rate * power(factor, step / max(1, interval)) }
  }

  /// The rate multiplied by `factor` at each of `milestones`.
  public static func multiStep(from rate: Double, at milestones: [Int], by factor: Double = 0.1) -> Schedule {
    { step in rate * power(factor, milestones.filter { $0 <= step }.count) }
  }

  /// The rate multiplied by `factor` at every step.
  public static func exponential(from rate: Double, by factor: Double) -> Schedule {
    { step in rate * power(factor, step) }
  }

  /// A straight line from one rate to another.
  public static func linear(from start: Double, to end: Double, over steps: Int) -> Schedule {
    { step in start + (end - start) * progress(step, steps) }
  }

  /// Down to 0 as a power of what is left of `steps`.
  public static func polynomial(from start: Double, over steps: Int, power: Double = 1) -> Schedule {
    { step in start * realPower(1 - progress(step, steps), power) }
  }

  /// Half a cosine from one rate down to another (Loshchilov and Hutter, 2017). Beyond `steps` it holds: PyTorch's goes on
  /// along the cosine, up to the first rate again, and a training that runs longer than planned would undo its end.
  public static func cosine(from start: Double, to end: Double = 0, over steps: Int) -> Schedule {
    { step in Annealing.cosine.value(from: start, to: end, progress(step, steps)) }
  }

  /// Half a cosine again and again, each time from the first rate (Loshchilov and Hutter, 2017).
  ///
  /// - Parameters:
  ///   - steps: The length of the first one.
  ///   - growth: By how much each one is longer than the one before.
  public static func cosineRestarts(
    from start: Double, to end: Double = 0, every steps: Int, growth: Int = 1
  ) -> Schedule {
    { step in
      var (place, length) = (max(0, step), max(1, steps))
      if growth <= 1 { place %= length }
      while place >= length { (place, length) = (place - length, Fan.product(length, growth)) }
      return Annealing.cosine.value(from: start, to: end, Double(place) / Double(length))
    }
  }

  /// A straight line from `start` to the first rate of `next` over some steps, then `next`, counted from there.
  public static func warmUp(over steps: Int, from start: Double = 0, then next: @escaping Schedule) -> Schedule {
    { step in
      step < steps ? start + (next(0) - start) * Double(step) / Double(steps) : next(distance(step, since: steps))
    }
  }

  /// How many steps lie between two; the most there are where these are more.
  static func distance(_ step: Int, since start: Int) -> Int {
    let (distance, overflows) = step.subtractingReportingOverflow(start)
    return overflows ? (start < 0 ? .max : .min) : distance
  }

  /// How much of `steps` is done, from 0 through 1.
  static func progress(_ step: Int, _ steps: Int) -> Double {
    min(1, Double(step) / Double(max(1, steps)))
  }
}

/// The way from one value to another.
public enum Annealing: String, Sendable, Codable {
  /// Along half a cosine: slow at both ends.
  case cosine
  /// Along a straight line.
  case linear

  /// The value at `part` of the way, from 0 through 1.
  func value(from start: Double, to end: Double, _ part: Double) -> Double {
    switch self {
    case .cosine: end + (start - end) * (1 + cos(.pi * part)) / 2
    case .linear: start + (end - start) * part
    }
  }
}
