import Foundation
import TestSupport
import Testing
import Weft
import WeftTrain

/// Two networks against each other, with the optimizer of one of them.
private final class Rivals: Module {
  let maker = Sequential {
    Linear(2, 8); ReLU(); Dropout(0.2); Linear(8, 2)
  }
  let critic = Sequential {
    Linear(2, 8); ReLU(); Linear(8, 1)
  }
  let forCritic: Adam

  override init() {
    forCritic = Adam(critic.parameters(), learningRate: 0.01)
    super.init()
  }
}

/// A class of a program's own that a training depends on.
private final class Replays: SavedPart {
  var seen = Tensor(zeros: [0, 2])
  func savedTensors() -> [(name: String, tensor: Tensor)] { [(name: "seen", tensor: seen)] }
  func restore(tensors: [(name: String, tensor: Tensor)], from source: String) throws {
    if let first = tensors.first { seen = first.tensor }
  }
}

/// States of several models, optimizers and more, in one file.
@Suite struct PartsTests {
  private struct Stop: Error {}

  /// A loop of one's own: two networks, two optimizers of different kinds with schedules, a scaler, an average and what was
  /// seen so far.
  private func train(until last: Int, stop: Int? = nil, from file: String, resume: Bool) throws -> [[UInt8]] {
    Random.seed(6)
    let (maker, critic) = (Rivals().maker, Rivals().critic)
    let (forMaker, forCritic) = (
      SGD(maker.parameters(), learningRate: 0.1, momentum: 0.9), AdamW(critic.parameters(), learningRate: 0.01)
    )
    forMaker.schedule = Schedules.cosine(from: 0.1, over: last)
    let (scaler, average, replays) = (
      GradScaler(scale: 256, growthInterval: 3), WeightAverage(of: maker, by: .exponential(decay: 0.9)), Replays()
    )
    // Names in which marks of the file's own stand.
    let parts: [String: any SavedPart] = [
      "maker": maker, "critic/1 of 100 %": critic, "for maker": forMaker, "parts.critic": forCritic, "scaler": scaler,
      "average": average, "replays": replays,
    ]
    var step = resume ? try TrainingState(contentsOf: file).restore(to: parts, from: file).batch : 0
    while step < last {
      let noise = Tensor(normal: [4, 2])
      let made = noGrad { maker(noise) }
      replays.seen = concatenated([replays.seen, made], axis: 0)
      let opinion = critic(replays.seen).mean() - critic(Tensor(normal: [4, 2])).squared().mean()
      forCritic.zeroGrad()
      opinion.backward()
      forCritic.step()
      // Gradients are added up over two steps.
      if step % 2 == 0 { forMaker.zeroGrad() }
      scaler.scaled(-critic(maker(noise)).mean()).backward()
      if step % 2 == 1 {
        scaler.step(forMaker)
        scaler.update()
        average.update()
      }
      step += 1
      if step == stop {
        try TrainingState(parts, cursor: LoaderCursor(batch: step), includesGradients: true).write(to: file)
        return []
      }
    }
    let state = TrainingState(parts)
    return state.tensors.map { $0.tensor.withUnsafeBytes(Array.init) } + [Array("\(state.generator)".utf8)]
  }

