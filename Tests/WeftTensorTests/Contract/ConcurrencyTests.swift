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
      for sample in OperationCatalog.operations.flatMap(\.cases) {
        let floats = sample.inputs.contains { $0.dtype.isFloatingPoint } ? [DType.float32, .bfloat16] : [.float32]
        for dtype in floats {
          let inputs = sample.inputs.map { $0.dtype.isFloatingPoint ? $0.converted(to: dtype) : $0 }
          let typed = sample.with(inputs, "\(dtype)")
          let found = Callers.bits(of: typed, callers: 4, turns: 100)
          let expected = Callers.bits(of: typed)
          #expect(found.allSatisfy { $0 == expected }, "\(typed.label), \(threads) threads")
        }
      }
    }
  }
}

private enum Callers {
  /// What several threads get that begin together, in turns enough that they meet.
  static func bits(of sample: ContractCase, callers: Int, turns: Int) -> [[[UInt64]]] {
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
        let results = samples.map(run)
        found.withLock { $0 += results.map(bits) }
        group.leave()
      }.start()
    }
    group.wait()
    return found.withLock { $0 }
  }

  static func bits(of sample: ContractCase) -> [[UInt64]] { bits(run(sample)) }

  /// Nothing where the operation refuses the type.
  private static func run(_ sample: ContractCase) -> [Tensor] { (try? sample.run()) ?? [] }

  private static func bits(_ results: [Tensor]) -> [[UInt64]] {
    results.map { $0.scalars(as: Double.self).map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern } }
  }
}
