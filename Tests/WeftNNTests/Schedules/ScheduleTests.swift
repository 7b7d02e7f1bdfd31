import Foundation
import Testing
import Weft
import WeftContract

/// What PyTorch computed for one schedule: rates by step (see Goldens/make_training.py).
private struct ScheduleCase: Decodable {
  let name: String
  let rates: [String: Double]
}

@Suite struct ScheduleTests {
  private static let schedules: [String: Schedule] = [
    "step": Schedules.step(from: 0.4, every: 90, by: 0.5),
    "multi_step": Schedules.multiStep(from: 0.4, at: [30, 300, 700], by: 0.2),
    "exponential": Schedules.exponential(from: 0.4, by: 0.99),
    "cosine": Schedules.cosine(from: 0.4, to: 0.01, over: 1000),
    "linear": Schedules.linear(from: 0.1, to: 0.3, over: 800),
    "one_cycle": Schedules.oneCycle(peak: 0.4, over: 1001),
    "one_cycle_other": Schedules.oneCycle(peak: 0.4, over: 1001, rising: 0.1, startDivisor: 10, endDivisor: 100),
    "warm_up_cosine": Schedules.warmUp(over: 100, from: 0.004, then: Schedules.cosine(from: 0.4, over: 900)),
    "lambda": { 0.4 * (1 / (1 + Double($0))) },
    "multiplicative": Schedules.multiplied(0.4) { 1 - 1 / Double($0 + 3) },
    "constant": Schedules.constant(0.4, by: 0.25, for: 120),
    "polynomial": Schedules.polynomial(from: 0.4, over: 700, power: 1.7),
    "sequence": Schedules.sequence(
      [
        Schedules.constant(0.4, by: 0.5, for: 50), Schedules.exponential(from: 0.4, by: 0.995),
        Schedules.polynomial(from: 0.4, over: 300, power: 2),
      ], at: [100, 600]),
    "chained": Schedules.chained(
      0.4,
      [
        Schedules.constant(1, by: 0.5, for: 50), Schedules.exponential(from: 1, by: 0.995),
        Schedules.step(from: 1, every: 400),
      ]),
    "restarts": Schedules.cosineRestarts(from: 0.4, to: 0.02, every: 130),
    "restarts_growing": Schedules.cosineRestarts(from: 0.4, every: 30, growth: 2),
    "swa": Schedules.averaging(after: Schedules.constant(0.4), at: 0, to: 0.05, over: 400),
    "swa_linear": Schedules.averaging(after: Schedules.constant(0.4), at: 0, to: 0.05, over: 400, along: .linear),
    "one_cycle_linear": Schedules.oneCycle(peak: 0.4, over: 1001, along: .linear),
    "one_cycle_three": Schedules.oneCycle(peak: 0.4, over: 1001, rising: 0.4, threePhases: true),
    "one_cycle_momentum": Schedules.oneCycle(from: 0.95, peak: 0.85, to: 0.95, over: 1001),
    "one_cycle_three_momentum": Schedules.oneCycle(
      from: 0.95, peak: 0.85, to: 0.95, over: 1001, rising: 0.4, threePhases: true),
    "cyclic": Schedules.cyclic(from: 0.01, to: 0.4, rising: 70),
    "cyclic_halved": Schedules.cyclic(from: 0.01, to: 0.4, rising: 70, falling: 110, height: .halved),
    "cyclic_power": Schedules.cyclic(from: 0.01, to: 0.4, rising: 70, height: .multiplied(by: 0.998)),
    "cyclic_momentum": Schedules.cyclic(from: 0.9, to: 0.8, rising: 70),
  ]

  private static let plateaus: [String: PlateauSchedule] = [
    "plateau": PlateauSchedule(from: 0.4),
    "plateau_absolute": PlateauSchedule(
      from: 0.4, factor: 0.5, patience: 3, threshold: .absolute(0.01), cooldown: 20, least: 0.02),
    "plateau_largest": PlateauSchedule(
      from: 0.4, goal: .largest, factor: 0.7, patience: 5, threshold: .relative(0.002), cooldown: 3, epsilon: 1e-3),
    "plateau_largest_absolute": PlateauSchedule(
      from: 0.4, goal: .largest, factor: 0.3, threshold: .absolute(0.002)),
  ]

  /// A validation loss, as in the script.
  private static func measure(_ step: Int) -> Double {
    1 / (1 + Double(step) / 40) + Double(step * 37 % 11) / 2000
  }

