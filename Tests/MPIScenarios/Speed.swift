import Foundation
import Weft
import WeftMPI

/// The time of a step of a perceptron, 784-1024-1024-10 on batches of 256 over all ranks: what `Benchmarks/mpi/compare`
/// measures. Words: how many steps.
func speed(_ communicator: Communicator, _ words: [String]) throws {
  let steps = words.compactMap { Int($0) }.first ?? 200
  Random.seed(1)
  let model = Sequential {
    Linear(784, 1024)
    ReLU()
    Linear(1024, 1024)
    ReLU()
    Linear(1024, 10)
  }
  let optimizer = SGD(model.parameters(), learningRate: 0.01)
  let parallel = try DataParallel(model, communicator)
  try parallel.begin(optimizer)
  let own = 256 / communicator.size
  let (inputs, labels) = (Tensor(normal: [own, 784]), Tensor(zeros: [own], dtype: .int64))
  var times: [Double] = []
  for _ in 0..<steps {
    let start = ProcessInfo.processInfo.systemUptime
    optimizer.zeroGrad()
    try parallel.backward(crossEntropy(model(inputs), classIndices: labels))
    optimizer.step()
    times.append(ProcessInfo.processInfo.systemUptime - start)
  }
  guard communicator.rank == 0 else { return }
  let middle = times.sorted()[times.count / 2] * 1e3
  let bytes = model.parameterCount * 4
  say("weft \(communicator.size) ranks: \(NumberText.fixed(middle, 2)) ms a step, \(bytes) bytes of gradients")
}
