// A network that others trained learns something new from few samples: with frozen layers, and by LoRA. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// What looks at an image, and a head that says which of five digits it is.
final class Classifier: Module {
  var body = Sequential {
    Conv2d(1, 32, kernelSize: 3, padding: 1); ReLU()
    Conv2d(32, 32, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
    Flatten()
    Linear(32 * 4 * 4, 128); ReLU()
  }
  var head = Linear(128, 5)

  override func forward(_ images: Tensor) -> Tensor { head(body(images)) }
}

/// The images of five digits, as the classes 0 to 4.
///
/// - Parameter limit: How many of each digit.
func images(of digits: Range<Int>, in data: LabeledImages, limit: Int = .max) throws -> LabeledTensors {
  let places = digits.flatMap { digit in (0..<data.count).filter { data.label(at: $0) == digit }.prefix(limit) }
  let batch = data.batch(at: places)
  return try LabeledTensors(batch.images, labels: batch.labels - digits.lowerBound, classCount: digits.count)
}

/// Trains what is handed in and leaves the rest as it is.
func train(
  _ model: Classifier, _ parameters: [Parameter], on data: LabeledTensors, epochs: Int, rate: Double = 3e-3
) throws {
  let trainer = Trainer(classifier: model, AdamW(parameters, learningRate: rate), classCount: 5)
  trainer.settings.isRecorded = true
  try trainer.fit(DataLoader(data, batchSize: 32, shuffle: true, seed: 7), epochs: isBrief ? 2 : epochs)
}

runScript {
  Interrupt.install()
  let path = "runs/digits-0-to-4.pt"
  try FileManager.default.createDirectory(atPath: "runs", withIntermediateDirectories: true)

  // Somebody trains on the digits 0 to 4 and gives away the weights, in a file that PyTorch reads too.
  Random.seed(7)
  let theirs = Classifier()
  try train(theirs, theirs.parameters(), on: images(of: 0..<5, in: Digits.train), epochs: 15)
  let known = try Trainer.evaluate(theirs, on: images(of: 0..<5, in: Digits.test)).accuracy
  print("the network that was given away knows 0 to 4: \(known)")
  try theirs.save(to: path)

  // We have six images each of the digits 5 to 9.
  let few = try images(of: 5..<10, in: Digits.train, limit: 6)
  let unseen = try images(of: 5..<10, in: Digits.test)
  /// The network with the weights of the file, all but the head: ours has other digits to tell apart.
  func imported() throws -> Classifier {
    Random.seed(8)
    let model = Classifier()
    try model.load(from: path, partial: true, renaming: [.leaveOut(prefix: "head.")])
    return model
  }
  func show(_ name: String, _ model: Classifier) throws {
    let learned = model.parameters().filter(\.requiresGrad).reduce(0) { $0 + $1.elementCount }
    print(name, learned, try Trainer.evaluate(model, on: unseen).accuracy)
  }

  Random.seed(8)
  let scratch = Classifier()
  try train(scratch, scratch.parameters(), on: few, epochs: 60)
  try show("from nothing", scratch)

  let frozen = try imported()
  frozen.freeze { $0.hasPrefix("body.") }
  try train(frozen, frozen.parameters().filter(\.requiresGrad), on: few, epochs: 60)
  try show("the head alone", frozen)

  let whole = try imported()
  try train(whole, whole.parameters(), on: few, epochs: 60)
  try show("everything", whole)

  let adapted = try imported()
  let lora = try LoRA(rank: 4, alpha: 8, targets: ["body.0", "body.2", "body.6"], modulesToSave: ["head"])
  let adapters = try Adapters(adapted, lora)
  try train(adapted, adapters.parameters, on: few, epochs: 60)
  try show("LoRA and the head", adapted)
  let before = try adapters.disabled { try Trainer.evaluate(adapted, on: unseen).accuracy }
  try adapters.merge()
  print(before, try Trainer.evaluate(adapted, on: unseen).accuracy)
}
