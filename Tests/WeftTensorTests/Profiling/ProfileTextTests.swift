import Foundation
import Testing
import WeftTensor

@Suite("What a profile looks like")
struct ProfileTextTests {
  /// A made-up profile: a layer forward and backward, an optimizer.
  private var made: Profile {
    var tree = ProfileTree()
    func add(_ work: ProfileWork, in parent: Int = 0, _ usage: Profile.Usage) -> Int {
      let node = tree.node(work, in: parent)
      tree.add(usage, to: node)
      return node
    }
    _ = add(
      ProfileWork(.operation, "linear", "encoder.0"),
      Profile.Usage(calls: 2, nanoseconds: 4_000_000, bytes: 8_000_000, floatingPointOperations: 400_000_000))
    let walk = add(ProfileWork(.walk, "backward"), Profile.Usage(calls: 1, nanoseconds: 5_500_000))
    let rule = add(
      ProfileWork(.rule, "linear", "encoder.0"), in: walk, Profile.Usage(calls: 2, nanoseconds: 5_000_000))
    _ = add(
      ProfileWork(.operation, "matmul"), in: rule,
      Profile.Usage(calls: 4, nanoseconds: 4_000_000, bytes: 1_000_000, floatingPointOperations: 800_000_000))
    _ = add(ProfileWork(.operation, "add"), in: walk, Profile.Usage(calls: 3, nanoseconds: 100_000, bytes: 300_000))
    _ = add(ProfileWork(.range, "optimizer.step"), Profile.Usage(calls: 1, nanoseconds: 250_000))
    return Profile(tree, duration: 10_000_000, outside: 250_000, elsewhere: 0, events: [], eventsLeftOut: 0)
  }

  @Test func operationsStandByTime() {
    #expect(
      made.operationTable.joined(separator: "\n") == """
        operation          phase     calls     time  share     each  GFLOP/s  GB/s
        ──────────────────────────────────────────────────────────────────────────
        linear             backward      2  5.00 ms  50.0%  2.50 ms      160  0.20
          matmul                         4  4.00 ms  40.0%  1.00 ms      200  0.25
        linear             forward       2  4.00 ms  40.0%  2.00 ms      100  2.00
        backward           backward      1   500 µs   5.0%   500 µs           0.60
          add                            3   100 µs   1.0%  33.3 µs           3.00
        (in no operation)                    250 µs   2.5%
        optimizer.step                   1   250 µs   2.5%   250 µs
        """)
  }

  @Test func modulesStandByTime() {
    #expect(
      made.moduleTable.joined(separator: "\n") == """
        module          forward  backward     time  share  GFLOP/s
        ──────────────────────────────────────────────────────────
        encoder.0       4.00 ms   5.00 ms  9.00 ms  90.0%      133
        (in no module)     0 ns    500 µs   500 µs   5.0%
        """)
  }

  @Test func linesFitInAHundredColumns() {
    let name = String(repeating: "name", count: 40)
    let profile = WeftTensor.profile {
      let x = Tensor(ones: [2, 1, 8, 8]).requiringGrad()
      profileRange(name) { convolution(x, weight: Tensor(ones: [2, 1, 3, 3]).requiringGrad()).sum().backward() }
    }
    for line in profile.description.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    #expect(profile.description.contains("…"))
  }

  @Test func theTraceIsJSONWhoseRangesNest() throws {
    let profile = WeftTensor.profile {
      let x = Tensor(ones: [2, 3]).requiringGrad()
      profileRange("say \"hi\" \\ \n\u{1}é") { linear(x, weight: Tensor(ones: [5, 3])).sum().backward() }
    }
    let events = try ranges(profile.traceLines.joined(separator: "\n"))
    let names = events.map(\.name)
    #expect(names.contains("say \"hi\" \\ \n\u{1}é"))
    #expect(Set(names).isSuperset(of: ["linear", "sum", "backward"]))
    for first in events {
      for second in events where second.thread == first.thread {
        let apart = first.end <= second.start || second.end <= first.start
        let inside =
          (first.start <= second.start && second.end <= first.end)
          || (second.start <= first.start && first.end <= second.end)
        #expect(apart || inside, "\(first) \(second)")
      }
    }
  }

  private struct Range {
    let name: String
    let thread: Int
    let start: Int
    let end: Int
  }

  /// The complete events of a trace, in nanoseconds.
  private func ranges(_ text: String) throws -> [Range] {
    let trace = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let events = try #require(trace["traceEvents"] as? [[String: Any]])
    return try events.filter { $0["ph"] as? String == "X" }.map { event in
      let start = try #require(event["ts"] as? Double), duration = try #require(event["dur"] as? Double)
      let (from, length) = (Int((start * 1000).rounded()), Int((duration * 1000).rounded()))
      return Range(
        name: try #require(event["name"] as? String), thread: try #require(event["tid"] as? Int), start: from,
        end: from + length)
    }
  }

  @Test func eventsBeyondTheLimitAreInTheTablesOnly() {
    let profiler = Profiler(eventLimit: 2)
    profiler.record { for _ in 0..<5 { _ = Tensor(1.0) + Tensor(2.0) } }
    let text = profiler.profile.traceLines.joined(separator: "\n")
    #expect(text.contains("3 later events left out"))
    #expect(text.split(separator: "\"ph\": \"X\"").count == 3)
    #expect(profiler.profile.operations.first?.usage.calls == 5)
  }

  @Test func anEmptyProfileHasTables() throws {
    let profile = WeftTensor.profile {}
    #expect(profile.description.contains("(in no operation)"))
    #expect(try ranges(profile.traceLines.joined(separator: "\n")).isEmpty)
  }
}
