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

/// The schedules in use.
public enum Schedules {
  /// The same rate throughout.
  public static func constant(_ rate: Double) -> Schedule { { _ in rate } }

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

  /// A straight line from one rate to another, which then holds.
  public static func linear(from start: Double, to end: Double, over steps: Int) -> Schedule {
    { step in start + (end - start) * progress(step, steps) }
  }

  /// Half a cosine from one rate down to another (Loshchilov and Hutter, 2017), which then holds.
  public static func cosine(from start: Double, to end: Double = 0, over steps: Int) -> Schedule {
    { step in between(start, end, progress(step, steps)) }
  }

  /// A straight line from `start` to the first rate of `next` over some steps, then `next`, counted from there.
  public static func warmUp(over steps: Int, from start: Double = 0, then next: @escaping Schedule) -> Schedule {
    { step in step < steps ? start + (next(0) - start) * Double(step) / Double(steps) : next(step - steps) }
  }

  /// Up to a peak and down to almost nothing, each along half a cosine (Smith and Topin, 2018), with PyTorch's defaults.
  public static func oneCycle(
    peak: Double, over steps: Int, rising share: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4
  ) -> Schedule {
    let (start, end) = (peak / startDivisor, peak / startDivisor / endDivisor)
    let top = share * Double(steps) - 1
    let last = Double(steps) - 1
    return { step in
      let place = min(Double(step), last)
      if place <= top, top > 0 { return between(start, peak, place / top) }
      return between(peak, end, last > top ? (place - top) / (last - top) : 1)
    }
  }

  /// How much of `steps` is done, from 0 through 1.
  private static func progress(_ step: Int, _ steps: Int) -> Double {
    min(1, Double(step) / Double(max(1, steps)))
  }

  /// The value at `part` of the way from one rate to another along half a cosine.
  private static func between(_ from: Double, _ to: Double, _ part: Double) -> Double {
    to + (from - to) * (1 + cos(.pi * part)) / 2
  }
}
