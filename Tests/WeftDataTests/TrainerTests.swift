import Testing
import Weft

@Suite struct TrainerTests {
  private let data = Digits.train.subset(Array(0..<10))

  private func model() -> Sequential {
    Random.withSeed(3) {
      Sequential {
        Flatten(); Linear(data.channels * data.height * data.width, data.classCount)
      }
    }
  }

  /// Three batches an epoch (4, 4 and 2), an update after every second: of six batches the third update crosses the
  /// end of the first epoch.
  @Test func gradientsAreAveragedOverBatchesAndAcrossEpochs() throws {
    let schedule = Schedules.exponential(from: 0.5, by: 0.5)
    let trained = model()
    var settings = Trainer.Settings()
    (settings.batchSize, settings.accumulation, settings.gradientNorm) = (4, 2, 0.01)
    settings.schedule = schedule
    let optimizer = SGD(trained.parameters())
    var (samples, rates) = ([Int](), [Double]())
    try Trainer(trained, optimizer, train: data, test: data, settings: settings).run(epochs: 2) { event in
      guard case .stepEnded(let count, _, _) = event else { return }
      samples.append(count)
      rates.append(optimizer.learningRate)
    }
    #expect(samples == [4, 4, 2, 4, 4, 2] && optimizer.stepCount == 3)
    #expect(rates == [0.5, 0.5, 0.25, 0.25, 0.125, 0.125])

    let expected = model()
    let byHand = SGD(expected.parameters())
    let loader = DataLoader(data, batchSize: 4, shuffle: true, seed: settings.seed)
    let batches = Array(loader) + Array(loader)
    for update in 0..<3 {
      byHand.learningRate = schedule(update)
      byHand.zeroGrad()
      for batch in batches[2 * update..<2 * update + 2] {
        (crossEntropy(expected(batch.images), classIndices: batch.labels) / 2).backward()
      }
      // The norm before clipping is above the limit, or the test would not see it.
      #expect(clipGradientNorm(expected.parameters(), to: 0.01) > 0.01)
      byHand.step()
    }
    for (a, b) in zip(trained.parameters(), expected.parameters()) {
      #expect(a.value.isClose(to: b.value, relative: 1e-6, absolute: 1e-7))
      #expect(!a.value.elementsEqual(model().parameters()[a.shape.rank == 2 ? 0 : 1].value))
    }
  }
}
