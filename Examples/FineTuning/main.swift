// A network that others trained learns something new from few samples: by its head alone, and by LoRA. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil

/// What looks at an image, and a head that says which digit it is.
final class Classifier: Module {
  var body = Sequential {
    Conv2d(1, 32, kernelSize: 3, padding: 1); ReLU()
    Conv2d(32, 32, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
    Flatten()
    Linear(32 * 4 * 4, 128); ReLU()
  }
  var head = Linear(128, 10)

  override func forward(_ images: Tensor) -> Tensor { head(body(images)) }
}

/// What our scanner makes of an image: the paper lies askew.
struct Askew: ImageTransform {
  func applied(to image: Image, using generator: inout RandomGenerator) -> Image { image.rotated(degrees: 30) }
}

/// So many images of each digit, as our scanner has them.
func scanned(_ data: LabeledImages, ofEach limit: Int = .max) -> AugmentedImages {
  let places = (0..<10).flatMap { digit in
    (0..<data.count).filter { data.label(at: $0) == digit }.prefix(limit)
  }
  return AugmentedImages(data.subset(places), transforms: [Askew()])
}

/// Trains those parameters of a model that require a gradient, and leaves the rest as it is.
func train(_ model: Classifier, on data: some LabeledDataset, epochs: Int) throws {
  let learning = model.parameters().filter(\.requiresGrad)
  let trainer = Trainer(classifier: model, AdamW(learning, learningRate: 3e-3), classCount: 10)
  trainer.settings.isRecorded = true
  try trainer.fit(DataLoader(data, batchSize: 32, shuffle: true, seed: 7), epochs: isBrief ? 2 : epochs)
}

runScript {
  Interrupt.install()
  let path = "runs/digits.pt"
  try FileManager.default.createDirectory(atPath: "runs", withIntermediateDirectories: true)

  // Somebody trains with many images, and gives away the weights in a file that PyTorch reads and writes too.
  Random.seed(7)
  let theirs = Classifier()
  try train(theirs, on: Digits.train, epochs: 15)
  try theirs.save(to: path)

  // We have six images of each digit, and the file.
  let (few, unseen) = (scanned(Digits.train, ofEach: 6), scanned(Digits.test))
  /// Trains from the file's weights, or from nothing, what `choose` leaves to learn; says how well that went.
  @discardableResult
  func tune(
    _ name: String, from path: String?, epochs: Int = 60, choose: (Classifier) throws -> Void = { _ in }
  ) throws -> Double {
    Random.seed(8)
    let model = Classifier()
    if let path { try model.load(from: path) }
    try choose(model)
    if epochs > 0 { try train(model, on: few, epochs: epochs) }
    let learned = epochs > 0 ? model.parameters().filter(\.requiresGrad).reduce(0) { $0 + $1.elementCount } : 0
    let accuracy = try Trainer.evaluate(model, on: unseen).accuracy
    print(name.padding(toLength: 30, withPad: " ", startingAt: 0), String(format: "%6d %15.3f", learned, accuracy))
    return accuracy
  }

  print("                               numbers learned  accuracy")
  try tune("the file's network as it is", from: path, epochs: 0)
  try tune("all of it, from nothing", from: nil)
  let head = try tune("the file's, its head alone", from: path) { $0.freeze { !$0.hasPrefix("head.") } }
  let lora = try tune("the file's, by LoRA and a head", from: path) { model in
    let settings = try LoRA(rank: 4, alpha: 8, targets: ["body.0", "body.2", "body.6"], modulesToSave: ["head"])
    _ = try Adapters(model, settings)
  }
  try tune("the file's, all of it", from: path)
  guard isBrief || (lora > 0.83 && lora > head) else {
    throw Shortfall(description: "expected LoRA to find 83 % of the digits, and more than the head alone")
  }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
