import Foundation
import Testing
import WeftTensor

@Suite("The profiler")
struct ProfilerTests {
  private let x = Tensor(ones: [4, 3])
  private let w = Tensor(ones: [5, 3]).requiringGrad()

  private func entry(_ profile: Profile, _ name: String, _ phase: Profile.Phase) -> Profile.Entry? {
    profile.operations.first { $0.name == name && $0.phase == phase }
  }

  @Test func callsAreCountedByPhase() {
    let profile = WeftTensor.profile {
      for _ in 0..<3 { linear(x, weight: w).relu().sum().backward() }
    }
    let forward = profile.operations.filter { $0.phase == .forward }.map { "\($0.name) \($0.usage.calls)" }
    #expect(Set(forward) == ["linear 3", "relu 3", "sum 3"])
    let backward = profile.operations.filter { $0.phase == .backward }.map { "\($0.name) \($0.usage.calls)" }
    #expect(Set(backward) == ["linear 3", "relu 3", "sum 3", "backward 3"])
    let inner = entry(profile, "linear", .backward)?.inner.filter { $0.usage.floatingPointOperations != nil }
    #expect(inner?.map(\.usage.calls) == [3])
    #expect(inner?.first?.usage.floatingPointOperations == 3 * 2 * 4 * 3 * 5, "the gradient of w alone is wanted")
  }

  /// Entries and what is outside add up to the whole, to the nanosecond.
  @Test func everyNanosecondIsCountedOnce() {
    let profile = WeftTensor.profile {
      profileRange("outer") {
        linear(x, weight: w).relu().sum().backward()
        profileRange("inner") { _ = attention() }
      }
    }
    let charged = profile.entries.reduce(profile.outside) { $0 + $1.usage.time }
    #expect(charged == profile.duration + profile.elsewhere)
    #expect(profile.elsewhere == .zero)
    for entry in profile.entries {
      #expect(entry.inner.reduce(.zero) { $0 + $1.usage.time } <= entry.usage.time, "\(entry.name)")
    }
    #expect(Set(profile.entries.filter { $0.phase == .range }.map(\.name)) == ["outer", "inner"])
  }

  private func attention() -> Tensor {
    let q = Tensor(ones: [2, 8, 4])
    return scaledDotProductAttention(query: q, key: Tensor(ones: [2, 6, 4]), value: Tensor(ones: [2, 6, 3]))
  }

  @Test func whatRunsInsideAnOperationIsListedBeneathIt() {
    let profile = WeftTensor.profile { _ = Twice()(x) }
    #expect(profile.operations.map(\.name) == ["twice"])
    #expect(profile.operations.first?.inner.map { "\($0.name) \($0.usage.calls)" } == ["add 1"])
  }

  @Test func arithmeticIsThatOfTheDefinition() {
    let profile = WeftTensor.profile {
      _ = Tensor(ones: [7, 11]).matmul(Tensor(ones: [11, 13]))
      _ = linear(x, weight: w)
      let image = Tensor(ones: [2, 4, 5, 5]).requiringGrad()
      let kernel = Tensor(ones: [6, 2, 3, 3]).requiringGrad()
      convolution(image, weight: kernel, padding: 1, groups: 2).sum().backward()
      _ = attention()
    }
    #expect(entry(profile, "matmul", .forward)?.usage.floatingPointOperations == 2 * 7 * 11 * 13)
    #expect(entry(profile, "linear", .forward)?.usage.floatingPointOperations == 2 * 4 * 5 * 3)
    let products = 2 * (2 * 6 * 5 * 5) * (2 * 3 * 3)
    #expect(entry(profile, "convolution", .forward)?.usage.floatingPointOperations == products)
    #expect(entry(profile, "convolution", .backward)?.usage.floatingPointOperations == 2 * products)
    #expect(entry(profile, "attention", .forward)?.usage.floatingPointOperations == 2 * 2 * 8 * 6 * (4 + 3))
    #expect(entry(profile, "sum", .forward)?.usage.floatingPointOperations == nil)
  }

