import Foundation
import Weft
import WeftMPI

// A classifier of handwritten digits that learns in several processes at once: each has a copy of the network and a part
// of every batch. Only what differs from a training alone is said here.

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

func train(_ communicator: Communicator) throws {
  Random.seed(7)
  let model = Sequential {
    Flatten(); Linear(64, 128); ReLU(); Linear(128, 10)
  }

  let trainer = Trainer(classifier: model, AdamW(model.parameters(), learningRate: 3e-3), classCount: 10)
  trainer.replicas = try DataParallel(model, communicator)

  // A batch is that of all processes together: more of them change how long a step takes, not what it is.
  let history = try trainer.fit(
    DataLoader(Digits.train, batchSize: 64, shuffle: true, seed: 7),
    validation: DataLoader(Digits.test, batchSize: 100),
    epochs: isBrief ? 2 : 20)

  guard communicator.rank == 0, let last = history.last?.validation else { return }
  print(
    "\(communicator.size) process(es), \(history.count) epochs: \(last.loss) loss, \(last["accuracy"] ?? 0) accuracy")
}

runScript {
  let communicator = try Communicator.launched()
  do { try train(communicator) } catch {
    communicator.leave(because: error)  // the others need not wait for this one
    throw error
  }
  communicator.close()
}
