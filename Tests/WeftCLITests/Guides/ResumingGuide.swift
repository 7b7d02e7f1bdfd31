import Foundation
import Testing
import Weft

/// The program of the guide "Resuming".
@Test func theProgramOfTheResumingGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    /// Trains up to an epoch, from the beginning or from wherever the training with this checkpoint ended.
    func train(epochs: Int, stopAfter steps: Int = .max, checkpoint: String) throws -> Module {
      Random.seed(7)
      let model = Sequential {
        Flatten(); Linear(64, 32); ReLU(); Dropout(0.1); Linear(32, 10)
      }
      let optimizer = AdamW(model.parameters(), learningRate: 1e-2)
      let loader = DataLoader(Digits.train, batchSize: 64, shuffle: true, seed: 7)
      var cursor = LoaderCursor()
      if FileManager.default.fileExists(atPath: checkpoint) {
        cursor = try TrainingState(contentsOf: checkpoint).restore(to: model, optimizer)
      }
      while cursor.epoch < epochs {
        var batches = loader.batches(epoch: cursor.epoch, from: cursor.batch)
        while let batch = batches.next() {
          optimizer.zeroGrad()
          crossEntropy(model(batch.images), classIndices: batch.labels).backward()
          optimizer.step()
          cursor.batch += 1
          if optimizer.stepCount % 10 == 0 {
            try TrainingState(model, optimizer, cursor: cursor).write(to: checkpoint)
          }
          if optimizer.stepCount == steps { return model }  // here the machine is switched off
        }
        cursor = LoaderCursor(epoch: cursor.epoch + 1)
      }
      return model
    }

    let folder = NSTemporaryDirectory() + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let whole = try train(epochs: 4, checkpoint: folder + "/whole")
    _ = try train(epochs: 4, stopAfter: 38, checkpoint: folder + "/parts")
    let resumed = try train(epochs: 4, checkpoint: folder + "/parts")
    let isSame = zip(whole.parameters(), resumed.parameters()).allSatisfy { $0.value.elementsEqual($1.value) }
    print("the same to the bit: \(isSame)")
    // End.
    #expect(isSame)
    try FileManager.default.removeItem(atPath: folder)
  }
}

/// What the guide shows of several models: a generator and its critic go on together.
@Test func severalModelsAreOneFile() throws {
  let checkpoint = NSTemporaryDirectory() + "/" + UUID().uuidString
  defer { try? FileManager.default.removeItem(atPath: checkpoint) }
  let (generator, critic) = (Linear(2, 3), Linear(3, 1))
  let forGenerator = AdamW(generator.parameters(), learningRate: 1e-2)
  let forCritic = SGD(critic.parameters(), learningRate: 1e-2, momentum: 0.9)
  var step = 5
  func saveAndGoOn() throws {
    let parts: [String: any SavedPart] = [
      "generator": generator, "critic": critic, "for generator": forGenerator, "for critic": forCritic,
    ]
    try TrainingState(parts, cursor: LoaderCursor(batch: step)).write(to: checkpoint)
    step = try TrainingState(contentsOf: checkpoint).restore(to: parts).batch
  }
  let weights = generator.weight.value
  try saveAndGoOn()
  #expect(step == 5)
  #expect(generator.weight.value.elementsEqual(weights))
}
