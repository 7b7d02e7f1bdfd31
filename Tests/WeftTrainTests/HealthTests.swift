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
