import Foundation
import TestSupport
import Testing
import Weft

@Suite struct AverageAndBoardTests {
  private let data = Digits.train.subset(Array(0..<64))

  private func model() -> Sequential {
    Random.withSeed(3) {
      Sequential {
        Flatten(); Linear(64, 10)
      }
    }
  }

  /// What is validated is what the averages come to, and the training takes the same steps.
  @Test(arguments: [false, true]) func averagesAreValidatedWhereThatIsAsked(isRecorded: Bool) throws {
    let check = DataLoader(Digits.test.subset(Array(0..<50)), batchSize: 20)
    func train(validatesAverage: Bool) throws -> Trainer<Sequential, LabeledBatch> {
      let model = model()
      let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.5), classCount: 10)
      trainer.settings.isRecorded = isRecorded
      trainer.settings.validatesAverage = validatesAverage
      trainer.average = WeightAverage(of: model, by: .exponential(decay: 0.9))
      try trainer.fit(DataLoader(data, batchSize: 8), validation: check, epochs: 2)
      return trainer
    }
    let (own, averaged) = (try train(validatesAverage: false), try train(validatesAverage: true))
    for (a, b) in zip(own.model.parameters(), averaged.model.parameters()) { #expect(a.value.elementsEqual(b.value)) }
    #expect(own.training.history.map(\.train) == averaged.training.history.map(\.train))
    let last = try #require(averaged.training.history.last?.validation)
    #expect(last != own.training.history.last?.validation)
    #expect(try own.evaluate(check) == own.training.history.last?.validation)
    averaged.average?.apply()
    #expect(try averaged.evaluate(check) == last)
  }

  @Test func aTrainingIsShownInTensorBoard() throws {
    let folder = try TemporaryFolder()
    let model = model()
    let trainer = Trainer(classifier: model, SGD(model.parameters(), learningRate: 0.1), classCount: 10)
    trainer.extensions = [TensorBoardLog(in: folder("run"), everySteps: 2)]
    let loader = DataLoader(data, batchSize: 16)
    try trainer.fit(loader, validation: loader, epochs: 2)
    let name = try #require(TemporaryFolder.names(in: folder("run")).first)
    let events = try EventFile(contentsOf: folder("run/\(name)"))
    #expect(events.scalars["step/loss"]?.map(\.step) == [2, 4, 6, 8])
    #expect(events.scalars["step/learning_rate"]?.first?.value == Double(Float(0.1)))
    let history = trainer.training.history
    let accuracies = history.compactMap { $0.train["accuracy"] }.map { Double(Float($0)) }
    #expect(events.scalars["accuracy/train"]?.map(\.value) == accuracies && accuracies.count == 2)
    #expect(events.scalars["loss/validation"]?.map(\.step) == [4, 8])
    #expect(events.scalars["seconds/steps"]?.count == 2 && events.scalars["memory/peak_bytes"]?.count == 2)
    #expect(events.others["weights/1.weight"]?.count == 2 && events.others["weights/1.bias"]?.kind == "histogram")
    // Trained on: another file of the same run.
    try trainer.fit(loader, epochs: 3)
    #expect(TemporaryFolder.names(in: folder("run")).count == 2)
  }
}
