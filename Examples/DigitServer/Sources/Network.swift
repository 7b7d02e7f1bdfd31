import Foundation
import Weft

/// With this set the server asks itself two questions and stops.
let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// A small network, trained for a second or two. A server that is more than an example loads its weights instead:
/// `try model.load(from: "runs/digits/model.safetensors")`.
func trainedNetwork() -> Module {
  Random.seed(7)
  let model = Sequential {
    Conv2d(1, 16, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
    Flatten()
    Linear(16 * 4 * 4, 10)
  }
  let optimizer = AdamW(model.parameters(), learningRate: 3e-3)
  for epoch in 1...(isBrief ? 2 : 10) {
    for batch in DataLoader(Digits.train, batchSize: 32, shuffle: true, seed: UInt64(epoch)) {
      optimizer.zeroGrad()
      crossEntropy(model(batch.images), classIndices: batch.labels).backward()
      optimizer.step()
    }
  }
  model.eval()
  return model
}
