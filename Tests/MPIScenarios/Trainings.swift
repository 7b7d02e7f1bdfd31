import Foundation
import Weft
import WeftMPI

/// 99 samples in batches of 12: the last has 3, fewer than ranks.
private func samples() throws -> TensorDataset {
  let inputs = Random.withSeed(1) { Tensor(normal: [99, 6]) }
  let targets = (inputs * inputs).sum(axis: 1, keepDims: true).sin()
  return try TensorDataset(inputs, targets)
}

/// Samples with noise of the process's own numbers, which are others on each rank.
private struct NoisySamples: Dataset {
  let samples: TensorDataset
  var count: Int { samples.count }

  func batch(at indices: [Int], context: LoadingContext) -> TensorDataset.Batch {
    var batch = samples.batch(at: indices, context: context)
    batch.inputs = batch.inputs + Tensor(normal: batch.inputs.shape) * 0.01
    return batch
  }
}

/// A training on such samples.
func noisy(_ communicator: Communicator, _ words: [String]) throws {
  let trainer = trainer(network(normalized: false))
  trainer.replicas = try DataParallel(trainer.model, communicator)
  try trainer.fit(DataLoader(NoisySamples(samples: try samples()), batchSize: 12, shuffle: true, seed: 3), epochs: 1)
}

private func network(normalized: Bool) -> Sequential {
  Random.withSeed(2) {
    normalized
      ? Sequential {
        // A bias before it would have gradients of rounding errors alone, which Adam makes steps of.
        Linear(6, 16, bias: false); BatchNorm1d(16); ReLU(); Linear(16, 1)
      }
      : Sequential {
        Linear(6, 16); Tanh(); Linear(16, 1)
      }
  }
}

private func dropping() -> Sequential {
  Random.withSeed(2) {
    Sequential {
      Linear(6, 16); Tanh(); Dropout(0.3); Linear(16, 1)
    }
  }
}

private func trainer(_ model: Sequential) -> Trainer<Sequential, TensorDataset.Batch> {
  let optimizer = Adam(model.parameters(), learningRate: 0.01)
  return Trainer(model, optimizer, metrics: ["error": MeanAbsoluteError()]) { model, batch in
    let prediction = model(batch.inputs)
    return StepOutput(
      loss: meanSquaredError(prediction, batch.targets), predictions: prediction, targets: batch.targets)
  }
}

/// A training whose every number is said by rank 0. Words: `normalized`, `dropping`, `shared`, `clipped`, `accumulated`,
/// `fourfold`; `cut` for one in pieces that end within epochs; a number is that of epochs; `in FOLDER` and `from FOLDER` keep
/// checkpoints and go on from them.
func train(_ communicator: Communicator, _ words: [String]) throws {
  Random.seed(5)  // what is dropped
  let model = words.contains("dropping") ? dropping() : network(normalized: words.contains("normalized"))
  var settings = DataParallel.Settings()
  settings.bucketBytes = 256
  settings.synchronizesBatchNorm = words.contains("normalized")
  settings.sharesOptimizer = words.contains("shared")
  let trainer = trainer(model)
  trainer.replicas = try DataParallel(model, communicator, settings: settings)
  if words.contains("clipped") { trainer.settings.gradientNorm = 0.1 }
  if words.contains("accumulated") { trainer.settings.accumulation = 3 }
  // Of 9 steps an epoch: each epoch ends amid an accumulation.
  if words.contains("fourfold") { trainer.settings.accumulation = 4 }
  func word(after name: String) -> String? { words.firstIndex(of: name).map { words[$0 + 1] } }
  if let folder = word(after: "in") { trainer.extensions = [Checkpoints(in: folder, everySteps: 5)] }
  if let folder = word(after: "from") { try expect(try trainer.resume(from: folder), "a checkpoint in \(folder)") }
  let data = try samples()
  let epochs = words.compactMap { Int($0) }.first ?? 3
  let (loader, check) = (DataLoader(data, batchSize: 12, shuffle: true, seed: 3), DataLoader(data, batchSize: 40))
  for steps in words.contains("cut") ? [3, 4, 13] : [] {
    let history = try trainer.fit(loader, validation: check, steps: steps)
    try expect(history.last?.step == steps && trainer.training.step == steps, "\(steps) steps")
  }
  let history = try trainer.fit(loader, validation: check, epochs: epochs)
  if let replicas = trainer.replicas, words.contains("dropping") {
    let draws = try replicas.gather("\(Tensor(uniform: [4]).scalars(as: Float.self))", for: "what each rank draws")
    try expect(Set(draws).count == communicator.size, "numbers of its own on each rank: \(draws)")
  }
  guard communicator.rank == 0 else { return }
  for summary in history {
    let measures = summary.train.all.map(\.value) + (summary.validation?.all.map(\.value) ?? [])
    say("epoch " + measures.map { "\($0)" }.joined(separator: " ") + " \(summary.train.sampleCount)")
  }
  for (name, parameter) in model.namedParameters() {
    say("weights \(name) " + parameter.value.scalars(as: Float.self).map { "\($0)" }.joined(separator: " "))
  }
}

