import Foundation
import Synchronization
import Testing
import WeftContract
import WeftTensor

/// What an operation gives does not depend on who computes at the same time: what kernels keep between calls (plans,
/// reordered weights, scratch memory) is each caller's own, or is not written any more.
@Suite("Contract of the operations: several callers at once", .serialized)
struct ConcurrencyTests {
  /// In a process of its own, where nothing is kept yet: the callers' first calls are the ones that make it.
  @Test(arguments: [1, 2]) func callersAtOnceGetWhatOneGets(_ threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      Threads.count = threads
      Callers.expectTheSame([.float32, .bfloat16], turns: 100) { sample in (try? sample.run()) ?? [] }
    }
  }

  /// And the gradients, in every type.
  @Test(arguments: [1, 2]) func callersAtOnceGetTheGradientsOfOne(_ threads: Int) async {
    await #expect(processExitsWith: .success) { [threads] in
      Threads.count = threads
      Callers.expectTheSame([.float64, .float32, .float16, .bfloat16], turns: 5) { Callers.gradients(of: $0) }
    }
  }
}

private enum Callers {
  /// What several threads get of each operation's samples that begin together, in turns enough that they meet, is what
  /// one gets.
  static func expectTheSame(_ types: [DType], turns: Int, _ body: @escaping @Sendable (ContractCase) -> [Tensor]) {
    for sample in OperationCatalog.operations.flatMap(\.cases) {
      let floats = sample.inputs.contains { $0.dtype.isFloatingPoint } ? types : [.float32]
      for dtype in floats {
        let inputs = sample.inputs.map { $0.dtype.isFloatingPoint ? $0.converted(to: dtype) : $0 }
        let typed = sample.with(inputs, "\(dtype)")
        let found = bits(of: typed, callers: 4, turns: turns, body)
        let expected = bits(body(typed))
        #expect(found.count == 4 * turns && found.allSatisfy { $0 == expected }, "\(typed.label)")
      }
    }
  }

  private static func bits(
    of sample: ContractCase, callers: Int, turns: Int, _ body: @escaping @Sendable (ContractCase) -> [Tensor]
  ) -> [[[UInt64]]] {
    let found = Mutex<[[[UInt64]]]>([])
    let waiting = Atomic<Int>(callers)
    let group = DispatchGroup()
    for _ in 0..<callers {
      group.enter()
      Thread {
        // Memory of its own for each turn: what is kept of a weight would answer the second.
        let samples = (0..<turns).map { _ in sample.with(sample.inputs.map { stacked([$0])[0] }, "") }
        waiting.wrappingSubtract(1, ordering: .relaxed)
        while waiting.load(ordering: .relaxed) > 0 { sched_yield() }
        let results = samples.map(body)
        found.withLock { $0 += results.map(bits) }
        group.leave()
      }.start()
    }
    group.wait()
    return found.withLock { $0 }
  }

  /// The gradients of an operation's results, each from ones; nothing where it has none, or refuses the type.
  static func gradients(of sample: ContractCase) -> [Tensor] {
    guard type(of: sample.operation).whyNotDifferentiable == nil else { return [] }
    let leaves = sample.inputs.map { $0.dtype.isFloatingPoint ? $0.detach().requiringGrad() : $0 }
    guard let results = try? sample.with(leaves, "").run() else { return [] }
    _ = try? withTensorErrors {
      for result in results where result.requiresGrad {
        result.backward(gradient: result.onesLike(), retainGraph: true)
      }
    }
    return leaves.compactMap(\.grad)
  }

  private static func bits(_ results: [Tensor]) -> [[UInt64]] {
    results.map { $0.scalars(as: Double.self).map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern } }
  }
}