  @Test(arguments: [1, 2, 5, 7]) func aLoopOfSeveralModelsGoesOnToTheSameBits(stop: Int) throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let whole = try train(until: 9, from: "", resume: false)
      _ = try train(until: 9, stop: stop, from: folder("state"), resume: false)
      #expect(try train(until: 9, from: folder("state"), resume: true) == whole)
      #expect(whole.count > 30)
    }
  }

  private func trainer(isRecorded: Bool) -> Trainer<Rivals, TensorDataset.Batch> {
    Random.seed(5)
    let model = Rivals()
    var settings = TrainerSettings()
    settings.isRecorded = isRecorded
    let trainer = Trainer(model, Adam(model.maker.parameters(), learningRate: 0.01), settings: settings) {
      (model: Rivals, batch: TensorDataset.Batch) in
      if model.isTraining {
        let made = noGrad { model.maker(batch.inputs) }
        let opinion = model.critic(made).mean() - model.critic(batch.targets).squared().mean()
        model.forCritic.zeroGrad()
        opinion.backward()
        model.forCritic.step()
      }
      return StepOutput(loss: -model.critic(model.maker(batch.inputs)).mean())
    }
    trainer.parts = ["for critic": model.forCritic]
    return trainer
  }

  private func loader() throws -> DataLoader<TensorDataset> {
    let data = try Random.withSeed(8) { try TensorDataset(Tensor(normal: [60, 2]), Tensor(normal: [60, 2])) }
    return DataLoader(data, batchSize: 8, shuffle: true, seed: 2)
  }

  @Test(arguments: [1, 7, 8, 13], [false, true]) func aTrainerGoesOn(stop: Int, isRecorded: Bool) throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let whole = trainer(isRecorded: isRecorded)
      try whole.fit(try loader(), validation: try loader(), epochs: 3)
      if isRecorded {
        #expect(whole.recorded.values.allSatisfy { $0.step?.whyNotReplayed == nil && $0.step?.replayCount ?? 0 > 9 })
      }
      let stopped = trainer(isRecorded: isRecorded)
      stopped.extensions = [Checkpoints(in: folder("c"), everySteps: 1)]
      stopped.onEvent { event, training in
        if case .settled = event, training.step == stop { throw Stop() }
      }
      #expect(throws: Stop.self) { try stopped.fit(try loader(), validation: try loader(), epochs: 3) }
      let resumed = trainer(isRecorded: isRecorded)
      #expect(try resumed.resume(from: folder("c")) && resumed.training.step == stop)
      try resumed.fit(try loader(), validation: try loader(), epochs: 3)
      let (expected, found) = (try whole.state(), try resumed.state())
      #expect(expected.tensors.map(\.name) == found.tensors.map(\.name))
      #expect(expected.tensors.contains { $0.name == "parts.for critic/of.critic.0.weight.exp_avg" })
      for (one, other) in zip(expected.tensors, found.tensors) {
        #expect(one.tensor.withUnsafeBytes(Array.init) == other.tensor.withUnsafeBytes(Array.init), "\(one.name)")
      }
      #expect(whole.training.history == resumed.training.history)
    }
  }

  @Test func partsThatAreMissingAreNamed() throws {
    let (one, other) = (Linear(2, 2), Linear(2, 2))
    let before = other.weight.value
    let state = TrainingState(["one": one, "for one": SGD(one.parameters())])
    do {
      try state.restore(to: ["one": other, "two": Linear(2, 2)], from: "the file")
      Issue.record("it was taken")
    } catch let error as TensorError {
      #expect("\(error)".contains("the part `two`") && "\(error)".contains("the parts `for one`, `one`"), "\(error)")
    }
    #expect(other.weight.value.elementsEqual(before))
    // A trainer that would leave something behind says so.
    let (whole, without) = (trainer(isRecorded: false), trainer(isRecorded: false))
    without.parts = [:]
    let saved = try whole.state()
    do {
      try without.restore(saved)
      Issue.record("it was taken")
    } catch let error as TensorError {
      #expect("\(error)".contains("the parts `for critic`") && "\(error)".contains("trainer.parts"), "\(error)")
    }
    // The other way round too, before anything is changed.
    let bare = try without.state()
    let weights = whole.model.parameters().map(\.value)
    for parameter in whole.model.parameters() { parameter.value = parameter.value + 1 }
    let changed = whole.model.parameters().map(\.value)
    #expect(throws: TensorError.self) { try whole.restore(bare) }
    for (parameter, value) in zip(whole.model.parameters(), changed) { #expect(parameter.value.elementsEqual(value)) }
    #expect(!zip(weights, changed).contains { $0.elementsEqual($1) })
  }

  /// Layers that two models share are called as in the first, whichever optimizer has them.
  @Test func whatModelsShareIsSavedByOneName() throws {
    let shared = Linear(3, 3)
    let (left, right) = (Sequential([shared, Linear(3, 1)]), Sequential([shared, Linear(3, 2)]))
    let optimizer = Adam(right.parameters())
    (left(Tensor(ones: [1, 3])).sum() + right(Tensor(ones: [1, 3])).sum()).backward()
    optimizer.step()
    let names = Set(TrainingState(["left": left, "right": right, "o": optimizer]).tensors.map(\.name))
    #expect(names.contains("parts.o/of.left/0.weight.exp_avg") && names.contains("parts.o/of.right/1.bias.exp_avg"))
    #expect(names.contains("parts.left/0.weight") && names.contains("parts.right/0.weight"))
  }

  /// After an early stop, or any other end.
  @Test func theBestWeightsComeBack() throws {
    try Random.withSeed(0) {
      let folder = try TemporaryFolder()
      let model = Linear(1, 1)
      let trainer = Trainer(model, SGD(model.parameters(), learningRate: 0.1)) {
        (model: Linear, batch: TensorDataset.Batch) in
        StepOutput(loss: meanSquaredError(model(batch.inputs), batch.targets))
      }
      let checkpoints = Checkpoints(in: folder("c"), keepLast: 1, best: .init("loss", goal: .largest))
      #expect(throws: TensorError.self) { try checkpoints.restoreBest(to: model) }
      var first: Tensor?
      trainer.extensions = [checkpoints]
      trainer.onEvent { event, training in
        if case .epochEnded(let summary) = event, summary.epoch == 1 { first = model.weight.value }
      }
      let data = try TensorDataset(Tensor([[1.0], [2]]), Tensor([[2.0], [4]]))
      // The loss falls, so the largest is the first epoch's.
      try trainer.fit(DataLoader(data, batchSize: 2), epochs: 4)
      #expect(checkpoints.bestPaths.count == 1 && checkpoints.bestPaths[0].hasSuffix("0000000001.safetensors"))
      #expect(first.map { !$0.elementsEqual(model.weight.value) } == true)
      try checkpoints.restoreBest(to: model)
      #expect(first.map { $0.elementsEqual(model.weight.value) } == true)
    }
  }
}