/// The same in a loop of one's own. Words: `normalized`.
func loop(_ communicator: Communicator, _ words: [String]) throws {
  let model = network(normalized: words.contains("normalized"))
  let optimizer = Adam(model.parameters(), learningRate: 0.01)
  var settings = DataParallel.Settings()
  settings.synchronizesBatchNorm = words.contains("normalized")
  let parallel = try DataParallel(model, communicator, settings: settings)
  try parallel.begin(optimizer)
  let loader = DataLoader(try samples(), batchSize: 16, shuffle: true, seed: 3)
  loader.share = parallel.share
  for _ in 0..<3 {
    for (place, batch) in loader.enumerated() {
      let (own, all) = loader.samples(ofBatch: place)
      parallel.beginStep(own: own, all: all)
      optimizer.zeroGrad()
      try parallel.backward(meanSquaredError(model(batch.inputs), batch.targets))
      optimizer.step()
      try parallel.shareUpdates(of: optimizer)
    }
  }
  guard communicator.rank == 0 else { return }
  for (name, parameter) in model.namedParameters() {
    say("weights \(name) " + parameter.value.scalars(as: Float.self).map { "\($0)" }.joined(separator: " "))
  }
}

/// Another model on one rank.
func models(_ communicator: Communicator, _ words: [String]) throws {
  let model = Sequential { Linear(6, communicator.rank == 1 ? 5 : 4) }
  _ = try DataParallel(model, communicator)
}

/// One rank changes its weights by itself.
func drift(_ communicator: Communicator, _ words: [String]) throws {
  let model = network(normalized: false)
  let trainer = trainer(model)
  trainer.replicas = try DataParallel(model, communicator)
  trainer.onEvent { event, training in
    guard case .stepEnded = event, training.step == 4, communicator.rank == 1 else { return }
    model.parameters()[1].value = model.parameters()[1].value + 0.25
  }
  try trainer.fit(DataLoader(try samples(), batchSize: 12), epochs: 1)
}

/// The last rank trains by something else: the word says what.
func apart(_ communicator: Communicator, _ words: [String]) throws {
  let isOther = { (what: String) in communicator.rank == communicator.size - 1 && words == [what] }
  let trainer = trainer(network(normalized: false))
  trainer.replicas = try DataParallel(trainer.model, communicator)
  if isOther("rate") { trainer.optimizer.learningRate = 0.02 }
  if isOther("accumulation") { trainer.settings.accumulation = 2 }
  let all = try samples()
  let data = isOther("data") ? try TensorDataset(all.inputs + 1.0, all.targets) : all
  let loader = DataLoader(
    data, batchSize: isOther("batch") ? 6 : 12, shuffle: true, seed: isOther("seed") ? 4 : 3)
  try trainer.fit(loader, epochs: isOther("epochs") ? 2 : 1)
}
