import TestSupport
import Testing
import Weft
import WeftTrain

@Suite struct HealthTests {
  private let data = Digits.train.subset(Array(0..<64))

  private func train(_ model: Sequential, _ health: GradientHealth, rate: Double = 0.1, epochs: Int = 2) throws {
    let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: rate), classCount: 10)
    trainer.extensions = [health]
    try trainer.fit(DataLoader(data, batchSize: 16), epochs: epochs)
  }

  @Test func normsAreThoseOfTheStep() throws {
    let model = Random.withSeed(1) {
      Sequential {
        Flatten(); Linear(64, 8); ReLU(); Linear(8, 10)
      }
    }
    let twin = Random.withSeed(1) {
      Sequential {
        Flatten(); Linear(64, 8); ReLU(); Linear(8, 10)
      }
    }
    var reports: [HealthReport] = []
    try train(model, GradientHealth(every: 3) { reports.append($0) })
    #expect(reports.map(\.step) == [1, 4, 7] && reports[0].layers.map(\.name) == ["1", "3"])

    let batch = data.batch(at: Array(0..<16))
    crossEntropy(twin(batch.images), classIndices: batch.labels).backward()
    let layer = Array(twin.parameters().prefix(2))
    let weights = layer.reduce(0.0) { $0 + ($1.value * $1.value).sum().item() }.squareRoot()
    let gradients = gradientNorm(layer)
    #expect(abs(reports[0].layers[0].weightNorm / weights - 1) < 1e-5)
    #expect(abs(reports[0].layers[0].gradientNorm / gradients - 1) < 1e-5)
    // Of plain SGD: the rate times the gradient.
    #expect(abs(reports[0].layers[0].updateRatio / (0.1 * gradients / weights) - 1) < 1e-3)
    #expect(reports[0].description.contains("update/weights"))
  }

  @Test func deadUnitsAreCounted() throws {
    let model = Random.withSeed(1) {
      Sequential {
        Flatten(); Linear(64, 8); ReLU(); Linear(8, 10)
      }
    }
    let bias = try #require(model.parameter(named: "1.bias"))
    bias.value = Tensor([-1e4, -1e4, 9, 9, 9, 9, 9, -1e4])
    var reports: [HealthReport] = []
    try train(model, GradientHealth(every: 1) { reports.append($0) })
    let units = try #require(reports.first?.units.first)
    #expect(units.name == "2" && units.dead == 3 && units.count == 8, "\(units)")
    #expect(reports.first?.description.contains("2: 3 of 8 units dead") == true)
  }

  @Test func unitsOfSequencesStandAlongTheLastAxis() throws {
    let model = Sequential { ReLU() }
    let probe = HealthProbe(model)
    // Two samples of three places of two units: the second unit is below 0 everywhere.
    _ = model(Tensor([[[1.0, -1], [2, -2], [3, -3]], [[4, -4], [5, -5], [6, -6]]]))
    probe.takeGradients()
    let units = try #require(probe.report(step: 1)?.units.first)
    #expect(units.dead == 1 && units.count == 2, "\(units)")
  }

  /// Channels of [samples, channels, places] and features of [samples, height, width, features]: where the layer before
  /// puts its units, also behind others between, and of every kind of activation.
  @Test func unitsStandWhereTheLayerBeforePutThem() throws {
    let channels = Sequential {
      Conv1d(3, 8, kernelSize: 3, padding: 1); BatchNorm1d(8, affine: false, trackRunningStats: false); ReLU6()
      Flatten(); Linear(160, 4); Hardtanh()
    }
    let weight = channels.parameters()[0]
    weight.value = weight.value * Tensor([0.0, 0, 1, 1, 1, 1, 1, 1]).reshaped(8, 1, 1)
    let probe = HealthProbe(channels)
    _ = channels(Random.withSeed(3) { Tensor(normal: [4, 3, 20]) })
    probe.takeGradients()
    let units = try #require(probe.report(step: 1)?.units)
    #expect(units.map(\.count) == [8, 4] && units[0].dead == 2 && units[1].dead == 0, "\(units)")

    let features = Sequential {
      Linear(2, 3); SELU()
    }
    features.parameters()[0].value = Tensor([[0.0, 0], [1, 2], [0, 0]])
    let other = HealthProbe(features)
    _ = features(Random.withSeed(4) { Tensor(normal: [2, 5, 4, 2]) })
    other.takeGradients()
    let found = try #require(other.report(step: 1)?.units.first)
    #expect(found.dead == 2 && found.count == 3, "\(found)")
  }

  /// Activations that are called as functions, behind linear layers and convolutions.
  private final class Functional: Module {
    let first = Conv2d(1, 4, kernelSize: 3)
    let inner = Inner()
    final class Inner: Module {
      let a = Linear(144, 6)
      let b = Linear(6, 10)
      let c = ReLU()
      override func forward(_ x: Tensor) -> Tensor { c(b(a(x).relu()).tanh().relu()) }
    }
    override func forward(_ x: Tensor) -> Tensor { inner(first(x).relu().flattened(from: 1)) }
  }

  @Test(arguments: [false, true]) func deadUnitsOfFunctionsAreCounted(isRecorded: Bool) throws {
    let model = Random.withSeed(1) { Functional() }
    model.first.parameters()[1].value = Tensor([-1e4, 9, -1e4, 9])
    model.inner.a.parameters()[1].value = Tensor([-1e6, 1e3, 1e3, 1e3, -1e6, -1e6])
    var reports: [HealthReport] = []
    let trainer = Trainer(model, SGD(model.parameters(), learningRate: 1e-9)) { (model, batch: LabeledBatch) in
      let logits = model(batch.images)
      // A margin is no unit, though it may be 0 everywhere.
      let margin = (logits - 1e9).relu().sum()
      return StepOutput(loss: crossEntropy(logits * 1e-9, classIndices: batch.labels) + margin)
    }
    (trainer.settings.isRecorded, trainer.settings.accumulation) = (isRecorded, 2)
    trainer.extensions = [GradientHealth(every: 2) { reports.append($0) }]
    try trainer.fit(DataLoader(data, batchSize: 16), epochs: 2)
    let units = try #require(reports.last?.units)
    #expect(units.map(\.name) == ["relu", "inner.relu", "inner.tanh", "inner.relu 2", "inner.c"], "\(units)")
    #expect(units.map(\.count) == [4, 6, 10, 10, 10] && units.prefix(2).map(\.dead) == [2, 3], "\(units)")
    #expect(reports.allSatisfy { $0.units.map(\.name) == units.map(\.name) } && reports.count > 2)
  }

  /// Gives NaN from its third call on.
  private final class Broken: Module {
    private var calls = 0
    override func forward(_ x: Tensor) -> Tensor {
      calls += 1
      return calls < 3 ? x : (x * 0.0).log() * 0.0
    }
  }

  @Test func theFirstValueThatIsNotFiniteIsNamed() throws {
    let model = Random.withSeed(1) {
      Sequential {
        Flatten(); Linear(64, 8); Broken(); Linear(8, 10)
      }
    }
    let health = GradientHealth(every: 100)
    var before: [Tensor] = []
    do {
      try train(model, health)
      Issue.record("it went on")
    } catch let error as TensorError {
      #expect(error.code == .notFinite && error.operation == "log" && error.modulePath == "2", "\(error)")
    }
    before = model.parameters().map(\.value)
    // The update was not taken.
    #expect(health.findings.map(\.step) == [3] && before.allSatisfy { $0.sum().item().isFinite })
  }

  /// The root's slope at 0 is infinite, times 0 no number: for samples of zeros the loss is finite, the gradients are not.
  private final class Rooted: Module {
    let a = Linear(4, 4, bias: false)
    let b = Linear(4, 2)
    override func forward(_ x: Tensor) -> Tensor { b(a(x).abs().sqrt()) }
  }

  enum Looks: CaseIterable { case each, eachOfReplayed, clipping, none }

  @Test(arguments: Looks.allCases) func gradientsThatAreNotFiniteEndBeforeTheUpdate(looks: Looks) throws {
    let folder = try TemporaryFolder()
    let (model, inputs) = Random.withSeed(1) { (Rooted(), Tensor(normal: [8, 4])) }
    let data = try TensorDataset(
      concatenated([inputs, Tensor(zeros: [4, 4])], axis: 0), Tensor(zeros: [12], dtype: .int32))
    let trainer = Trainer(model, SGD(model.parameters(), learningRate: 0.01)) { (model, batch: TensorDataset.Batch) in
      StepOutput(loss: crossEntropy(model(batch.inputs), classIndices: batch.targets))
    }
    trainer.settings.gradientNorm = looks == .clipping ? 1 : nil
    trainer.settings.isRecorded = looks == .eachOfReplayed
    let health = GradientHealth(every: looks == .clipping ? 100 : 1)
    trainer.extensions = (looks == .none ? [] : [health]) + [Checkpoints(in: folder("c"), everySteps: 1)]
    do {
      try trainer.fit(DataLoader(data, batchSize: 4), epochs: 1)
      Issue.record("it went on")
    } catch let error as TensorError {
      if looks == .none {
        #expect(error.operation == "Checkpoints" && "\(error)".contains("others in `a.weight`"), "\(error)")
      } else {
        #expect("\(error)".contains("backward pass") && health.findings.map(\.step) == [3], "\(error)")
        #expect(model.parameters().allSatisfy { $0.value.sum().item().isFinite })
      }
      #expect(error.code == .notFinite)
    }
    if looks == .each {
      // Begun again at the same batch it is told again, and no update made.
      #expect(throws: TensorError.self) { try trainer.fit(DataLoader(data, batchSize: 4), epochs: 1) }
      #expect(health.findings.map(\.step) == [3, 3])
      #expect(model.parameters().allSatisfy { $0.value.sum().item().isFinite })
    }
    // From step 2: the one after the broken step was never written.
    let state = try #require(try Checkpoints.latest(in: folder("c"))?.state)
    #expect(state.cursor.batch == 2 && state.tensors.allSatisfy { $0.tensor.sum().item().isFinite })
  }

  @Test func weightsThatBlewUpAreNamed() throws {
    let model = Random.withSeed(1) {
      Sequential {
        Flatten(); Linear(64, 10)
      }
    }
    do {
      try train(model, GradientHealth(every: 100), rate: 1e39, epochs: 4)
      Issue.record("it went on")
    } catch let error as TensorError {
      #expect("\(error)".contains("finite"), "\(error)")
    }
  }

  @Test func lookingChangesNothing() throws {
    try Random.withSeed(0) {
      func run(_ health: Bool, recorded: Bool) throws -> [Tensor] {
        Random.seed(4)
        let model = Sequential {
          Flatten(); Linear(64, 8); ReLU(); Dropout(0.2); Linear(8, 10)
        }
        let trainer = Trainer(classifier: model, Adam(model.parameters()), classCount: 10)
        trainer.settings.isRecorded = recorded
        if health { trainer.extensions = [GradientHealth(every: 2)] }
        try trainer.fit(DataLoader(data, batchSize: 8), epochs: 2)
        #expect(trainer.recorded.isEmpty != recorded)
        #expect(trainer.recorded.values.allSatisfy { $0.step != nil && $0.step?.whyNotReplayed == nil })
        return model.parameters().map(\.value)
      }
      let plain = try run(false, recorded: false)
      for (health, recorded) in [(true, false), (true, true)] {
        #expect(zip(plain, try run(health, recorded: recorded)).allSatisfy { $0.elementsEqual($1) })
      }
    }
  }
}
