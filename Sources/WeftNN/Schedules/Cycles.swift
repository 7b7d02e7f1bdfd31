// Schedules that go up and down. The same functions make the momentum cycle the other way: give them a high value first
// and a low peak.
//
// ```swift
// let rate = Schedules.oneCycle(peak: 0.1, over: 1_000)
// let momentum = Schedules.oneCycle(from: 0.95, peak: 0.85, to: 0.95, over: 1_000)
// optimizer.learningRate = rate(optimizer.stepCount)
// optimizer.settings[0].momentum = momentum(optimizer.stepCount)
// ```

extension Schedules {
  /// Up to a peak and down to almost nothing (Smith and Topin, 2018), with PyTorch's defaults. Beyond `steps` it holds,
  /// where PyTorch's stops with an error.
  ///
  /// - Parameters:
  ///   - share: How much of the steps goes up.
  ///   - threePhases: Whether it goes down as it came up before it goes on to the end.
  public static func oneCycle(
    peak: Double, over steps: Int, rising share: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4,
    along way: Annealing = .cosine, threePhases: Bool = false
  ) -> Schedule {
    let start = peak / startDivisor
    return oneCycle(
      from: start, peak: peak, to: start / endDivisor, over: steps, rising: share, along: way, threePhases: threePhases)
  }

  /// From a start to a peak and on to an end.
  public static func oneCycle(
    from start: Double, peak: Double, to end: Double, over steps: Int, rising share: Double = 0.3,
    along way: Annealing = .cosine, threePhases: Bool = false
  ) -> Schedule {
    let top = share * Double(steps) - 1
    let last = Double(steps) - 1
    let corners =
      threePhases ? [(top, peak), (2 * share * Double(steps) - 2, start), (last, end)] : [(top, peak), (last, end)]
    return { step in
      let place = min(Double(step), last)
      var (since, before) = (0.0, start)
      for (corner, value) in corners {
        if place <= corner, corner > since {
          return way.value(from: before, to: value, (place - since) / (corner - since))
        }
        (since, before) = (corner, value)
      }
      return end
    }
  }

  /// How a cyclic schedule's height changes.
  public enum CycleHeight: Sendable {
    /// Every cycle as high as the first.
    case same
    /// Each half as high as the one before.
    case halved
    /// Multiplied by a factor at every step.
    case multiplied(by: Double)
  }

  /// Up and down along straight lines, again and again (Smith, 2017).
  ///
  /// - Parameters:
  ///   - rising: The steps from `low` to `peak`.
  ///   - falling: The steps back; as many if left out.
  public static func cyclic(
    from low: Double, to peak: Double, rising: Int = 2000, falling: Int? = nil, height: CycleHeight = .same
  ) -> Schedule {
    let (up, down) = (Double(max(1, rising)), Double(max(1, falling ?? rising)))
    return { step in
      let cycles = Double(step) / (up + down)
      let number = cycles.rounded(.down)
      let (part, top) = (cycles - number, up / (up + down))
      let share = part <= top ? part / top : (1 - part) / (1 - top)
      let scale =
        switch height {
        case .same: 1.0
        case .halved: 1 / realPower(2, number)
        case .multiplied(let factor): power(factor, step)
        }
      return low + (peak - low) * max(0, share) * scale
    }
  }
}
