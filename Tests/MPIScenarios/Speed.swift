import Foundation
import Weft
import WeftMPI

/// The time of a step on batches of 256 over all ranks: what `Benchmarks/mpi/compare` measures. Beside it the time without
/// sending, and that of the gradients' sum by itself: what sending adds is what does not happen beside the backward pass.
///
/// Words: `mlp` (784-1024-1024-10) or `lenet`, and how many steps.
func speed(_ communicator: Communicator, _ words: [String]) throws {
  let steps = words.compactMap { Int($0) }.first ?? 200
  let isConvolutional = words.contains("lenet")
  Random.seed(1)
  let model: Sequential = isConvolutional ? lenet() : perceptron()
  let optimizer = SGD(model.parameters(), learningRate: 0.01)
  let parallel = try DataParallel(model, communicator)
  try parallel.begin(optimizer)
  let own = 256 / communicator.size
  let inputs = Tensor(normal: isConvolutional ? [own, 1, 28, 28] : [own, 784])
  let labels = Tensor(zeros: [own], dtype: .int64)
  let gradients = Tensor(zeros: [model.parameterCount])
  func step(_ backward: (Tensor) throws -> Void) rethrows {
    optimizer.zeroGrad()
    try backward(crossEntropy(model(inputs), classIndices: labels))
    optimizer.step()
  }
  // One after the other, so that what else the machine does meets all alike.
  var times = [[Double]](repeating: [], count: 3)
  for _ in 0..<steps {
    try communicator.barrier(name: "begin")
    times[0].append(try seconds { try step { try parallel.backward($0) } })
    try communicator.barrier(name: "alone")
    times[1].append(seconds { step { $0.backward() } })
    try communicator.barrier(name: "sum")
    times[2].append(try seconds { _ = try communicator.allReduce(gradients, name: "sum of gradients") })
  }
  let medians = times.map { $0.sorted()[$0.count / 2] }
  guard communicator.rank == 0 else { return }
  let milliseconds = medians.map { NumberText.fixed($0 * 1e3, 2) }
  say(
    "weft \(isConvolutional ? "lenet" : "mlp") \(communicator.size) ranks: \(milliseconds[0]) ms a step, "
      + "\(Int(256 / medians[0])) samples a second; without sending \(milliseconds[1]) ms; "
      + "\(model.parameterCount * 4) bytes of gradients, their sum alone \(milliseconds[2]) ms")
}

private func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = ProcessInfo.processInfo.systemUptime
  try body()
  return ProcessInfo.processInfo.systemUptime - start
}

private func perceptron() -> Sequential {
  Sequential {
    Linear(784, 1024)
    ReLU()
    Linear(1024, 1024)
    ReLU()
    Linear(1024, 10)
  }
}

private func lenet() -> Sequential {
  Sequential {
    Conv2d(1, 6, kernelSize: 5, padding: 2)
    ReLU()
    MaxPool2d(2)
    Conv2d(6, 16, kernelSize: 5)
    ReLU()
    MaxPool2d(2)
    Flatten()
    Linear(400, 120)
    ReLU()
    Linear(120, 84)
    ReLU()
    Linear(84, 10)
  }
}
