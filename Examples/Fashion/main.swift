// Images that are changed at random as they are learned, and a training that goes on after any stop. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// What to learn, what to judge by, and what an image may become and still show the same.
struct Images {
  var train = Digits.train
  var test = Digits.test
  var names = (0...9).map(String.init)
  var changes: [any ImageTransform] = [RandomAffine(degrees: 8, shift: 0.1, scale: 0.9...1.1)]

  /// Fashion-MNIST, in its own files in a folder; without one, the digits that Weft brings along.
  init(from folder: String?) throws {
    guard let folder else { return }
    (train, test) = (try FashionMNIST.load(.train, from: folder), try FashionMNIST.load(.test, from: folder))
    names = FashionMNIST.classNames
    // Clothes are clothes in a mirror too; digits are not.
    changes = [RandomFlip(), RandomCrop(width: train.width, height: train.height, padding: 2)]
  }
}

/// Two convolutions and a linear map, for images of any size.
func network(for images: LabeledImages) -> Sequential {
  Sequential {
    Conv2d(images.channels, 16, kernelSize: 3, padding: 1); BatchNorm2d(16); ReLU(); MaxPool2d(2)
    Conv2d(16, 32, kernelSize: 3, padding: 1); BatchNorm2d(32); ReLU(); MaxPool2d(2)
    Flatten(); Dropout(0.2)
    Linear(32 * (images.height / 4) * (images.width / 4), images.classCount)
  }
}

/// Trains for some epochs, or goes on with the training whose checkpoints are in the folder.
///
/// - Parameters:
///   - failure: The step after which the power fails.
///   - extensions: What takes part beside the checkpoints.
func train(
  _ images: Images, in folder: String, epochs: Int, failure: Int? = nil, with extensions: [any TrainingExtension] = []
) throws -> Sequential {
  Random.seed(7)
  let model = network(for: images.train)
  let data = AugmentedImages(images.train, transforms: images.changes)
  let loader = DataLoader(data, batchSize: 64, shuffle: true, seed: 7, workers: 1)
  let trainer = Trainer(classifier: model, AdamW(model.parameters()), classCount: images.train.classCount)
  trainer.settings.schedule = Schedules.oneCycle(peak: 1e-2, over: epochs * loader.count)
  trainer.settings.isRecorded = true
  trainer.extensions = extensions + [Checkpoints(in: folder, everySteps: 50)]
  trainer.onEvent { event, training in
    if case .stepEnded = event, training.step == failure { throw PowerFailure() }
  }
  if try trainer.resume(from: folder) { print("going on after step \(trainer.training.step)") }
  try trainer.fit(loader, validation: DataLoader(images.test, batchSize: 500), epochs: epochs)
  return model
}

struct PowerFailure: Error {}

/// The promise of checkpoints, tried: whether a training that ended anywhere, and was gone on with, comes to the very
/// bits of one that ran through.
func isResumeExact(_ images: Images, in folder: String) throws -> Bool {
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let whole = try train(images, in: folder + "/whole", epochs: 4)
  do { _ = try train(images, in: folder + "/parts", epochs: 4, failure: 57) } catch is PowerFailure {
    print("a power failure after step 57")
  }
  let parts = try train(images, in: folder + "/parts", epochs: 4)
  return zip(whole.state(), parts.state()).allSatisfy { $0.tensor.elementsEqual($1.tensor) }
}

runScript {
  Interrupt.install()  // Ctrl-C: a checkpoint, then the end
  let images = try Images(from: CommandLine.arguments.dropFirst().first)
  let folder = "runs/\(images.train.name)-augmented"
  var few = images
  (few.train, few.test) = (images.train.subset(Array(0..<1280)), images.test.subset(Array(0..<300)))
  guard try isResumeExact(few, in: folder + "-proof") else {
    throw Shortfall(description: "expected the same bits with a stop and without")
  }
  print("the same to the bit as without one")

  let (epochs, goal) = images.train.count > 10_000 ? (8, 0.9) : (40, 0.98)
  let model = try train(images, in: folder, epochs: isBrief ? 1 : epochs, with: [ProgressView()])
  let report = try Trainer.evaluate(model, on: images.test)
  for (place, row) in report.confusion.enumerated() {
    let (all, mostly) = (row.reduce(0, +), row.indices.filter { $0 != place }.max { row[$0] < row[$1] } ?? place)
    let mistakes = row[mostly] == 0 ? "" : ", \(row[mostly]) taken for \(images.names[mostly])"
    print("\(images.names[place]): \(row[place]) of \(all) found\(mistakes)")
  }
  print("accuracy \(report.accuracy)")
  try model.save(to: folder + ".safetensors")
  try FileManager.default.removeItem(atPath: folder)  // done: the next run begins anew
  guard isBrief || report.accuracy >= goal else { throw Shortfall(description: "expected an accuracy of \(goal)") }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
