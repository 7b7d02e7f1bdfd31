import Synchronization
import Testing
import Weft

/// Every way in which a recording could go stale: the step is right all the same, replayed or not.
@Suite struct StaleRecordingTests {
  private static let batches: [[Tensor]] = (0..<12).map { number in
    [
      Tensor(normal: [5, 6], using: RandomStream(seed: 1, offset: UInt64(number))),
      Tensor(integers: [5], in: 0..<4, using: RandomStream(seed: 2, offset: UInt64(number))),
    ]
  }

  private static func network() -> Sequential {
    Sequential {
      Linear(6, 8); BatchNorm1d(8); ReLU(); Dropout(0.3); Linear(8, 4)
    }
  }

  private static let step: @Sendable (Module, Optimizer, [Tensor]) -> [Tensor] = { model, optimizer, batch in
    let loss = crossEntropy(model(batch[0]), classIndices: batch[1])
    loss.backward()
    optimizer.step()
    optimizer.zeroGrad()
    return [loss]
  }

  /// Trains as a step stands and recorded, with `change` made before each step, and compares to the bit.
  @discardableResult
  private func compare(
    _ name: String, _ batches: [[Tensor]] = Self.batches,
    step: @escaping @Sendable (Module, Optimizer, [Tensor]) throws -> [Tensor] = Self.step,
    sourceLocation: SourceLocation = #_sourceLocation, _ change: @escaping (Int, Sequential, Optimizer) -> Void
  ) throws -> Recorded {
    var recorded: Recorded?
    func train(_ run: (Module, Optimizer) -> (([Tensor]) throws -> [Tensor])) throws -> Trace {
      try Trace.of(batches) {
        let model = Self.network()
        let optimizer = SGD(model.parameters(), learningRate: 0.1, momentum: 0.9)
        optimizer.skipsMissingGradients = true
        let step = run(model, optimizer)
        var number = 0
        return (
          model,
          { batch in
            change(number, model, optimizer)
            number += 1
            return try step(batch)
          }
        )
      }
    }
    let plain = try train { model, optimizer in { try step(model, optimizer, $0) } }
    let replayed = try train { model, optimizer in
      let made = Recorded(model, optimizer) { try step($0, $1, $2) }
      recorded = made
      return { try made.run($0) }
    }
    replayed.expectSame(as: plain, name, sourceLocation: sourceLocation)
    return try #require(recorded)
  }

  private func reason(_ recorded: Recorded) -> String { recorded.whyNotReplayed?.description ?? "none" }

  private final class Counter: Sendable {
    let value = Atomic(0)
    func next() -> Double { Double(value.wrappingAdd(1, ordering: .relaxed).newValue) }
  }

