import Testing
import Weft

/// Recorded steps whose kernels are called with addresses alone (`Note: Launched plans`), where memory changes hands
/// between them.
@Suite struct LaunchedTrainingTests {
  private static let batches = RecordedTests.batches(like: Tensor(zeros: [5, 6]), 24)

  private static func network() -> Module {
    Sequential {
      Linear(6, 8); LayerNorm([8]); ReLU(); Linear(8, 4)
    }
  }

  private static let step: RecordedTests.Step = { model, optimizer, batch in
    optimizer.zeroGrad()
    let loss = crossEntropy(model(batch[0]), classIndices: batch[0].sliced(axis: 1, to: 4).argMax(axis: 1))
    loss.backward()
    optimizer.step()
    return [loss]
  }

  /// Trains as the step stands and recorded; after each step `between` is called with its number.
  private func compare(_ name: String, between: @escaping (Int, Module, Optimizer) -> Void) throws {
    func trace(_ make: (Module, Optimizer) -> (([Tensor]) throws -> [Tensor])) throws -> Trace {
      try Trace.of(Self.batches) {
        let model = Self.network()
        let optimizer = AdamW(model.parameters(), learningRate: 0.01)
        let step = make(model, optimizer)
        var number = 0
        return (
          model,
          { batch in
            let results = try step(batch)
            between(number, model, optimizer)
            number += 1
            return results
          }
        )
      }
    }
    let plain = try trace { model, optimizer in { try Self.step(model, optimizer, $0) } }
    var recorded: Recorded?
    var launched = 0
    let replayed = try trace { model, optimizer in
      let made = Recorded(model, optimizer) { try Self.step($0, $1, $2) }
      recorded = made
      return { batch in
        defer { launched += (made.plan(for: batch[0])?.launchCount ?? 0) > 0 ? 1 : 0 }
        return try made.run(batch)
      }
    }
    replayed.expectSame(as: plain, name)
    #expect(recorded?.whyNotReplayed == nil)
    #expect(launched > 8, "\(name): \(launched) of \(Self.batches.count) steps launched")
  }

  @Test func trainingIsLaunched() throws { try compare("training") { _, _, _ in } }

  /// Who keeps a gradient or a value has it as it was.
  @Test func gradientsAndValuesThatAreKeptStay() throws {
    var kept: [(tensor: Tensor, numbers: [Float])] = []
    try compare("kept") { _, model, _ in
      for parameter in model.parameters() {
        for tensor in [parameter.value, parameter.grad].compactMap({ $0 }) {
          kept.append((tensor, tensor.scalars(as: Float.self)))
        }
      }
    }
    #expect(kept.count > 400)
    for (tensor, numbers) in kept { #expect(tensor.scalars(as: Float.self) == numbers) }
  }

  /// Values put in the place of others, and gradients taken away, lie elsewhere in memory.
  @Test func parametersAreReplaced() throws {
    try compare("replaced") { number, model, optimizer in
      if number % 5 == 4 {
        for parameter in model.parameters() { parameter.value = parameter.value * 0.5 }
      }
      if number % 7 == 6 { optimizer.zeroGrad() }
    }
  }

  /// A value that lies otherwise in memory than before: the step goes on, later launched again.
  @Test func parametersThatLieOtherwise() throws {
    try compare("turned") { number, model, _ in
      if number == 12 {
        let weight = model.parameters()[0]
        weight.value = weight.value.transposed().cloned().transposed()
      }
    }
  }

  /// In a process of its own: the number of threads is the whole process's.
  @Test func otherNumbersOfThreads() async {
    await #expect(processExitsWith: .success) {
      let model = Linear(3, 2)
      let step = Recorded(model, SGD(model.parameters(), learningRate: 0.1)) { model, optimizer, x in
        optimizer.zeroGrad()
        let loss = model(x).squared().mean()
        loss.backward()
        optimizer.step()
        return loss
      }
      let x = Tensor(ones: [4, 3])
      var last = Double.infinity
      for number in 0..<20 {
        if number % 6 == 5 { Threads.count = 1 + number % 2 }
        let loss = try step(x).item()
        precondition(loss < last, "step \(number): \(loss) after \(last)")
        last = loss
      }
      precondition(step.replayCount > 10)
    }
  }
}
