@_spi(Locks) import WeftTensor

// Schedules made of others.

extension Schedules {
  /// The rate multiplied by `factor(1)`, `factor(2)`, ... at every step.
  public static func multiplied(
    _ rate: Double, by factor: @escaping @Sendable (_ step: Int) -> Double
  ) -> Schedule {
    let known = Guarded((step: 0, product: 1.0))
    return { step in
      known.withLock { known in
        if known.step > step { known = (0, 1) }
        while known.step < step { known = (known.step + 1, known.product * factor(known.step + 1)) }
        return rate * known.product
      }
    }
  }

  /// One schedule after the other, each counted from its own beginning.
  ///
  /// - Parameter milestones: Where the second one begins, the third and so on.
  public static func sequence(_ schedules: [Schedule], at milestones: [Int]) -> Schedule {
    let starts = [0] + milestones
    return { step in
      let place = min(starts.lastIndex { $0 <= step } ?? 0, schedules.count - 1)
      return place < 0 ? 0 : schedules[place](distance(step, since: starts[place]))
    }
  }

  /// A rate times the values of several schedules, each of which begins at 1 or so: warming up and falling at once.
  public static func chained(_ rate: Double, _ factors: [Schedule]) -> Schedule {
    { step in factors.reduce(rate) { $0 * $1(step) } }
  }

  /// A schedule up to a step, then from what it has come to on to a rate that holds: for averages of weights
  /// (Izmailov et al., 2018).
  public static func averaging(
    after schedule: @escaping Schedule, at start: Int, to rate: Double, over steps: Int = 10,
    along way: Annealing = .cosine
  ) -> Schedule {
    { step in
      step < start
        ? schedule(step) : way.value(from: schedule(start), to: rate, progress(distance(step, since: start), steps))
    }
  }
}
