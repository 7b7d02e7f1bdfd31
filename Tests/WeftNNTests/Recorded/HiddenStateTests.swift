import Synchronization
import Testing
import Weft

/// What a step reads, writes or leaves behind where it does not meet the eye.
@Suite struct HiddenStateTests {
  typealias Step = @Sendable (Module, Optimizer, [Tensor]) throws -> [Tensor]

  /// The first small, so that their gradients are too.
  private static let batches: [[Tensor]] = (0..<14).map { number in
    [Tensor(normal: [5, 6], deviation: number < 4 ? 1e-3 : 10, using: RandomStream(seed: 1, offset: UInt64(number)))]
  }

  private static func network() -> Sequential {
    Sequential {
      Linear(6, 8); ReLU(); Dropout(0.3); Linear(8, 4)
    }
  }

  /// Trains as a step stands and recorded, and compares to the bit.
  @discardableResult
  private func compare(
    _ name: String, _ change: @escaping (Int, Sequential, Optimizer) -> Void = { _, _, _ in },
    makeOptimizer: @escaping ([Parameter]) -> Optimizer = { SGD($0, learningRate: 0.01, momentum: 0.9) },
    sourceLocation: SourceLocation = #_sourceLocation, step makeStep: @escaping (Sequential) -> Step
  ) throws -> Recorded {
    var recorded: Recorded?
    func train(_ run: (Sequential, Optimizer) -> (([Tensor]) throws -> [Tensor])) throws -> Trace {
      try Trace.of(Self.batches) {
        let model = Self.network()
        let optimizer = makeOptimizer(model.parameters())
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
    let plain = try train { model, optimizer in
      let step = makeStep(model)
      return { try step(model, optimizer, $0) }
    }
    let replayed = try train { model, optimizer in
      let step = makeStep(model)
      let made = Recorded(model, optimizer) { try step($0, $1, $2) }
      recorded = made
      return { try made.run($0) }
    }
    replayed.expectSame(as: plain, name, sourceLocation: sourceLocation)
    return try #require(recorded)
  }

  private func reason(_ recorded: Recorded) -> String { recorded.whyNotReplayed?.description ?? "none" }

  private static let learn: @Sendable (Module, Optimizer, Tensor) -> [Tensor] = { model, optimizer, x in
    let loss = (model(x) - 1).squared().mean()
    loss.backward()
    optimizer.step()
    return [loss]
  }

  /// PyTorch's way: gradients of zeros, where there were some.
  @Test func gradientsThatAreSetToZeros() throws {
    let recorded = try compare("zeros") { _ in
      { model, optimizer, batch in
        for parameter in model.parameters() { parameter.grad = Tensor(zeros: parameter.shape) }
        return Self.learn(model, optimizer, batch[0])
      }
    }
    #expect(recorded.replayCount > 9, "\(reason(recorded))")
  }

  /// Clipping that does nothing while the step is recorded, and something later.
  @Test func gradientsReadAfterClipping() throws {
    let recorded = try compare("clipping") { _ in
      { model, optimizer, batch in
        optimizer.zeroGrad()
        let loss = (model(batch[0]) * 0.1).squared().sum()
        loss.backward()
        clipGradientNorm(optimizer.parameters, to: 0.5)
        for parameter in model.parameters() {
          parameter.grad = parameter.grad.map { $0 + Tensor(normal: $0.shape) * 0.01 }
        }
        optimizer.step()
        return [loss]
      }
    }
    #expect(recorded.replayCount > 8, "\(reason(recorded))")
  }

  /// A step that a scaler leaves out, or not, and the weights that are read after it.
  @Test func weightsReadAfterAStepThatMayBeLeftOut() throws {
    func train(_ run: (Module, Optimizer, GradScaler) -> (([Tensor]) throws -> [Tensor])) throws -> Trace {
      try Trace.of(Self.batches) {
        let model = Linear(6, 4)
        return (model, run(model, SGD(model.parameters(), learningRate: 0.01), GradScaler(scale: 3e38)))
      }
    }
    let step: @Sendable (Module, Optimizer, GradScaler, [Tensor]) -> [Tensor] = { model, optimizer, scaler, batch in
      optimizer.zeroGrad()
      scaler.scaled(model(batch[0]).squared().sum() * 1e4).backward()
      scaler.step(optimizer)
      scaler.update()
      optimizer.zeroGrad()
      return [noGrad { model(batch[0]).sum() }]
    }
    let plain = try train { model, optimizer, scaler in { step(model, optimizer, scaler, $0) } }
    let replayed = try train { model, optimizer, scaler in
      let made = Recorded(model, optimizer, scaler) { step($0, $1, $2, $3) }
      return { try made.run($0) }
    }
    replayed.expectSame(as: plain, "scaler")
  }

  /// The first weights, to which later ones are drawn back.
  @Test func capturedWeights() throws {
    let recorded = try compare("anchors") { model in
      let anchors = model.parameters().map(\.value)
      return { model, optimizer, batch in
        optimizer.zeroGrad()
        let distance = zip(model.parameters(), anchors).map { ($0.tensor - $1).squared().sum() }.reduce(Tensor(0.0), +)
        let loss = model(batch[0]).squared().mean() + distance
        loss.backward()
        optimizer.step()
        return [loss]
      }
    }
    #expect(recorded.replayCount > 9, "\(reason(recorded))")
  }

  @Test func parametersConvertedThereAndBack() throws {
    try compare(
      "converted",
      { number, model, _ in
        if number == 7 { model.convert(to: .float64).convert(to: .float32) }
      }
    ) { _ in
      { model, optimizer, batch in
        optimizer.zeroGrad()
        return Self.learn(model, optimizer, batch[0])
      }
    }
  }

  /// A forward pass after the step of which nobody reads the result: its dropout takes random numbers all the same.
  @Test func drawsThatNobodyReads() throws {
    let recorded = try compare("draws") { _ in
      { model, optimizer, batch in
        optimizer.zeroGrad()
        let results = Self.learn(model, optimizer, batch[0])
        _ = model(batch[0])
        return results
      }
    }
    #expect(recorded.replayCount > 9, "\(reason(recorded))")
  }

  private final class Counter: Sendable {
    let value = Atomic(0)
    func next() -> Double { Double(value.wrappingAdd(1, ordering: .relaxed).newValue) }
  }

  @Test func limitsThatChange() throws {
    let recorded = try compare("limit") { _ in
      let counter = Counter()
      return { model, optimizer, batch in
        optimizer.zeroGrad()
        let loss = model(batch[0]).squared().sum()
        loss.backward()
        clipGradientNorm(optimizer.parameters, to: counter.next() * 0.1)
        optimizer.step()
        return [loss]
      }
    }
    #expect(recorded.replayCount == 0)
    #expect(reason(recorded).contains("to the norm 0."), "\(reason(recorded))")
  }

  @Test func directionsThatAreSet() throws {
    let recorded = try compare("direction", makeOptimizer: { SGD($0, learningRate: 1e-4) }) { _ in
      { model, optimizer, batch in
        optimizer.zeroGrad()
        optimizer.groups[0].maximize = true
        let results = Self.learn(model, optimizer, batch[0])
        optimizer.groups[0].maximize = false
        return results
      }
    }
    #expect(recorded.replayCount == 0)
  }

  @Test func parametersAddedLater() throws {
    try compare(
      "groups", { number, model, optimizer in if number == 6 { optimizer.addGroup([model.parameters()[0]]) } },
      makeOptimizer: { SGD(Array($0.dropFirst()), learningRate: 0.01) }
    ) { _ in
      { model, optimizer, batch in
        optimizer.zeroGrad()
        return Self.learn(model, optimizer, batch[0])
      }
    }
  }

  /// Orthogonal steps compute products; with mixed precision around, they do not.
  @Test func mixedPrecisionAround() throws {
    func train(_ isRecorded: Bool) throws -> Trace {
      try Trace.of(Self.batches) {
        let model = Linear(6, 4, bias: false)
        let optimizer = Muon(model.parameters(), learningRate: 0.01)
        let step: Step = { model, optimizer, batch in
          optimizer.zeroGrad()
          return Self.learn(model, optimizer, batch[0])
        }
        let recorded = Recorded(model, optimizer) { try step($0, $1, $2) }
        return (
          model, { batch in try autocast { try isRecorded ? recorded.run(batch) : step(model, optimizer, batch) } }
        )
      }
    }
    try train(true).expectSame(as: train(false), "autocast")
  }

  private final class Shared: Sendable {
    nonisolated(unsafe) var factor = 1.0
  }

  private final class Scaled: Module {
    let shared = Shared()
    override func forward(_ x: Tensor) -> Tensor { x * shared.factor }
  }

  /// Settings in an object that a layer refers to.
  @Test func sharedSettings() throws {
    let model = Scaled()
    let step = Recorded(model) { model, x in model(x).sum() }
    for factor in [1.0, 1, 1, 5, 5, 5, 5, 1] {
      model.shared.factor = factor
      #expect(try step(Tensor(ones: [3])).item() == 3 * factor)
    }
    #expect(step.replayCount == 4)
  }

  /// What nobody could see, a later run shows.
  @Test func aNumberThatChangesLater() throws {
    let shared = Shared()
    let step = Recorded(Linear(6, 1)) { model, x in (model(x) * 0 + shared.factor).sum() }
    let x = Tensor(ones: [1, 6])
    for _ in 0..<5 { try step(x) }
    shared.factor = 2
    for _ in 0..<12 { try step(x) }
    #expect(step.whyNotReplayed != nil)
    #expect(try step(x).item() == 2)
  }

  /// A model that was not handed in, which no compiler refuses where it is global.
  @Test func strangers() throws {
    nonisolated(unsafe) let teacher = Linear(6, 1)
    teacher.freeze()
    let step = Recorded(Linear(6, 1)) { model, x in (model(x) - teacher(x)).sum() }
    for _ in 0..<4 { try step(Tensor(ones: [1, 6])) }
    #expect(step.replayCount == 0)
    #expect(reason(step).contains("a Parameter was used that the step was not given"), "\(reason(step))")
  }

  /// One tensor as both inputs, inputs that lie otherwise in memory, results that are inputs or parameters.
  @Test func inputsAndResultsOfAllKinds() throws {
    let model = Linear(6, 6)
    let step = Recorded(model) { (model: Linear, batch: [Tensor]) in
      [model(batch[0]) - batch[1], batch[0], model.weight.value]
    }
    let square = Tensor(normal: [6, 6])
    for batch in [
      [square, square], [square, square * 2], [square.transposed(), square], [square, square.transposed()],
      [square, square], [square * 3, square], [square.transposed(), square], [square.transposed() * 2, square],
    ] {
      let results = try step.run(batch)
      #expect(results[0].elementsEqual(noGrad { model(batch[0]) - batch[1] }))
      #expect(results[1].elementsEqual(batch[0]))
      #expect(results[2].elementsEqual(model.weight.value))
    }
    #expect(step.replayCount > 1)
  }
}
