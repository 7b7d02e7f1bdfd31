import Foundation
import Weft
import WeftMPI

/// Parameters that one rank alone uses, one that nobody uses, one that only an earlier pass used, and two passes before
/// one average.
func crossed(_ communicator: Communicator, _ words: [String]) throws {
  let (a, b, c) = (Linear(2, 1), Linear(2, 1), Linear(2, 1))
  let model = Sequential {
    a; b; c
  }
  let parallel = try DataParallel(model, communicator)
  let x = Tensor(ones: [1, 2])
  try parallel.backward((communicator.rank == 0 ? a(x) : b(x)).sum())
  let share = 1 / Double(communicator.size)
  func gradient(_ layer: Linear) -> Double? { layer.weight.grad?[0, 0].item(as: Double.self) }
  try expect(gradient(a) == share && gradient(b) == 1 - share, "\(String(describing: gradient(a)))")
  try expect(c.weight.grad == nil, "a gradient that nobody has")
  for parameter in model.parameters() { parameter.grad = nil }
  // An accumulation: the first batch uses c, the second a.
  c(x * Double(communicator.rank + 1)).sum().backward()
  parallel.expectGradients()
  a(x).sum().backward()
  try parallel.averageGradients()
  let mean = Double(communicator.size + 1) / 2
  try expect(gradient(c) == mean && gradient(a) == 1, "\(String(describing: gradient(c))) for \(mean)")
  for parameter in model.parameters() { parameter.grad = nil }
  parallel.expectGradients()
  a(x).sum().backward()
  a(x).sum().backward()
  try parallel.averageGradients()
}

/// Each rank uses another layer behind a batch normalization, so that each has sent other buckets when statistics are
/// asked for. Words: `synchronized`.
func parts(_ communicator: Communicator, _ words: [String]) throws {
  let (first, norm, own) = (Linear(2, 3), BatchNorm1d(3), (0..<communicator.size).map { _ in Linear(3, 1) })
  let model = Parts(first, norm, own)
  var settings = DataParallel.Settings()
  settings.bucketBytes = 4
  settings.synchronizesBatchNorm = words.contains("synchronized")
  let parallel = try DataParallel(model, communicator, settings: settings)
  for step in 0..<5 {
    for parameter in model.parameters() { parameter.grad = nil }
    let x = Random.withSeed(UInt64(step * 10 + communicator.rank)) { Tensor(normal: [4, 2]) }
    let mine = own[(communicator.rank + step) % communicator.size]
    try parallel.backward((mine(norm(first(x))) * 2).sum())
    let gradient = try expectValue(mine.bias?.grad)[0].item(as: Double.self)
    try expect(abs(gradient - 8 / Double(communicator.size)) < 1e-6, "a bias: \(gradient)")
    let means = try communicator.gather(try expectValue(norm.runningMean?.value), name: "means")
    try expect(means.allSatisfy { $0.scalars(as: Float.self) == means[0].scalars(as: Float.self) }, "running means")
  }
  say("rank \(communicator.rank) is right")
}

/// One rank calls a synchronized layer, the others do not.
func lanes(_ communicator: Communicator, _ words: [String]) throws {
  let (first, norm, own) = (Linear(2, 3), BatchNorm1d(3), [Linear(3, 1)])
  var settings = DataParallel.Settings()
  settings.synchronizesBatchNorm = true
  let parallel = try DataParallel(Parts(first, norm, own), communicator, settings: settings)
  let features = first(Tensor(normal: [4, 2]))
  try parallel.backward(own[0](communicator.rank == 0 ? norm(features) : features).sum())
}

private final class Parts: Module {
  let first: Linear
  let norm: BatchNorm1d
  let own: [Linear]
  init(_ first: Linear, _ norm: BatchNorm1d, _ own: [Linear]) { (self.first, self.norm, self.own) = (first, norm, own) }
}

private func expectValue<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Wrong(what: "nothing") }
  return value
}

/// A training that one rank was asked to end, and that goes on in the same process.
func again(_ communicator: Communicator, _ words: [String]) throws {
  let model = Random.withSeed(2) { Sequential { Linear(6, 1) } }
  let trainer = Trainer(model, SGD(model.parameters(), learningRate: 0.01)) {
    (model: Sequential, batch: TensorDataset.Batch) in
    StepOutput(loss: meanSquaredError(model(batch.inputs), batch.targets))
  }
  trainer.replicas = try DataParallel(model, communicator)
  trainer.settings.accumulation = 2
  trainer.onEvent { event, training in
    if case .stepBegan = event, training.step == 2, communicator.rank == 1 { raise(SIGTERM) }
  }
  let data = try Random.withSeed(1) { try TensorDataset(Tensor(normal: [80, 6]), Tensor(normal: [80, 1])) }
  do {
    try trainer.fit(DataLoader(data, batchSize: 8), epochs: 2)
    throw Wrong(what: "it went on")
  } catch is Interrupt.Received {}
  try expect(trainer.training.step == 4, "after the update: step \(trainer.training.step)")
  Interrupt.install()
  try trainer.fit(DataLoader(data, batchSize: 8), epochs: 2)
  try expect(trainer.training.step == 20, "to the end: step \(trainer.training.step)")
  say("rank \(communicator.rank) is right")
}

/// One rank's third batch gives values that are not finite. Words: `synchronized`.
func broken(_ communicator: Communicator, _ words: [String]) throws {
  let model = Random.withSeed(2) {
    Sequential {
      Linear(6, 4); Broken(communicator.rank == 1); BatchNorm1d(4); Linear(4, 1)
    }
  }
  let trainer = Trainer(model, SGD(model.parameters(), learningRate: 0.01)) {
    (model: Sequential, batch: TensorDataset.Batch) in
    StepOutput(loss: meanSquaredError(model(batch.inputs), batch.targets))
  }
  var settings = DataParallel.Settings()
  settings.synchronizesBatchNorm = words.contains("synchronized")
  trainer.replicas = try DataParallel(model, communicator, settings: settings)
  if communicator.rank == 1 || words.contains("all") { trainer.extensions = [GradientHealth(every: 100)] }
  let data = try Random.withSeed(1) { try TensorDataset(Tensor(normal: [80, 6]), Tensor(normal: [80, 1])) }
  try trainer.fit(DataLoader(data, batchSize: 8), epochs: 2)
}

/// Gives NaN from its third call on.
private final class Broken: Module {
  private var calls = 0
  private let breaks: Bool
  init(_ breaks: Bool) { self.breaks = breaks }
  override func forward(_ x: Tensor) -> Tensor {
    calls += 1
    return calls < 3 || !breaks ? x : (x * 0.0).log() * 0.0
  }
}