  /// What a product's kernel does in its last pass has its operands counted too.
  @Test func aLastPassReadsItsOperands() throws {
    let (rows, weight) = (Tensor(ones: [16, 64]), Tensor(ones: [64, 64]))
    let plan = try Plan(Program(recording: [rows, rows * 2]) { [linear($0[0], weight: weight) + $0[1]] })
    let profiler = Profiler()
    _ = try profiler.record { try plan.run([rows, rows * 2]) }
    #expect(entry(profiler.profile, "linear → add", .forward)?.usage.bytes == 4 * (3 * 16 * 64 + 64 * 64))
  }

  @Test func bytesAreReadAndWrittenOnceAndViewsMoveNone() {
    let profile = WeftTensor.profile {
      _ = (x + Tensor(ones: [4, 3])).transposed()
      _ = Tensor(ones: [1]).expanded(to: [100]) * Tensor(ones: [100])
    }
    #expect(entry(profile, "add", .forward)?.usage.bytes == 3 * 12 * 4)
    #expect(entry(profile, "permute", .forward)?.usage.bytes == 0)
    // One number is read, however often it is used.
    #expect(entry(profile, "multiply", .forward)?.usage.bytes == 4 + 2 * 400)
  }

  @Test func memoryIsToldByOperation() throws {
    let big = Tensor(ones: [1 << 20])
    let profile = WeftTensor.profile { _ = big + big }
    let memory = try #require(entry(profile, "add", .forward)).usage.memory
    #expect(memory.allocations >= 1)
    #expect(memory.growth >= 4 << 20)
    #expect(memory.peak >= 8 << 20)
  }

  @Test func anErrorPassesAndWhatWasRecordedStays() {
    struct Stop: Error {}
    let profiler = Profiler()
    #expect(throws: Stop.self) {
      try profiler.record {
        _ = x + x
        try profileRange("range") { throw Stop() }
      }
    }
    #expect(throws: TensorError.self) {
      try profiler.record { try withTensorErrors { _ = x.matmul(x) } }
    }
    profiler.record { _ = x * x }
    let names = profiler.profile.operations.map { "\($0.name) \($0.usage.calls)" }
    #expect(Set(names) == ["add 1", "multiply 1", "range 1"], "a range that threw has ended")
  }

  @Test func threadsAndTasksEachHaveTheirSpans() async throws {
    let profiler = Profiler()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { profiler.record { for _ in 0..<50 { _ = linear(x, weight: w.detach()).relu() } } }
      }
    }
    let task = profiler.record { Task { x * x } }
    _ = await task.value
    let profile = profiler.profile
    #expect(entry(profile, "linear", .forward)?.usage.calls == 200)
    #expect(entry(profile, "relu", .forward)?.usage.calls == 200)
    #expect(entry(profile, "multiply", .forward)?.usage.calls == 1)
    let charged = profile.entries.reduce(profile.outside) { $0 + $1.usage.time }
    #expect(charged == profile.duration + profile.elsewhere)
  }

  /// A thousand ranges in the time that two clock readings each would take: the best of many tries, since other tests
  /// run meanwhile.
  @Test func withoutAProfilerARangeCostsNothing() {
    let clock = ContinuousClock()
    let best = (0..<200).map { _ in
      clock.measure { for _ in 0..<1000 { profileRange("a name that is \(never()) made") {} } }
    }.min()
    #expect(best ?? .seconds(1) < .microseconds(100))
  }

  private func never() -> String {
    Issue.record("the name was made")
    return ""
  }
}

/// 2x, by an addition.
private struct Twice: TensorOperation {
  static let name = "twice"
  func outputs(for inputs: [TensorSpec]) throws(TensorError) -> [TensorSpec] { inputs }
  func forward(_ inputs: [Tensor], as outputs: [TensorSpec]) -> [Tensor] { [inputs[0] + inputs[0]] }
  static let whyNotDifferentiable: String? = "it is a test's"
  static let samples = [Sample(Twice(), .real([3]))]
  func reference(_ inputs: [ReferenceArray]) -> [ReferenceArray]? {
    [ReferenceArray(shape: inputs[0].shape) { 2 * inputs[0][$0] }]
  }
}
