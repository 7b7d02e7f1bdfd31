import Foundation
import Testing
import Weft

/// The program of the guide "FineTuning".
@Test func theProgramOfTheFineTuningGuide() throws {
  // No process of its own, as other guides have: the macro's closure takes no generic functions.
  do {
    // Program:
    /// What looks at an image, and a head that says which of its classes it is.
    final class Classifier: Module {
      var body = Sequential {
        Flatten(); Linear(64, 64); ReLU(); Linear(64, 32); ReLU()
      }
      var head: Linear
      init(classes: Int) { head = Linear(32, classes) }
      override func forward(_ images: Tensor) -> Tensor { head(body(images)) }
    }

    /// Trains what requires a gradient, and nothing else.
    func train(_ model: Classifier, on data: some LabeledDataset, epochs: Int) throws {
      let learning = model.parameters().filter(\.requiresGrad)
      let trainer = Trainer(classifier: model, AdamW(learning, learningRate: 3e-3), classCount: data.classCount)
      try trainer.fit(DataLoader(data, batchSize: 32, shuffle: true, seed: 7), epochs: epochs)
    }

    /// The digits, and whether they are even: the new task, of which there are few.
    func parity(_ data: LabeledImages, first count: Int) throws -> LabeledTensors {
      let batch = data.batch(at: Array(0..<min(count, data.count)))
      return try LabeledTensors(batch.images.flattened(from: 1), labels: batch.labels % 2, classCount: 2)
    }

    // Somebody trains, and gives away a file.
    Random.seed(7)
    let path = NSTemporaryDirectory() + "/\(UUID().uuidString).pt"
    let theirs = Classifier(classes: 10)
    try train(theirs, on: Digits.train, epochs: 10)
    try theirs.save(to: path)

    // The body of the file, and a head of ours that has learned nothing.
    let model = Classifier(classes: 2)
    let loaded = try model.load(from: path, partial: true, renaming: [.leaveOut(prefix: "head.")])
    print("loaded: \(loaded)")

    // Small matrices beside two layers learn, and the head; all else stays as it was.
    let lora = try LoRA(rank: 4, alpha: 8, targets: ["body.1", "body.3"], modulesToSave: ["head"])
    let adapters = try Adapters(model, lora)
    let learned = adapters.parameters.reduce(0) { $0 + $1.elementCount }
    try train(model, on: parity(Digits.train, first: 300), epochs: 60)

    let unseen = try parity(Digits.test, first: .max)
    let tuned = try Trainer.evaluate(model, on: unseen).accuracy
    let before = try adapters.disabled { try Trainer.evaluate(model, on: unseen).accuracy }
    try adapters.merge()  // now a pass costs what it did
    let merged = try Trainer.evaluate(model, on: unseen).accuracy
    print("\(learned) numbers learned; accuracy \(tuned), without them \(before), merged \(merged)")
    // End.
    try FileManager.default.removeItem(atPath: path)
    #expect(loaded.sorted() == ["body.1.bias", "body.1.weight", "body.3.bias", "body.3.weight"])
    #expect(learned < model.parameterCount / 4)
    #expect(tuned > 0.9 && before < tuned - 0.1 && abs(merged - tuned) < 0.01)
  }
}
