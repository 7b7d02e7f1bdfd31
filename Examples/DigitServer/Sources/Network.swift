import Foundation
import Weft

/// With this set the server asks itself two questions and stops.
let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// The network of Examples/Quickstart, which has learned nothing yet.
private func network() -> Sequential {
  Random.seed(7)
  return Sequential {
    Conv2d(1, 16, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
    Flatten()
    Linear(16 * 4 * 4, 10)
  }
}

/// With the weights of a file, as Examples/Quickstart leaves one.
///
/// - Throws: `DataFileError` for a file that cannot be read, `CheckpointError` for the weights of another network.
func loadedNetwork(from path: String) throws -> Module {
  let model = network()
  try model.load(from: path)
  return model.eval()
}

/// Trained here, for a second or two.
func trainedNetwork() -> Module {
  let model = network()
  let optimizer = AdamW(model.parameters(), learningRate: 3e-3)
  for epoch in 1...(isBrief ? 2 : 10) {
    for batch in DataLoader(Digits.train, batchSize: 32, shuffle: true, seed: UInt64(epoch)) {
      optimizer.zeroGrad()
      crossEntropy(model(batch.images), classIndices: batch.labels).backward()
      optimizer.step()
    }
  }
  return model.eval()
}
