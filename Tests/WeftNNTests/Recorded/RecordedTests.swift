import Testing
import Weft

/// What a training leaves behind, for comparisons to the bit.
struct Trace {
  var losses: [Tensor] = []
  var values: [(name: String, tensor: Tensor)] = []
  var next: RandomStream

  /// Trains a new model with the same random numbers each time.
  ///
  /// - Parameter make: Gives the model and a step, as it stands or recorded.
  static func of(
    _ batches: [[Tensor]], _ make: () throws -> (model: Module, step: ([Tensor]) throws -> [Tensor])
  ) throws -> Trace {
    try Random.withSeed(7) {
      let (model, step) = try make()
      var trace = Trace(next: RandomStream(seed: 0))
      for batch in batches { trace.losses += try step(batch).map { $0.detach() } }
      trace.values = model.namedParameters().map { ($0.name, $0.parameter.value) }
      trace.values += model.namedBuffers().map { ($0.name, $0.buffer.value) }
      trace.values += model.namedParameters().compactMap { name, parameter in
        parameter.grad.map { ("gradient of " + name, $0) }
      }
      trace.next = Random.nextStream()
      return trace
    }
  }

  func expectSame(as other: Trace, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(losses.count == other.losses.count, "\(name)", sourceLocation: sourceLocation)
    let firstLoss = zip(losses, other.losses).enumerated().first { !$1.0.elementsEqual($1.1) }?.offset
    #expect(firstLoss == nil, "\(name): loss \(firstLoss ?? 0)", sourceLocation: sourceLocation)
    #expect(values.map(\.name) == other.values.map(\.name), "\(name)", sourceLocation: sourceLocation)
    for (mine, its) in zip(values, other.values) where !mine.tensor.elementsEqual(its.tensor) {
      Issue.record("\(name): \(mine.name) differs", sourceLocation: sourceLocation)
    }
    #expect(next == other.next, "\(name): random numbers", sourceLocation: sourceLocation)
  }
}

@Suite struct RecordedTests {
  typealias Step = @Sendable (Module, Optimizer, [Tensor]) throws -> [Tensor]

  /// A batch that differs from step to step.
  static func batches(like example: Tensor, _ count: Int) -> [[Tensor]] {
    (0..<count).map { number in
      let stream = RandomStream(seed: 3, offset: UInt64(number))
      if example.dtype.isFloatingPoint { return [Tensor(uniform: example.shape, using: stream)] }
      return [Tensor(integers: example.shape, in: 1..<20, using: stream)]
    }
  }

  /// Trains as the step stands and recorded, and compares everything. How many steps were replayed comes back.
  @discardableResult
  static func compare(
    _ name: String, _ batches: [[Tensor]], _ makeModel: () -> Module, _ makeOptimizer: (Module) -> Optimizer,
    sourceLocation: SourceLocation = #_sourceLocation, _ step: @escaping Step
  ) throws -> Int {
    let plain = try Trace.of(batches) {
      let model = makeModel()
      let optimizer = makeOptimizer(model)
      return (model, { try step(model, optimizer, $0) })
    }
    var recorded: Recorded?
    let replayed = try Trace.of(batches) {
      let model = makeModel()
      let made = Recorded(model, makeOptimizer(model)) { try step($0, $1, $2) }
      recorded = made
      return (model, { try made.run($0) })
    }
    replayed.expectSame(as: plain, name, sourceLocation: sourceLocation)
    let why = recorded?.whyNotReplayed
    #expect(why == nil, "\(name): \(why?.description ?? "")", sourceLocation: sourceLocation)
    return recorded?.replayCount ?? 0
  }

  private static func loss(_ output: Tensor) -> Tensor { (output.squared() + output * 0.1).mean() }

  /// Dropout, a schedule and clipping with every ready model, for 50 steps.
  @Test(arguments: ReadyModels.all.indices) func readyModelsAreReplayedToTheBit(_ index: Int) throws {
    let (name, make) = ReadyModels.all[index]
    let example = make().1
    let count = try Self.compare(
      name, Self.batches(like: example, 50), { make().0 },
      { model in
        let optimizer = AdamW(model.parameters(), learningRate: 1e-3)
        optimizer.skipsMissingGradients = true
        optimizer.schedule = Schedules.warmUp(over: 10, then: Schedules.cosine(from: 1e-3, over: 40))
        return optimizer
      }
    ) { model, optimizer, batch in
      optimizer.zeroGrad()
      let loss = Self.loss(model(batch[0]))
      loss.backward()
      clipGradientNorm(model.parameters(), to: 0.5)
      optimizer.step()
      return [loss]
    }
    // Recorded: once without gradients, twice with those of the step before, once later.
    #expect(count == 46, "\(name)")
  }

  private static func network() -> Module {
    Sequential {
      Linear(6, 8); BatchNorm1d(8); ReLU(); Dropout(0.3); Linear(8, 4)
    }
  }

