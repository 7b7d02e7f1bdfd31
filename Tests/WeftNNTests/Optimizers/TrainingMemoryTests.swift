import Foundation
import Testing
import Weft
import WeftTensor

/// A small training, and how much memory it holds.
private struct SmallTraining {
  let model = Sequential {
    Linear(8, 16); ReLU(); Linear(16, 3)
  }
  let inputs = Tensor(normal: [4, 8])
  let labels = Tensor([0, 1, 2, 0])

  func run(_ optimizer: Optimizer, steps: Int) {
    for _ in 0..<steps {
      optimizer.zeroGrad()
      crossEntropy(model(inputs), classIndices: labels).backward()
      clipGradientNorm(optimizer.parameters, to: 1)
      optimizer.step()
    }
  }

  /// The memory of this process that is in use, in bytes.
  var residentBytes: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * 4096 } ?? 0
  }
}

/// Each in a process of its own, where nobody else makes tensors.
@Suite struct TrainingMemoryTests {
  @Test func tenThousandStepsOfTrainingHoldMemoryFlat() async {
    await #expect(processExitsWith: .success) {
      let training = SmallTraining()
      let optimizer = AdamW(training.model.parameters(), learningRate: 1e-3)
      training.run(optimizer, steps: 200)
      let (nodes, stats, resident) = (Node.liveCount, Memory.stats, training.residentBytes)
      training.run(optimizer, steps: 10_000)
      precondition(Node.liveCount == nodes, "\(Node.liveCount) nodes after \(nodes)")
      precondition(Memory.stats.liveStorages == stats.liveStorages, "\(Memory.stats) after \(stats)")
      precondition(Memory.stats.live == stats.live, "\(Memory.stats) after \(stats)")
      precondition(Memory.stats.systemAllocations == stats.systemAllocations, "\(Memory.stats) after \(stats)")
      let growth = training.residentBytes - resident
      precondition(growth < 4 << 20, "resident memory grew by \(growth) bytes")
    }
  }

  @Test func noOptimizerAsksTheSystemForMemoryAfterItsFirstSteps() async {
    await #expect(processExitsWith: .success) {
      for (name, make) in OptimizerGoldenTests.optimizers {
        let training = SmallTraining()
        let optimizer = make(training.model.parameters())
        training.run(optimizer, steps: 3)
        let before = Memory.stats.systemAllocations
        training.run(optimizer, steps: 1_000)
        precondition(Memory.stats.systemAllocations == before, "\(name) asks for memory")
      }
    }
  }
}
