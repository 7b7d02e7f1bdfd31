import Testing
import Weft

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
  ]

  @Test func goldens() throws {
    for golden in try Golden.cases("schedules", of: ScheduleCase.self) {
      let schedule = try #require(Self.schedules[golden.name])
      for (step, rate) in golden.rates {
        let found = schedule(Int(step) ?? -1)
        #expect(abs(found - rate) <= 1e-9 * abs(rate) + 1e-15, "\(golden.name) at \(step): \(found), not \(rate)")
      }
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
}