  @Test func aNumberThatChanges() throws {
    let counter = Counter()
    let step = Recorded(Linear(6, 1)) { model, x in (model(x) * counter.next()).sum() }
    var found: [Double] = []
    for _ in 0..<5 { found.append(try step(Tensor(ones: [1, 6])).item()) }
    #expect(step.replayCount == 0)
    #expect(reason(step).contains("1.0 is %"), "\(reason(step))")
    for (number, value) in found.enumerated() { #expect(abs(value - found[0] * Double(number + 1)) < 1e-5) }
  }

  @Test func aReadNumber() throws {
    let recorded = try compare(
      "read",
      step: { model, optimizer, batch in
        let results = Self.step(model, optimizer, batch)
        if results[0].item() > 1e9 { optimizer.zeroGrad() }
        return results
      }
    ) { _, _, _ in }
    #expect(recorded.replayCount == 0)
    #expect(reason(recorded).contains("item()"), "\(reason(recorded))")
    #expect(reason(recorded).contains("at WeftNNTests/StaleRecordingTests.swift:"), "\(reason(recorded))")
  }

  @Test func aBranchOnData() throws {
    let recorded = try compare(
      "branch",
      step: { model, optimizer, batch in
        if (batch[0] .> 0).any().item(as: Bool.self) { return Self.step(model, optimizer, batch) }
        return [Tensor(zeros: [])]
      }
    ) { _, _, _ in }
    #expect(recorded.replayCount == 0)
  }

  @Test func newShapes() throws {
    let sizes = [5, 5, 5, 4, 5, 4, 4, 4, 3, 5]
    let batches = sizes.enumerated().map { number, size in
      Self.batches[number].map { $0.sliced(axis: 0, to: size).contiguous() }
    }
    let recorded = try compare("shapes", batches) { _, _, _ in }
    #expect(recorded.replayCount == 5)
    #expect(recorded.whyNotReplayed == nil)
  }

  @Test func shapesThatKeepChanging() throws {
    let model = Linear(3, 1)
    let step = Recorded(model, SGD(model.parameters(), learningRate: 0.1)) { model, optimizer, x in
      let loss = model(x).mean()
      loss.backward()
      optimizer.step()
      optimizer.zeroGrad()
      return loss
    }
    for size in 1...12 { try step(Tensor(ones: [size, 3])) }
    #expect(reason(step).contains("the size of axis 0 of input 0 keeps changing"), "\(reason(step))")
  }

  @Test func trainingAndEvaluation() throws {
    let recorded = try compare("modes") { number, model, _ in
      if number == 4 { model.eval() }
      if number == 8 { model.train() }
    }
    #expect(recorded.replayCount == 8)
  }

  @Test func frozenParameters() throws {
    let recorded = try compare("frozen") { number, model, _ in
      if number == 4 { model.freeze { $0.hasPrefix("0.") } }
      if number == 8 { model.unfreeze() }
    }
    #expect(recorded.replayCount == 8)
  }

  @Test func replacedValues() throws {
    let recorded = try compare("values") { number, model, _ in
      if number == 5 { for parameter in model.parameters() { parameter.value = parameter.value * 0.5 } }
      if number == 7 { for buffer in model.buffers() { buffer.value = buffer.value.zerosLike() } }
    }
    #expect(recorded.replayCount == 9)
  }

  private final class Scaled: Module {
    var inner = Linear(6, 4)
    var factor = 1.0
    var factors = [1.0, 2.0]
    override func forward(_ x: Tensor) -> Tensor { inner(x) * factor * factors[0] }
  }

  /// A layer that is another one, a number that a module stores, one in an array of its.
  @Test func partsAndSettings() throws {
    for change in [
      { $0.inner = Linear(6, 4) }, { $0.factor = 3 }, { $0.factors[0] = 5 },
    ] as [(Scaled) -> Void] {
      let model = Scaled()
      let step = Recorded(model) { model, x in model(x).sum() }
      for _ in 0..<4 { try step(Tensor(ones: [2, 6])) }
      #expect(step.replayCount == 2)
      change(model)
      for _ in 0..<4 {
        let right = model(Tensor(ones: [2, 6])).sum()
        #expect(try step(Tensor(ones: [2, 6])).elementsEqual(right))
      }
      #expect(step.replayCount == 4)
    }
  }

  private final class Counting: Module {
    var calls = 0
    override func forward(_ x: Tensor) -> Tensor {
      calls += 1
      return x * 2
    }
  }

  @Test func aModuleThatTheStepChanges() throws {
    let model = Counting()
    let step = Recorded(model) { model, x in model(x) }
    for _ in 0..<4 { try step(Tensor([1])) }
    #expect(model.calls == 4 && step.replayCount == 0)
    #expect(reason(step).contains("what the model, a Counting, stores"), "\(reason(step))")
  }

  private final class Kept: Module {
    var table: Tensor?
    override func forward(_ x: Tensor) -> Tensor {
      if table?.shape != x.shape { table = Tensor(full: x.shape, 3) }
      return x * (table ?? x)
    }
  }

  @Test func aTableThatTheFirstRunMakes() throws {
    let model = Kept()
    let step = Recorded(model) { model, x in model(x) }
    for count in [1, 1, 1, 1, 2, 2, 2, 2] {
      #expect(try step(Tensor(full: [count], 2)).elementsEqual(Tensor(full: [count], 6)))
    }
    #expect(step.whyNotReplayed == nil && step.replayCount == 2, "\(step)")
  }

  @Test func anotherModelOfTheClass() throws {
    let (one, other) = (Linear(6, 1), Linear(6, 1))
    let steps = [one, other].map { Recorded($0) { model, x in model(x).sum() } }
    for _ in 0..<4 {
      for (model, step) in zip([one, other], steps) {
        let x = Tensor(normal: [2, 6])
        #expect(try step(x).elementsEqual(model(x).sum()))
      }
    }
  }

  /// A leaf that learns and was not handed in.
  @Test func aStrangersGradient() throws {
    let stranger = Tensor([2.0] as [Float]).requiringGrad()
    let step = Recorded(Linear(1, 1)) { model, x in
      let loss = (model(x) * stranger).sum()
      loss.backward()
      return loss
    }
    for _ in 0..<4 { try step(Tensor([[1]])) }
    #expect(step.replayCount == 0)
    #expect(reason(step).contains("the gradient of a tensor was changed"), "\(reason(step))")
  }

  @Test func randomState() throws {
    let recorded = try compare("random") { number, _, _ in if number == 6 { Random.seed(99) } }
    #expect(recorded.replayCount == 9)
  }

  /// A layer that is left out by chance: a number that the program itself uses.
  @Test func chance() throws {
    let recorded = try compare(
      "chance",
      step: { model, optimizer, batch in
        let word = Random.nextStream().offset
        return word % 100 == 99 ? [Tensor(zeros: [])] : Self.step(model, optimizer, batch)
      }
    ) { _, _, _ in }
    #expect(recorded.replayCount == 0)
    #expect(reason(recorded).contains("random numbers"), "\(reason(recorded))")
  }

  @Test func schedules() throws {
    let recorded = try compare("schedule") { number, _, optimizer in
      optimizer.learningRate = 0.1 / Double(number + 1)
      (optimizer as? SGD)?.settings[0].momentum = number < 6 ? 0.9 : 0.5
    }
    #expect(recorded.replayCount == 9)
    let inside = try compare(
      "schedule inside",
      step: { model, optimizer, batch in
        optimizer.learningRate = 0.1
        return Self.step(model, optimizer, batch)
      }
    ) { _, _, _ in }
    #expect(inside.replayCount == 0)
    #expect(reason(inside).contains("the learning rate was set"), "\(reason(inside))")
    #expect(reason(inside).contains("`schedule`"))
  }

  /// A bad class index half-way: what is left behind is what the step leaves as it stands, gradients of its first half
  /// and random numbers of its second among it.
  @Test func anErrorHalfWay() throws {
    var batches = Self.batches
    batches[7][1] = Tensor([0, 1, 2, 9, 1])
    let step: @Sendable (Module, Optimizer, [Tensor]) -> [Tensor] = { model, optimizer, batch in
      model(batch[0]).sum().backward()
      let loss = crossEntropy(model(batch[0]), classIndices: batch[1])
      loss.backward()
      let more = model(batch[0]).sum()
      more.backward()
      optimizer.step()
      optimizer.zeroGrad()
      return [loss, more]
    }
    let traces = try [false, true].map { isRecorded in
      try Trace.of(batches) {
        let model = Self.network()
        let optimizer = SGD(model.parameters(), learningRate: 0.1)
        let recorded = Recorded(model, optimizer) { step($0, $1, $2) }
        return (
          model,
          { batch in
            do {
              if isRecorded { return try recorded.run(batch) }
              return try withTensorErrors { step(model, optimizer, batch) }
            } catch let error as TensorError {
              #expect(error.description.contains("9"), "\(error)")
              return []
            }
          }
        )
      }
    }
    traces[1].expectSame(as: traces[0], "error")
    #expect(traces[0].losses.count == 22)
  }

  @Test func hooks() throws {
    let seen = Counter()
    let recorded = try compare("gradient's hook") { number, model, _ in
      if number == 4 {
        model.parameters()[0].tensor.registerHook { gradient in
          _ = seen.next()
          return gradient * 2
        }
      }
    }
    #expect(recorded.replayCount == 2)
    #expect(seen.next() == 17)  // 8 steps each, and this one
    let forward = try compare("forward hook") { number, model, _ in
      if number == 4 { model.registerForwardHook { call in call.output * 0.5 } }
    }
    #expect(forward.replayCount == 2)
    #expect(reason(forward).contains("a hook of"), "\(reason(forward))")
  }

  /// A step belongs to one thread at a time, which need not be the same one; several steps run beside each other.
  @Test func severalThreads() async throws {
    let losses = try await withThrowingTaskGroup(of: [Double].self) { group in
      for _ in 0..<4 {
        group.addTask {
          try Random.withSeed(5) {
            let model = Self.network()
            let step = Recorded(model, SGD(model.parameters(), learningRate: 0.1)) { Self.step($0, $1, $2) }
            return try Self.batches.map { try step.run($0)[0].item() }
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(Set(losses).count == 1)
  }

  /// Inside a transform, another recording, or without gradients it runs as it stands.
  @Test func whereNothingIsRecorded() throws {
    let model = Linear(6, 1)
    let step = Recorded(model) { model, x in model(x).sum() }
    let x = Tensor(ones: [2, 6])
    for _ in 0..<4 { try noGrad { try #expect(step(x).elementsEqual(model(x).sum())) } }
    #expect(step.replayCount == 0)
    for _ in 0..<4 { try step(x.requiringGrad()) }
    #expect(step.replayCount == 0)
    #expect(throws: TensorError.self) { try step(x, x) }
    _ = try model.frozen(for: x)
  }
}
