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
      for operation in OperationCatalog.operations {
        let found = Callers.numbers(of: operation, callers: 4)
        let alone = Callers.numbers(of: operation)
        for numbers in found {
          #expect(numbers == alone, "\(operation), \(threads) threads: \(numbers.differences(from: alone))")
        }
      }
    }
  }
}

/// The bits of all results and gradients of an operation's samples, by sample and type.
private struct Numbers: Equatable, Sendable {
  var values: [String: [[UInt64]]] = [:]

  func differences(from other: Numbers) -> [String] {
    values.keys.sorted().filter { values[$0] != other.values[$0] }
  }
}

private enum Callers {
  static func numbers(of operation: ContractOperation) -> Numbers {
    var numbers = Numbers()
    for sample in operation.cases {
      for dtype in [DType.float64, .float32, .float16, .bfloat16] {
        let inputs = sample.inputs.map { $0.dtype.isFloatingPoint ? $0.converted(to: dtype) : $0 }
        numbers.values["\(sample.label), \(dtype)"] = bits(sample.with(inputs, ""), operation.type)
      }
    }
    return numbers
  }

  /// What each of several threads gets that begin together.
  static func numbers(of operation: ContractOperation, callers: Int) -> [Numbers] {
    let found = Mutex<[Numbers]>([])
    let waiting = Atomic<Int>(callers)
    let group = DispatchGroup()
    for _ in 0..<callers {
      group.enter()
      Thread {
        waiting.wrappingSubtract(1, ordering: .relaxed)
        while waiting.load(ordering: .relaxed) > 0 { sched_yield() }
        for _ in 0..<3 {
          let numbers = Self.numbers(of: operation)
          found.withLock { $0.append(numbers) }
        }
        group.leave()
      }.start()
    }
    group.wait()
    return found.withLock { $0 }
  }

  /// Nothing where the operation refuses the type.
  private static func bits(_ sample: ContractCase, _ type: any TensorOperation.Type) -> [[UInt64]] {
    let isDifferentiable = type.whyNotDifferentiable == nil
    let leaves = sample.inputs.map { $0.dtype.isFloatingPoint && isDifferentiable ? $0.requiringGrad() : $0 }
    guard let results = try? sample.with(leaves, "").run() else { return [] }
    let sums = results.filter(\.requiresGrad)
    _ = try? withTensorErrors {
      for result in sums { result.backward(gradient: result.onesLike(), retainGraph: true) }
    }
    return (results + leaves.compactMap(\.grad)).map { tensor in
      tensor.scalars(as: Double.self).map { $0.isNaN ? Double.nan.bitPattern : $0.bitPattern }
    }
  }
}
