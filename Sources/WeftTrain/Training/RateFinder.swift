#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif
import WeftData
import WeftNN
import WeftTensor

/// How the loss answers to learning rates that grow step by step (Smith, 2017).
public struct RateSweep: Sendable, Hashable {
  /// The rate of each step.
  public let rates: [Double]
  /// The loss of each step, averaged over the last ones.
  public let losses: [Double]

  /// A tenth of the rate at which the loss was least, where it is about to grow: a good peak of a schedule. Nil where the
  /// loss never fell.
  public var suggestion: Double? {
    guard let best = losses.indices.min(by: { losses[$0] < losses[$1] }), best > 0 else { return nil }
    return rates[best] / 10
  }

  /// A chart of it, with the rates as powers of ten.
  public var chart: Chart {
    let points = zip(rates, losses).map { Chart.Point(log10($0), $1) }
    return Chart(
      "learning rates", xLabel: "log10 of the rate", panels: [.init("loss", lines: [.init("loss", points: points)])])
  }
}

extension Trainer {
  /// Trains for some steps with a rate that grows from one to another, and puts everything back to what it was: the model,
  /// the optimizer, the random generator, the place in the data, the modules' modes. It ends early where the
  /// loss has left its least far below.
  ///
  /// ```swift
  /// let sweep = try trainer.findLearningRate(loader)
  /// trainer.settings.schedule = Schedules.oneCycle(peak: sweep.suggestion ?? 1e-3, over: 10 * loader.count)
  /// ```
  /// - Throws: What the step or loading throws, and `Interrupt.Received`; everything is put back then too. `TensorError`
  ///   for rates that are not above 0 or do not grow, and for fewer than two steps.
  public func findLearningRate<Data: Dataset>(
    _ loader: DataLoader<Data>, from first: Double = 1e-6, to last: Double = 1, steps: Int = 100
  ) throws -> RateSweep where Data.Batch == Batch {
    guard replicas == nil else {
      throw TensorError(
        .unsupported, operation: "findLearningRate", expected: "a trainer of one copy", got: "one of several",
        hint: "look for the rate in a process by itself: the steps of several are the same")
    }
    guard first > 0, last > first, last.isFinite, steps >= 2 else {
      throw TensorError(
        .value, operation: "findLearningRate", expected: "rates above 0 that grow, in two steps or more",
        got: "from \(first) to \(last) in \(steps)")
    }
    let (saved, parts, schedule) = (try state(), extensions, settings.schedule)
    let modes = model.namedModules().map { ($0.module, $0.module.isTraining) }
    defer {
      (extensions, settings.schedule) = (parts, schedule)
      for (module, isTraining) in modes where module.isTraining != isTraining { module.train(isTraining) }
    }
    (extensions, settings.schedule) = ([], nil)
    let outcome = Result { try sweep(loader, from: first, to: last, steps: steps) }
    extensions = parts
    try restore(saved)
    return try outcome.get()
  }

  private func sweep<Data: Dataset>(
    _ loader: DataLoader<Data>, from first: Double, to last: Double, steps: Int
  ) throws -> RateSweep where Data.Batch == Batch {
    var (rates, losses, mean, best) = ([Double](), [Double](), 0.0, Double.infinity)
    var epoch = 0
    var batches = loader.batches(epoch: epoch)
    model.train()
    while rates.count < steps {
      try checkInterrupt()
      guard let batch = try batches.next() else {
        epoch += 1
        batches = loader.batches(epoch: epoch)
        if loader.count == 0 { break }
        continue
      }
      let part = Double(rates.count) / Double(steps - 1)
      optimizer.learningRate = first * pow(last / first, part)
      training.meter.reset()
      try takeStep(batch)
      mean = 0.9 * mean + 0.1 * training.measures.loss
      let smooth = mean / (1 - pow(0.9, Double(rates.count + 1)))
      guard smooth.isFinite, smooth < 4 * best || rates.count < 10 else { break }
      best = min(best, smooth)
      rates.append(optimizer.learningRate)
      losses.append(smooth)
    }
    return RateSweep(rates: rates, losses: losses)
  }
}
