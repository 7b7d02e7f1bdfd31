// A forecast of a time series, with `Trainer`: it stops early, keeps checkpoints and goes on after a stop. See README.md.

import Foundation
import Weft

let isBrief = ProcessInfo.processInfo.environment["WEFT_BRIEF"] != nil
let (past, hours) = (48, 24 * 120)

/// What a house uses by the hour: a day's rhythm, a week's, and noise.
func consumption(hours: Int) -> [Float] {
  let noise = Random.withSeed(1) { Tensor(normal: [hours]) }.scalars(as: Float.self)
  return (0..<hours).map { hour in
    let (day, week) = (Float(hour) / 24 * 2 * .pi, Float(hour) / 168 * 2 * .pi)
    return 2 + sin(day) + 0.4 * sin(3 * day + 1) + 0.5 * cos(week) + 0.15 * noise[hour]
  }
}

/// Every stretch of `past` hours, and the hour that follows it.
func windows(_ series: ArraySlice<Float>) throws -> TensorDataset {
  let starts = series.startIndex..<series.endIndex - past
  let inputs = starts.flatMap { series[$0..<$0 + past] }
  return try TensorDataset(
    Tensor(inputs, shape: [starts.count, past]), Tensor(starts.map { series[$0 + past] }, shape: [starts.count, 1]))
}

runScript {
  Interrupt.install()  // Ctrl-C: a checkpoint, then the end
  let series = consumption(hours: hours)
  // The future is what is forecast: the last fifth is never trained on.
  let train = try windows(series[..<(hours * 4 / 5)])
  let check = try windows(series[(hours * 4 / 5)...])

  Random.seed(7)
  let model = Sequential {
    Linear(past, 64); ReLU()
    Linear(64, 1)
  }
  let trainer = Trainer(
    model, AdamW(model.parameters(), learningRate: 2e-3), metrics: ["rmse": RootMeanSquaredError(), "r2": R2Score()]
  ) { (model: Sequential, batch: TensorDataset.Batch) in
    let forecast = model(batch.inputs)
    return StepOutput(
      loss: meanSquaredError(forecast, batch.targets), predictions: forecast, targets: batch.targets)
  }
  trainer.settings.isRecorded = true
  let folder = FileManager.default.temporaryDirectory.path + "/weft-forecast"
  trainer.extensions = [
    ProgressView(), EarlyStopping(watching: "rmse", patience: 4), GradientHealth(every: 200),
    Checkpoints(in: folder, best: .init("rmse")),
  ]
  if try trainer.resume(from: folder) { print("going on after epoch \(trainer.training.history.count)") }
  let history = try trainer.fit(
    DataLoader(train, batchSize: 64, shuffle: true, seed: 7), validation: DataLoader(check, batchSize: 512),
    epochs: isBrief ? 2 : 40)

  // As good as what costs nothing: the same hour of the day before.
  var yesterday = RootMeanSquaredError()
  try yesterday.update(check.inputs[0..., (past - 24)..<(past - 23)], check.targets)
  print("yesterday's value: rmse \(yesterday.value)")
  print("the network: rmse \(history.last?["rmse"] ?? .nan), r2 \(history.last?["r2"] ?? .nan)")
  if let reason = trainer.training.stopReason { print("stopped: \(reason)") }
  try FileManager.default.removeItem(atPath: folder)  // done: the next run begins anew
}