  @Test func goldens() throws {
    for golden in try Golden.cases("schedules", of: ScheduleCase.self) {
      let schedule = try #require(Self.schedules[golden.name])
      for (step, rate) in golden.rates {
        let found = schedule(Int(step) ?? -1)
        #expect(
          abs(found - rate) <= Tolerance.golden * abs(rate) + 1e-15, "\(golden.name) at \(step): \(found), not \(rate)")
      }
    }
  }

  /// Half of the way through a file and back.
  @Test func plateaus() throws {
    for golden in try Golden.cases("plateaus", of: ScheduleCase.self) {
      var schedule = try #require(Self.plateaus[golden.name])
      let sign = schedule.goal == .least ? 1.0 : -1.0
      for step in 0..<1000 {
        if step == 500 {
          let text = try JSONEncoder().encode(schedule)
          schedule = try JSONDecoder().decode(PlateauSchedule.self, from: text)
        }
        let found = schedule.step(sign * Self.measure(step))
        guard let rate = golden.rates["\(step)"] else { continue }
        #expect(abs(found - rate) <= Tolerance.golden * rate, "\(golden.name) at \(step): \(found), not \(rate)")
      }
    }
  }

  @Test func aMeasureThatIsNoNumberIsNoBetter() {
    var schedule = PlateauSchedule(from: 1, factor: 0.5, patience: 1)
    #expect([Double.nan, .nan, .infinity, 3, .nan].map { schedule.step($0) } == [1, 0.5, 0.5, 0.5, 0.5])
    #expect(schedule.best == 3 && schedule.badCount == 1)
  }

  @Test func aSequenceKnowsItsParts() {
    let parts = Schedules.sequence([{ Double($0) }, { Double(100 + $0) }], at: [3])
    #expect([0, 2, 3, 5].map(parts) == [0, 2, 100, 102])
    #expect(Schedules.sequence([], at: [])(4) == 0)
    #expect(Schedules.sequence([Schedules.constant(2)], at: [5])(9) == 2)
  }

  @Test func aProductOfFactorsCanBeAskedInAnyOrder() {
    let schedule = Schedules.multiplied(2) { Double($0) }
    #expect([4, 1, 3, 0, 5].map(schedule) == [48, 2, 12, 2, 240])
  }

  @Test func anAverageBeginsWhereTheScheduleIs() {
    let schedule = Schedules.averaging(
      after: Schedules.linear(from: 1, to: 0, over: 10), at: 5, to: 0.1, over: 4, along: .linear)
    for (step, rate) in [(0, 1), (4, 0.6), (5, 0.5), (7, 0.3), (9, 0.1), (20, 0.1)] {
      #expect(abs(schedule(step) - rate) < 1e-12, "\(step)")
    }
  }

  @Test func whatHasAnEndHoldsIt() {
    #expect(Schedules.cosine(from: 1, to: 0.25, over: 10)(1000) == 0.25)
    #expect(Schedules.linear(from: 1, to: 0.5, over: 10)(11) == 0.5)
    let cycle = Schedules.oneCycle(peak: 1, over: 50)
    #expect(cycle(500) == cycle(49))
  }

  @Test func noLengthGivesARateThatIsNoNumber() {
    for steps in 0...6 {
      for share in [0, 0.3, 0.5, 1] {
        let cycle = Schedules.oneCycle(peak: 1, over: steps, rising: share)
        for step in 0..<8 { #expect((0...1).contains(cycle(step)), "\(steps) steps, \(share) rising, at \(step)") }
      }
      #expect(Schedules.warmUp(over: steps, then: Schedules.cosine(from: 1, over: steps))(steps) == 1 || steps == 0)
    }
  }

  /// PyTorch's cosine rises again, and its one-cycle schedule refuses to go on; the others hold too.
  @Test func beyondItsEndAScheduleHolds() {
    let schedules: [(Schedule, Double)] = [
      (Schedules.constant(0.4, by: 0.5, for: 10), 0.4), (Schedules.linear(from: 0.1, to: 0.3, over: 10), 0.3),
      (Schedules.polynomial(from: 0.4, over: 10, power: 2), 0), (Schedules.cosine(from: 0.4, to: 0.01, over: 10), 0.01),
      (Schedules.oneCycle(from: 0.1, peak: 0.4, to: 0.02, over: 10), 0.02),
      (Schedules.averaging(after: Schedules.constant(0.4), at: 0, to: 0.05, over: 10), 0.05),
      (Schedules.warmUp(over: 5, then: Schedules.cosine(from: 0.4, to: 0.2, over: 5)), 0.2),
      (Schedules.multiStep(from: 0.4, at: [2, 10], by: 0.5), 0.1),
      (Schedules.sequence([Schedules.constant(1), Schedules.cosine(from: 0.4, over: 5)], at: [5]), 0),
    ]
    for (place, (schedule, last)) in schedules.enumerated() {
      for step in [10, 11, 15, 20, 1_000_000] { #expect(abs(schedule(step) - last) < 1e-15, "\(place) at \(step)") }
    }
  }
}