  private static let some = (0..<20).map { number in
    [
      Tensor(normal: [5, 6], using: RandomStream(seed: 1, offset: UInt64(number))),
      Tensor(integers: [5], in: 0..<4, using: RandomStream(seed: 2, offset: UInt64(number))),
    ]
  }

  /// Every optimizer that takes a step by gradients.
  @Test func optimizersAreReplayed() throws {
    for (name, make) in AllOptimizers.steppedByGradients {
      let count = try Self.compare(name, Self.some, Self.network, { make($0.parameters()) }) {
        model, optimizer, batch in
        let loss = crossEntropy(model(batch[0]), classIndices: batch[1])
        loss.backward()
        optimizer.step()
        model.zeroGrad()
        return [loss]
      }
      #expect(count == 17, "\(name)")
    }
  }

  /// What is computed of a weight before the optimizer changes it stays in front of that; formulas behind it are joined,
  /// forward and backward, and not past a random mask.
  @Test func formulasAreJoinedBetweenActs() throws {
    let step: Step = { model, optimizer, batch in
      let weight = model.parameters()[0]
      let before = weight.tensor.detach() * 2
      let hidden = (model(batch[0]) * 0.5 + 1).tanh()
      let dropped = hidden.dropout(probability: 0.2)
      let loss = (dropped * 3 - 1).squared().mean()
      loss.backward()
      optimizer.step()
      optimizer.zeroGrad()
      return [loss, (weight.tensor.detach() + before).tanh()]
    }
    let count = try Self.compare("acts", Self.some, Self.network, { SGD($0.parameters(), learningRate: 0.1) }, step)
    #expect(count == 17)
    let model = Self.network()
    let recorded = Recorded(model, SGD(model.parameters(), learningRate: 0.1)) { try step($0, $1, $2) }
    for batch in Self.some.prefix(4) { _ = try recorded.run(batch) }
    let batch = Self.some[0]
    let plan = try #require(recorded.plan(for: batch[0], batch[1])).description
    #expect(plan.contains("= add → tanh(") && plan.contains("= linear → multiply → add → tanh("), "\(plan)")
    #expect(plan.contains("= multiply → subtract"), "\(plan)")
    let program = try #require(recorded.program(for: batch[0], batch[1]))
    #expect(!"\(program)".contains("→"))
  }

  /// Two batches to a step, then one step that adds to what a call before left.
  @Test func gradientsAreAccumulated() throws {
    let count = try Self.compare(
      "accumulation", Self.some, Self.network, { SGD($0.parameters(), learningRate: 0.1) }
    ) { model, optimizer, batch in
      for half in [batch[0].sliced(axis: 0, to: 2), batch[0].sliced(axis: 0, from: 2)] {
        (model(half).squared().mean() / 2).backward()
      }
      optimizer.step()
      for parameter in optimizer.parameters { parameter.grad = parameter.grad.map { $0 * 0.5 } }
      return [model(batch[0]).sum().detach()]
    }
    #expect(count == 16)
  }

  /// Float16 with a scaler whose factor falls and grows, in place of a learning rate of its own an average of the weights.
  @Test func scalersAndAveragesAreReplayed() throws {
    func train(_ run: (Module, Optimizer, GradScaler, WeightAverage) -> (([Tensor]) throws -> [Tensor])) throws -> Trace
    {
      try Trace.of(Self.some) {
        let model = Self.network().convert(to: .float16)
        let average = WeightAverage(of: model, by: .exponential(decay: 0.9))
        let scaler = GradScaler(scale: 1e9, growthInterval: 3)
        let step = run(model, SGD(model.parameters(), learningRate: 0.05), scaler, average)
        return (
          model,
          { batch in
            let results = try step(batch)
            return results + [Tensor(scaler.scale)] + average.state().map(\.tensor)
          }
        )
      }
    }
    let step: @Sendable (Module, Optimizer, GradScaler, WeightAverage, [Tensor]) -> [Tensor] = {
      model, optimizer, scaler, average, batch in
      optimizer.zeroGrad()
      let loss = crossEntropy(model(batch[0].converted(to: .float16)), classIndices: batch[1])
      scaler.scaled(loss).backward()
      scaler.unscale(optimizer)
      clipGradientValues(optimizer.parameters, to: 0.1)
      scaler.step(optimizer)
      scaler.update()
      average.update()
      return [loss]
    }
    let plain = try train { model, optimizer, scaler, average in
      { step(model, optimizer, scaler, average, $0) }
    }
    var recorded: Recorded?
    let replayed = try train { model, optimizer, scaler, average in
      let made = Recorded(model, optimizer, scaler, average) { step($0, $1, $2, $3, $4) }
      recorded = made
      return { try made.run($0) }
    }
    replayed.expectSame(as: plain, "scaler")
    #expect(recorded?.whyNotReplayed == nil, "\(recorded?.whyNotReplayed?.description ?? "")")
    #expect(recorded?.replayCount == 16)
  }

