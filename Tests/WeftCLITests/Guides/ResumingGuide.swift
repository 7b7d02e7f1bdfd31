import Foundation
import Testing
import Weft

/// The program of the guide "Resuming".
@Test func theProgramOfTheResumingGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    /// Trains up to an epoch, from the beginning or from where the training in this folder ended.
    func train(epochs: Int, in folder: String) throws -> Module {
      Random.seed(7)
      let model = Sequential {
        Flatten(); Linear(64, 32); ReLU(); Dropout(0.1); Linear(32, 10)
      }
      let optimizer = AdamW(model.parameters(), learningRate: 1e-2)
      let loader = DataLoader(Digits.train, batchSize: 64, shuffle: true, seed: 7)
      if FileManager.default.fileExists(atPath: folder) {
        try model.load(from: folder + "/model.safetensors")
        let saved = try SafeTensors(contentsOf: folder + "/optimizer.safetensors")
        try optimizer.restore(Dictionary(uniqueKeysWithValues: saved.tensors.map { ($0.name, $0.tensor) }))
        loader.epoch = saved.metadata["epoch"].flatMap { Int($0) } ?? 0
      }
      while loader.epoch < epochs {
        Random.seed(UInt64(loader.epoch))  // for the dropout: the same numbers in an epoch, wherever a run began
        for batch in loader {
          optimizer.zeroGrad()
          crossEntropy(model(batch.images), classIndices: batch.labels).backward()
          optimizer.step()
        }
        let staged = try AtomicFolder(replacing: folder)  // both files, or neither
        try model.save(to: staged.stagingPath + "/model.safetensors")
        try SafeTensors(optimizer.state(), metadata: ["epoch": "\(loader.epoch)"])
          .write(to: staged.stagingPath + "/optimizer.safetensors")
        try staged.commit()
      }
      return model
    }

    let folder = NSTemporaryDirectory() + "/" + UUID().uuidString
    let whole = try train(epochs: 4, in: folder + "-whole")
    _ = try train(epochs: 2, in: folder + "-parts")  // and here the machine is switched off
    let resumed = try train(epochs: 4, in: folder + "-parts")
    let isSame = zip(whole.parameters(), resumed.parameters()).allSatisfy { $0.value.elementsEqual($1.value) }
    print("the same to the bit: \(isSame)")
    // End.
    #expect(isSame)
    for name in ["-whole", "-parts"] { try FileManager.default.removeItem(atPath: folder + name) }
  }
}
