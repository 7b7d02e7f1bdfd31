import Testing
import WeftTensor

/// Live nodes and storages over thousands of steps, each in a process of its own, where nobody else makes tensors.
@Suite(.serialized) struct FlatMemoryTests {
  @Test func trainingHoldsNothing() async {
    await #expect(processExitsWith: .success) {
      var network = TinyNetwork()
      assertFlat(steps: manySteps) { step in
        let loss = network.loss(of: TinyNetwork.batch(8, step))
        loss.backward()
        network.descend()
      }
      let before = Memory.stats.systemAllocations
      for step in 0..<1_000 {
        network.loss(of: TinyNetwork.batch(8, step)).backward()
        network.descend()
      }
      #expect(Memory.stats.systemAllocations == before, "a step of fixed shape asks the system for memory")
    }
  }

  @Test func everySizeIsReused() async {
    await #expect(processExitsWith: .success) {
      let sizes = Array(0...1_500) + [4_000, 5_000, 100_000, 1 << 20]
      for size in sizes { _ = Tensor(zeros: [size]) }
      let before = Memory.stats.systemAllocations
      for size in sizes { _ = Tensor(zeros: [size]) }
      #expect(Memory.stats.systemAllocations == before)
    }
  }

  @Test func lossesThatAreDroppedHoldNothing() async {
    await #expect(processExitsWith: .success) {
      let network = TinyNetwork()
      assertFlat(steps: manySteps) { step in _ = network.loss(of: TinyNetwork.batch(8, step)) }
    }
  }

  @Test func errorsHalfWayHoldNothing() async {
    await #expect(processExitsWith: .success) {
      var network = TinyNetwork()
      assertFlat(steps: manySteps) { step in
        let width = step % 2 == 0 ? 3 : 4  // every second batch does not fit
        let outcome = Result {
          try withTensorErrors {
            let loss = network.loss(of: Tensor(ones: [8, width]))
            loss.backward()
          }
        }
        if case .success = outcome { network.descend() }
        if step % 3 == 0 {
          // Thrown in the middle of a gradient rule: the shapes agree, the values do not.
          _ = try? withTensorErrors {
            detectAnomalies { network.loss(of: Tensor(full: [8, 3], .infinity)) }.backward()
          }
        }
      }
    }
  }

  @Test func randomShapesHoldNothing() async {
    await #expect(processExitsWith: .success) {
      var network = TinyNetwork()
      var generator = SystemRandomNumberGenerator()
      assertFlat(steps: manySteps) { step in
        network.loss(of: TinyNetwork.batch(Int.random(in: 0...40, using: &generator), step)).backward()
        network.descend()
      }
    }
  }

  @Test func secondDerivativesHoldNothing() async {
    await #expect(processExitsWith: .success) {
      let network = TinyNetwork()
      assertFlat(steps: manySteps / 5) { step in
        let x = TinyNetwork.batch(4, step).requiringGrad()
        let slope = try? grad(of: network.loss(of: x), with: x, createGraph: true)
        let penalty = slope.map { ($0 * $0).sum() }
        penalty?.backward()
        network.first.grad = nil
        network.second.grad = nil
      }
    }
  }

  @Test func backwardWithCreateGraphIsFreedWithTheGradient() async {
    await #expect(processExitsWith: .success) {
      let network = TinyNetwork()
      assertFlat(steps: manySteps / 5) { step in
        network.loss(of: TinyNetwork.batch(4, step)).backward(createGraph: true)
        // A gradient with a graph holds its leaves, which hold it: letting go is the program's.
        network.first.grad = nil
        network.second.grad = nil
      }
    }
  }
}

#if DEBUG
  private let manySteps = 2_000
#else
  private let manySteps = 10_000
#endif

/// Two layers, by tensor operations alone.
struct TinyNetwork {
  var first = Tensor((0..<12).map { Double($0 % 5) * 0.1 - 0.2 }, shape: [3, 4]).requiringGrad()
  var second = Tensor((0..<4).map { Double($0) * 0.1 - 0.1 }, shape: [4, 1]).requiringGrad()

  static func batch(_ size: Int, _ step: Int) -> Tensor {
    Tensor((0..<size * 3).map { Double(($0 * 7 + step) % 11) * 0.1 }, shape: [size, 3])
  }

  func loss(of x: Tensor) -> Tensor {
    let hidden = product(x, first)
    let active = hidden / (1 + (-hidden).exp())
    let error = product(active, second) - 1
    return (error * error).sum()
  }

  private func product(_ a: Tensor, _ b: Tensor) -> Tensor { (a.unsqueezed(-1) * b).sum(axis: -2) }

  mutating func descend() {
    for parameter in [\TinyNetwork.first, \.second] {
      let old = self[keyPath: parameter]
      self[keyPath: parameter] = noGrad { old - 0.001 * (old.grad ?? old.zerosLike()) }.requiringGrad()
    }
  }
}

/// Runs the steps and fails if more nodes or storages live after them than after the first few.
func assertFlat(steps: Int, _ step: (Int) -> Void) {
  for number in 0..<20 { step(number) }
  let (nodes, storages, bytes) = (Node.liveCount, Memory.stats.liveStorages, Memory.stats.live)
  for number in 20..<steps { step(number) }
  #expect(Node.liveCount == nodes, "\(Node.liveCount) nodes after \(steps) steps, \(nodes) after 20")
  let stats = Memory.stats
  #expect(stats.liveStorages == storages, "\(stats.liveStorages) storages, \(storages) after 20 steps")
  #expect(stats.live == bytes, "\(stats.live) bytes, \(bytes) after 20 steps")
}
