// A generator learns to make points that a critic cannot tell from real ones. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil
let deviation = 0.1
let checkpoint = "runs/gan.checkpoint"

/// The middles of eight heaps on a circle, [8, 2].
let middles = Tensor(
  (0..<8).map { place -> [Float] in
    let angle = Float(place) / 8 * 2 * .pi
    return [2 * cos(angle), 2 * sin(angle)]
  })

/// Real points, each of one of the heaps, [count, 2].
func realPoints(_ count: Int) -> Tensor {
  middles.indexSelected(Tensor(integers: [count], in: 0..<8), axis: 0)
    + Tensor(normal: [count, 2], deviation: deviation)
}

/// By how much the critic's slopes between real and made points are not 1 (Gulrajani et al., "Improved Training of
/// Wasserstein GANs", 2017). The slopes are gradients themselves, so the gradient of this needs second derivatives.
func gradientPenalty(_ critic: Module, _ real: Tensor, _ made: Tensor) throws -> Tensor {
  let between = real.lerp(to: made, weight: Tensor(uniform: [real.shape[0], 1]))
  let slopes = try grad(of: { critic($0).sum() })(between).norm(axis: 1)
  return (slopes - 1).squared().mean()
}

/// Two numbers into points, or points into an opinion.
func network(outputs: Int) -> Sequential {
  Sequential {
    Linear(2, 64); ReLU()
    Linear(64, 64); ReLU()
    Linear(64, outputs)
  }
}

/// The square from -3 to 3: light where the critic takes points for real ones; real points blue, made ones orange.
func picture(_ critic: Module, real: Tensor, made: Tensor) throws -> Image {
  let side = 200
  let line = Tensor(linspace: -3, 3, count: side)
  let opinion = critic(stacked(meshGrid([line, line], indexing: .cartesian), axis: 2).reshaped(side * side, 2))
  let light = (opinion - opinion.min()) / (opinion.max() - opinion.min())
  var pixels = light.expanded(to: [side * side, 3])
  for (points, color) in [(real, Tensor([0.1, 0.3, 1])), (made, Tensor([1, 0.5, 0]))] {
    let places = ((points + 3) * (Double(side) / 6)).clamped(low: 0, high: Double(side - 1)).converted(to: .int64)
    let (columns, rows) = (places[0..., 0], places[0..., 1])
    pixels = pixels.indexCopied(color.expanded(to: [points.shape[0], 3]), at: rows * side + columns, axis: 0)
  }
  return try Image(pixels.transposed().reshaped(3, side, side)).resized(width: 400, height: 400, filter: .nearest)
}

runScript {
  Interrupt.install()
  Random.seed(7)
  let (generator, critic) = (network(outputs: 2), network(outputs: 1))
  let (batch, steps) = (128, isBrief ? 10 : 5000)
  let forGenerator = Adam(generator.parameters(), learningRate: 1e-3, betas: (0.5, 0.9))
  let forCritic = Adam(critic.parameters(), learningRate: 1e-3, betas: (0.5, 0.9))
  forGenerator.schedule = Schedules.cosine(from: 1e-3, over: steps)
  forCritic.schedule = Schedules.cosine(from: 1e-3, over: 5 * steps)

  // The critic gives real points high numbers and made ones low numbers, with slopes of about 1 between them.
  let criticStep = Recorded(critic, forCritic) { critic, optimizer, real, made in
    let distance = critic(real).mean() - critic(made).mean()
    let loss = try gradientPenalty(critic, real, made) - distance
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return distance
  }
  // The generator makes points to which the critic gives high numbers.
  let generatorStep = Recorded(generator, critic, forGenerator) { generator, critic, optimizer, noise in
    let loss = -critic(generator(noise)).mean()
    optimizer.zeroGrad()
    loss.backward()
    optimizer.step()
    return loss
  }
  // Both networks and both optimizers are one file: whatever ends the program, the next one goes on from there.
  let parts: [String: any SavedPart] = [
    "generator": generator, "critic": critic, "for generator": forGenerator, "for critic": forCritic,
  ]
  var step = 0
  try FileManager.default.createDirectory(atPath: "runs", withIntermediateDirectories: true)
  if FileManager.default.fileExists(atPath: checkpoint) {
    step = try TrainingState(contentsOf: checkpoint).restore(to: parts, from: checkpoint).batch
    print("going on after step \(step)")
  }
  while step < steps {
    do { try Interrupt.check() } catch {
      try TrainingState(parts, cursor: LoaderCursor(batch: step)).write(to: checkpoint)
      throw error
    }
    step += 1
    var distance = 0.0
    for _ in 0..<5 {
      let made = noGrad { generator(Tensor(normal: [batch, 2])) }
      distance = try criticStep(realPoints(batch), made).item()
    }
    try generatorStep(Tensor(normal: [batch, 2]))
    if step % (steps / 8) == 0 { print("step \(step): the critic tells them apart by \(distance)") }
    if step % (steps / 10) == 0 { try TrainingState(parts, cursor: LoaderCursor(batch: step)).write(to: checkpoint) }
  }

  try noGrad {
    let (real, made) = (realPoints(2000), generator(Tensor(normal: [2000, 2])))
    try FileManager.default.removeItem(atPath: checkpoint)
    try picture(critic, real: real[0..<500], made: made[0..<500]).write(to: "runs/gan.png")
    // Of real points nearly all lie within three deviations of the middle of a heap.
    let reach = 3 * deviation
    let (distances, heaps) = cdist(made, middles).minWithIndices(axis: 1)
    let counts = heaps.maskedSelected(distances .< reach).binCount(minimumLength: 8).scalars(as: Int.self)
    let share = Double(counts.reduce(0, +)) / 2000
    print("made points in each of the eight heaps: \(counts), \(Int(share * 100)) % of all; picture in runs/gan.png")
    guard isBrief || (share > 0.8 && counts.min() ?? 0 > 100) else {
      throw Shortfall(description: "expected four fifths of the points in the heaps, and some in each")
    }
  }
}

/// What ends the program where the network did not learn what it should.
struct Shortfall: Error, CustomStringConvertible { let description: String }