  /// Two models that learn from each other, as in adversarial training.
  @Test func twoModelsAreReplayed() throws {
    func train(_ run: (Module, Module, Optimizer, Optimizer) -> (([Tensor]) throws -> [Tensor])) throws -> Trace {
      try Trace.of(Self.some) {
        let (generator, critic) = (Linear(6, 6), Linear(6, 1))
        let both = Sequential {
          generator; critic
        }
        let step = run(
          generator, critic, Adam(generator.parameters(), learningRate: 0.01),
          RMSprop(critic.parameters(), learningRate: 0.01))
        return (both, step)
      }
    }
    let step: @Sendable (Module, Module, Optimizer, Optimizer, [Tensor]) -> [Tensor] = {
      generator, critic, first, second, batch in
      let noise = Tensor(normal: [5, 6])
      second.zeroGrad()
      let real = critic(batch[0]).mean() - critic(generator(noise).detach()).mean()
      real.backward()
      second.step()
      for parameter in second.parameters { parameter.value = parameter.value.clamped(low: -0.1, high: 0.1) }
      first.zeroGrad()
      let fake = critic(generator(noise)).mean()
      fake.backward()
      first.step()
      return [real, fake]
    }
    let plain = try train { generator, critic, first, second in { step(generator, critic, first, second, $0) } }
    var recorded: Recorded?
    let replayed = try train { generator, critic, first, second in
      let made = Recorded(generator, critic, first, second) { step($0, $1, $2, $3, $4) }
      recorded = made
      return { try made.run($0) }
    }
    replayed.expectSame(as: plain, "two models")
    #expect(recorded?.whyNotReplayed == nil, "\(recorded?.whyNotReplayed?.description ?? "")")
    #expect((recorded?.replayCount ?? 0) > 14)
  }

  private static func smooth() -> Module {
    Sequential {
      Linear(6, 8); LayerNorm([8]); GELU(); Dropout(0.3); Linear(8, 4)
    }
  }

  /// A gradient penalty (a derivative of a derivative), a checkpoint with dropout in it, mixed precision.
  @Test func transformsInTheStepAreReplayed() throws {
    let count = try Self.compare(
      "penalty", Self.some, Self.smooth, { Adam($0.parameters(), learningRate: 0.01) }
    ) { model, optimizer, batch in
      optimizer.zeroGrad()
      let x = batch[0].requiringGrad()
      let slope = try grad(of: model(x).squared().sum(), with: x, createGraph: true)
      let y = checkpoint([batch[0]]) { [model($0[0]).dropout(probability: 0.5)] }[0]
      let z = autocast { model(batch[0]) }
      let loss = slope.squared().mean() + y.squared().mean() + z.squared().mean().converted(to: .float32)
      loss.backward()
      optimizer.step()
      return [loss]
    }
    #expect(count == 16)
  }

  /// Results are given away: a later step does not write into them, and none has a history.
  @Test func resultsStay() throws {
    let model = Self.network()
    let step = Recorded(model, SGD(model.parameters(), learningRate: 0.1)) { model, optimizer, x in
      let y = model(x)
      y.squared().mean().backward()
      optimizer.step()
      optimizer.zeroGrad()
      return y
    }
    var results: [(Tensor, [Float])] = []
    for batch in Self.some {
      let y = try step(batch[0])
      #expect(!y.requiresGrad)
      results.append((y, y.scalars(as: Float.self)))
    }
    for (tensor, numbers) in results { #expect(tensor.scalars(as: Float.self) == numbers) }
    #expect(step.replayCount == 17)
    let error = #expect(throws: TensorError.self) { try withTensorErrors { results[0].0.sum().backward() } }
    #expect(error?.description.contains("recorded step") == true)
  }

  @Test func stepsArePrinted() throws {
    let model = Linear(2, 1)
    let step = Recorded(model, SGD(model.parameters(), learningRate: 0.1)) { model, _, x in model(x).sum() }
    for _ in 0..<3 { try step(Tensor(ones: [1, 2])) }
    #expect("\(step)" == "a step of Linear and SGD: 1 call replayed")
    let reading = Recorded(model) { model, x in Tensor(model(x).sum().item()) }
    try reading(Tensor(ones: [1, 2]))
    #expect("\(reading)".hasPrefix("a step of Linear: 0 calls replayed; runs as it stands: [recording]"))
  }

  /// One line an operation, with what is read, written and done.
  @Test func programsArePrinted() throws {
    let model = Linear(2, 1)
    let step = Recorded(model, SGD(model.parameters(), learningRate: 0.1)) { model, optimizer, x in
      optimizer.zeroGrad()
      let loss = model(x).dropout(probability: 0.5).sum()
      loss.backward()
      optimizer.step()
      return loss
    }
    let x = Tensor(ones: [1, 2])
    for _ in 0..<5 { try step(x) }
    let text = step.program(for: x)?.description ?? ""
    for part in [
      "write  weight.grad = nil", "read   %", " weight: float32 [1, 2]", "linear(", "stream 0",
      "write  weight.grad = %",
      "do     a step of SGD", "result %",
    ] { #expect(text.contains(part), "\(part) in\n\(text)") }
  }
}
