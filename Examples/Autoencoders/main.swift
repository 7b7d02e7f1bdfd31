// Digits through a narrow place and back: an autoencoder, and a variational one that makes up digits. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil
/// The numbers that a digit of 64 pixels must pass as.
let places = 8

/// The pixels of all images, [N, 64], from 0, black, to 1, white.
func pixels(of images: LabeledImages) -> Tensor {
  Tensor((0..<images.count).flatMap { images.pixels(at: $0) }.map { Float($0) / 16 }, shape: [images.count, 64])
}

/// Trains a network on batches of images for some epochs.
///
/// - Parameter loss: What it loses on a batch.
func train<Model: Module>(
  _ name: String, _ model: Model, on images: Tensor, loss: @escaping @Sendable (Model, Tensor) -> Tensor
) throws {
  let epochs = isBrief ? 2 : 200
  let loader = DataLoader(try TensorDataset(images, images), batchSize: 64, shuffle: true, seed: 7)
  let optimizer = AdamW(model.parameters(), learningRate: 3e-3)
  optimizer.schedule = Schedules.cosine(from: 3e-3, over: epochs * loader.count)
  let step = Recorded(model, optimizer) { model, optimizer, images in
    let loss = loss(model, images)
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss
  }
  for epoch in 1...epochs {
    try Interrupt.check()
    var sum = 0.0
    for batch in loader { sum += try step(batch.inputs).item() }
    if epoch % 50 == 0 || isBrief { print("\(name), epoch \(epoch): loss \(sum / Double(loader.count))") }
  }
  model.eval()
}

/// What comes back when images pass as so many numbers in the best linear way: by their principal components.
func linearlyReconstructed(_ images: Tensor, learnedFrom train: Tensor) -> Tensor {
  let mean = train.mean(axis: 0)
  let directions = (train - mean).svd().vt[0..<places]
  return (images - mean).matmul(directions.transposed()).matmul(directions) + mean
}

/// Images [rows · columns, 64] as one picture, eight times as large.
func picture(_ images: Tensor, columns: Int) throws -> Image {
  let rows = images.shape[0] / columns
  let framed = images.reshaped(rows, columns, 8, 8).padded([(1, 0), (1, 0)], mode: .constant(0.25))
  let image = try Image(framed.transposed(1, 2).reshaped(rows * 9, columns * 9))
  return image.resized(width: image.width * 6, height: image.height * 6, filter: .nearest)
}

runScript {
  Interrupt.install()
  Random.seed(7)
  let (images, unseen) = (pixels(of: Digits.train), pixels(of: Digits.test))

  let encoder = Sequential {
    Linear(64, 128); ReLU(); Linear(128, places)
  }
  let decoder = Sequential {
    Linear(places, 128); ReLU(); Linear(128, 64); Sigmoid()
  }
  let autoencoder = Sequential {
    encoder; decoder
  }
  try train("autoencoder", autoencoder, on: images) { model, images in meanSquaredError(model(images), images) }

  let vae = VAE(inputs: 64, hidden: 128, latent: places)
  try train("variational", vae, on: images) { model, images in
    let (made, mean, logVariance) = model(images)
    return model.loss(made, of: images, mean: mean, logVariance: logVariance) / Double(images.shape[0])
  }

  try noGrad {
    let (ways, names) = (
      [linearlyReconstructed(unseen, learnedFrom: images), autoencoder(unseen), vae(unseen)],
      ["principal components", "autoencoder", "variational autoencoder"]
    )
    let errors = ways.map { meanSquaredError($0, unseen).item() }
    for (name, error) in zip(names, errors) { print("\(name): mean squared error \(error) on digits never seen") }
    guard isBrief || errors[1] < 0.6 * errors[0] else {
      throw Shortfall(description: "expected the autoencoder to lose little more than half of what the linear way does")
    }

    try FileManager.default.createDirectory(atPath: "runs/autoencoders", withIntermediateDirectories: true)
    let rows = concatenated(([unseen] + ways).map { $0[0..<16] })
    try picture(rows, columns: 16).write(to: "runs/autoencoders/reconstructions.png")
    // What the variational one makes of places that nobody gave it.
    try picture(vae.decode(Tensor(normal: [80, places])), columns: 16).write(to: "runs/autoencoders/samples.png")
  }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
